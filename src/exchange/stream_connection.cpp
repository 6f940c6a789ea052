#include "exchange/stream_connection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cscan {
namespace {

/// From the handshake's begin to the welcome.
constexpr Duration opening_patience = seconds(15);
/// An acknowledgement takes milliseconds; what has none after this is asked for again.
constexpr Duration ack_patience = seconds(5);
constexpr int tries_max = 3;
/// The canary speaks every second, other topics mostly more often.
constexpr Duration silence_patience = seconds(8);

/// One message less than the limit, which counts our pongs too.
WindowLimit paced(WindowLimit limit) {
  return {std::max<std::uint32_t>(1, limit.max - limit.max / 5 - (limit.max > 4 ? 1 : 0)),
          limit.window};
}

bool is_data(const StreamMessage& message) {
  return std::holds_alternative<CandleMessage>(message) ||
         std::holds_alternative<PriceMessage>(message) ||
         std::holds_alternative<TradeMessage>(message) ||
         std::holds_alternative<QuoteMessage>(message) ||
         std::holds_alternative<OtherMessage>(message);
}

}  // namespace

StreamConnection::StreamConnection(const Protocol& protocol, StreamId id, StreamAccess access,
                                   std::string canary, std::vector<std::string> topics,
                                   Timestamp now)
    : protocol_(protocol),
      id_(id),
      access_(std::move(access)),
      messages_(paced(protocol.table().stream_messages)),
      opened_at_(now),
      data_at_(now) {
  if (!canary.empty())
    waiting_.push_back({{std::move(canary)}});
  queue(std::move(topics));
}

/// Cuts a list of topics into messages within the exchange's limits.
void StreamConnection::queue(std::vector<std::string> topics) {
  const ExchangeTable& table = protocol_.table();
  constexpr std::size_t around = 200;  // what a message holds beside its topics
  Chunk chunk;
  std::size_t bytes = around;
  for (std::string& topic : topics) {
    if (chunk.topics.size() >= table.topics_per_message_max ||
        bytes + topic.size() + 3 > table.message_bytes_max) {
      waiting_.push_back(std::exchange(chunk, {}));
      bytes = around;
    }
    bytes += topic.size() + 3;
    chunk.topics.push_back(std::move(topic));
  }
  if (!chunk.topics.empty())
    waiting_.push_back(std::move(chunk));
}

void StreamConnection::on_open(Timestamp now) {
  if (state_ != ConnectionState::opening)
    return;
  state_ = protocol_.greets() ? ConnectionState::greeting : ConnectionState::subscribing;
  data_at_ = now;
  ping_at_ = now + access_.ping_every;
}

void StreamConnection::on_message(const StreamMessage& message, SessionOutput& out, Timestamp now) {
  if (state_ == ConnectionState::dead)
    return;
  if (is_data(message)) {
    data_at_ = now;
    has_data_ = true;
  } else if (const auto* ack = std::get_if<AckMessage>(&message)) {
    on_ack(ack->id);
  } else if (const auto* refusal = std::get_if<RefusalMessage>(&message)) {
    on_refusal(*refusal, out);
  } else if (std::holds_alternative<WelcomeMessage>(message)) {
    if (state_ == ConnectionState::greeting)
      state_ = ConnectionState::subscribing;
  } else if (std::holds_alternative<ShutdownMessage>(message)) {
    leaving_ = true;
  }
  check_live(now);
}

void StreamConnection::on_ack(std::string_view id) {
  std::erase_if(sent_, [&](const Chunk& chunk) { return fmt::format("{}", chunk.id) == id; });
}

/// One bad topic must not cost the others theirs: the chunk is halved until it is found.
void StreamConnection::on_refusal(const RefusalMessage& refusal, SessionOutput& out) {
  auto chunk = std::ranges::find_if(
      sent_, [&](const Chunk& sent) { return fmt::format("{}", sent.id) == refusal.id; });
  if (chunk == sent_.end() && sent_.size() == 1)
    chunk = sent_.begin();  // an error without an id, and only one request it can mean
  if (chunk == sent_.end()) {
    out.warn(fmt::format("{}: error {} on a stream: {}", protocol_.table().id, refusal.code,
                         refusal.text.substr(0, 200)));
    return;
  }
  std::vector<std::string> topics = std::move(chunk->topics);
  sent_.erase(chunk);
  if (topics.size() == 1) {
    out.warn(fmt::format("{} refuses {}: {}", protocol_.table().id, topics[0],
                         refusal.text.substr(0, 200)));
    refused_.push_back(std::move(topics[0]));
    return;
  }
  auto middle = topics.begin() + static_cast<std::ptrdiff_t>(topics.size() / 2);
  waiting_.push_back({{topics.begin(), middle}});
  waiting_.push_back({{middle, topics.end()}});
}

void StreamConnection::step(SessionOutput& out, Timestamp now) {
  if (state_ == ConnectionState::dead)
    return;
  if (state_ == ConnectionState::opening || state_ == ConnectionState::greeting) {
    if (now - opened_at_ >= opening_patience)
      die("the handshake does not end");
    return;
  }
  check_late(out, now);
  if (now - data_at_ >= silence_patience)
    return die(fmt::format("no data for {} s", silence_patience / seconds(1)));
  if (access_.ping_every.ms > 0 && now >= ping_at_ && messages_.take(now)) {
    out.actions.emplace_back(SendText{id_, protocol_.ping_text(next_id_++)});
    ping_at_ = now + access_.ping_every;
  }
  while (state_ != ConnectionState::dead && !waiting_.empty() && messages_.take(now))
    send_next(out, now);
  check_live(now);
}

void StreamConnection::send_next(SessionOutput& out, Timestamp now) {
  Chunk chunk = std::move(waiting_.front());
  waiting_.pop_front();
  chunk.id = next_id_++;
  chunk.sent_at = now;
  ++chunk.tries;
  out.actions.emplace_back(SendText{id_, protocol_.subscribe_text(chunk.topics, chunk.id)});
  sent_.push_back(std::move(chunk));
}

void StreamConnection::check_late(SessionOutput& out, Timestamp now) {
  for (Chunk& chunk : sent_) {
    if (now - chunk.sent_at < ack_patience)
      continue;
    if (chunk.tries >= tries_max)
      return die("subscriptions are not acknowledged");
    out.note(fmt::format("{}: a subscription of {} topics is not acknowledged, asked again",
                         protocol_.table().id, chunk.topics.size()));
    waiting_.push_back(std::move(chunk));
    chunk.topics.clear();
  }
  std::erase_if(sent_, [](const Chunk& chunk) { return chunk.topics.empty(); });
}

void StreamConnection::check_live(Timestamp now) {
  if (state_ == ConnectionState::subscribing && waiting_.empty() && sent_.empty() && has_data_) {
    state_ = ConnectionState::live;
    if (!live_since_)
      live_since_ = now;
  }
}

void StreamConnection::subscribe_again(std::string topic) {
  for (const Chunk& chunk : waiting_)
    if (std::ranges::find(chunk.topics, topic) != chunk.topics.end())
      return;
  waiting_.push_back({{std::move(topic)}});
}

void StreamConnection::die(std::string why) {
  if (state_ == ConnectionState::dead)
    return;
  state_ = ConnectionState::dead;
  why_ = std::move(why);
}

}  // namespace cscan
