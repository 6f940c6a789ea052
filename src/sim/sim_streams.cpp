#include "sim/sim_streams.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/sim_json.hpp"

namespace cscan {
namespace {

bool erase_value(std::vector<std::string>& values, std::string_view value) {
  return std::erase(values, value) > 0;
}

}  // namespace

void SimStreams::open(SimStreamId stream, StreamEndpoint endpoint, SimTime now) {
  Client& client = clients_[stream];
  client.endpoint = std::move(endpoint);
  client.opened_at = client.last_text = client.pinged_at = now.real;
  if (faults_.active(FaultKind::token_expired, now.planned()) != nullptr &&
      !client.endpoint.greeting.empty())
    client.endpoint.refusal = R"({"type":"error","code":401,"data":"token is expired"})";
  if (!client.endpoint.refusal.empty()) {
    say(stream, client, client.endpoint.refusal);
    return close(stream);
  }
  if (!client.endpoint.greeting.empty())
    say(stream, client, client.endpoint.greeting);
  for (const std::string& topic : std::vector(client.endpoint.topics))
    add_topic(stream, client, topic, now);
}

void SimStreams::on_closed(SimStreamId stream) {
  auto client = clients_.find(stream);
  if (client == clients_.end())
    return;
  for (const std::string& topic : std::vector(client->second.topics))
    remove_topic(stream, client->second, topic);
  clients_.erase(client);
}

void SimStreams::close(SimStreamId stream) {
  frames_.push_back({stream, SimFrame::Kind::close, {}, 0});
  on_closed(stream);
}

void SimStreams::say(SimStreamId stream, Client& client, std::string text) {
  if (client.is_cut)
    return;
  client.is_cut = client.cut_after != SIZE_MAX;
  if (client.is_cut)
    return frames_.push_back({stream, SimFrame::Kind::cut, std::move(text), client.cut_after});
  frames_.push_back({stream, SimFrame::Kind::text, std::move(text), 0});
  ++frames_sent_;
}

/// Not at once, for whoever speaks goes through clients and channels meanwhile.
void SimStreams::forget_cut_streams() {
  std::vector<SimStreamId> cut;
  for (const auto& [stream, client] : clients_)
    if (client.is_cut)
      cut.push_back(stream);
  for (SimStreamId stream : cut)
    on_closed(stream);
}

std::string SimStreams::wrapped(std::string_view topic, std::string_view payload) {
  return fmt::format(R"({{"stream":{},"data":{}}})", json_text(topic), payload);
}

void SimStreams::on_pong(SimStreamId stream, SimTime now, std::optional<std::string_view> payload) {
  auto client = clients_.find(stream);
  if (client == clients_.end())
    return;
  if (payload.value_or(client->second.owes_pong) == client->second.owes_pong)
    client->second.owes_pong.clear();
  on_ping(stream, now);
}

void SimStreams::on_ping(SimStreamId stream, SimTime now) {
  auto client = clients_.find(stream);
  if (client != clients_.end() && dialect_.limits().counts_control_frames)
    count_message(stream, client->second, now);
}

bool SimStreams::count_message(SimStreamId stream, Client& client, SimTime now) {
  const DialectLimits& limits = dialect_.limits();
  client.heard.push_back(now.real);
  while (client.heard.front() <= now.real - limits.messages_window)
    client.heard.pop_front();
  if (client.heard.size() <= limits.messages)
    return true;
  close(stream);  // too talkative
  return false;
}

void SimStreams::on_text(SimStreamId stream, std::string_view text, SimTime now) {
  auto found = clients_.find(stream);
  if (found == clients_.end())
    return;
  Client& client = found->second;
  const DialectLimits& limits = dialect_.limits();
  client.last_text = now.real;
  if (!count_message(stream, client, now))
    return;
  if (limits.message_bytes > 0 && text.size() > limits.message_bytes)
    return;  // and is never answered
  const ClientMessage message = dialect_.read_client(text);
  switch (message.kind) {
    case ClientMessage::Kind::subscribe: return subscribe(stream, client, message, now);
    case ClientMessage::Kind::unsubscribe:
      for (const std::string& topic : message.topics)
        remove_topic(stream, client, topic);
      if (message.wants_reply)
        say(stream, client, dialect_.ack(message, {}));
      return;
    case ClientMessage::Kind::list:
      return say(stream, client, dialect_.ack(message, client.topics));
    case ClientMessage::Kind::ping: return say(stream, client, dialect_.pong(message, now.market));
    case ClientMessage::Kind::invalid:
      return say(stream, client, dialect_.refusal(message, "unknown request"));
  }
}

std::string SimStreams::objection(const Client& client, const ClientMessage& message) const {
  const DialectLimits& limits = dialect_.limits();
  for (const std::string& topic : message.topics)
    if (!dialect_.is_topic(topic))
      return "topic does not exist";
  constexpr std::string_view words = "exceed max subscription count limitation of {} per {}";
  if (message.topics.size() > limits.topics_per_message)
    return fmt::format(words, limits.topics_per_message, "time");
  const auto added = std::ranges::count_if(message.topics, [&](const std::string& topic) {
    return std::ranges::find(client.topics, topic) == client.topics.end();
  });
  if (client.topics.size() + static_cast<std::size_t>(added) > limits.topics_per_stream)
    return fmt::format(words, limits.topics_per_stream, "session");
  return {};
}

void SimStreams::subscribe(SimStreamId stream, Client& client, const ClientMessage& message,
                           SimTime now) {
  if (const std::string why = objection(client, message); !why.empty())
    return say(stream, client, dialect_.refusal(message, why));
  std::size_t accepted = message.topics.size();
  if (faults_.active(FaultKind::partial_ack, now.planned()) != nullptr && accepted > 1)
    accepted /= 2;
  for (std::size_t i = 0; i < accepted; ++i)
    add_topic(stream, client, message.topics[i], now);
  if (accepted < message.topics.size())
    say(stream, client, dialect_.refusal(message, "some topics were refused"));
  else if (message.wants_reply)
    say(stream, client, dialect_.ack(message, {}));
}

void SimStreams::add_topic(SimStreamId stream, Client& client, const std::string& text,
                           SimTime now) {
  if (std::ranges::find(client.topics, text) != client.topics.end())
    return;
  client.topics.push_back(text);
  if (faults_.active(FaultKind::deaf, now.planned(), text) != nullptr)
    return;
  auto topic = dialect_.parse_topic(venue_, text);
  if (!topic || std::ranges::find(client.endpoint.mute, topic->kind) != client.endpoint.mute.end())
    return;  // acknowledged, and never heard of again
  Channel& channel = channels_[text];
  channel.topic = *topic;
  channel.listeners.push_back(stream);
  if (topic->kind == TopicKind::all_mini_tickers)
    return;
  Watch& watch = watches_[topic->market];
  if (std::ranges::find(watch.channels, text) == watch.channels.end())
    watch.channels.push_back(text);
  if (topic->kind == TopicKind::candle &&
      std::ranges::find(watch.timeframes, topic->timeframe) == watch.timeframes.end()) {
    watch.timeframes.push_back(topic->timeframe);
    watch.is_stale = true;
  }
}

void SimStreams::remove_topic(SimStreamId stream, Client& client, const std::string& text) {
  erase_value(client.topics, text);
  auto found = channels_.find(text);
  if (found == channels_.end())
    return;
  std::erase(found->second.listeners, stream);
  if (!found->second.listeners.empty())
    return;
  // The ledger goes on with what somebody once listened to: candles keep their channel.
  if (found->second.topic.kind == TopicKind::candle)
    return;
  if (auto watch = watches_.find(found->second.topic.market); watch != watches_.end())
    erase_value(watch->second.channels, text);
  channels_.erase(found);
}

void SimStreams::step(SimTime now) {
  apply_instants(now);
  keep_alive(now);
  for (auto& [market, watch] : watches_)
    look(market, watch, now);
  tell_all_tickers(now);
  forget_cut_streams();
}

void SimStreams::keep_alive(SimTime now) {
  const DialectLimits& limits = dialect_.limits();
  std::vector<SimStreamId> over;
  for (auto& [stream, client] : clients_) {
    if (now.market >= client.closes_at || now.real - client.opened_at >= hours(24))
      over.push_back(stream);
    if (limits.client_silence > Duration{} && now.real - client.last_text > limits.client_silence) {
      say(stream, client, dialect_.silence_notice());
      over.push_back(stream);
    }
    if (limits.ping_every == Duration{})
      continue;
    const Duration since_ping = now.real - client.pinged_at;
    if (!client.owes_pong.empty() && since_ping > limits.pong_within)
      over.push_back(stream);
    if (client.owes_pong.empty() && since_ping >= limits.ping_every) {
      client.pinged_at = now.real;
      client.owes_pong = std::to_string(now.real.ms);
      frames_.push_back({stream, SimFrame::Kind::ping, client.owes_pong, 0});
    }
  }
  for (SimStreamId stream : over)
    if (clients_.contains(stream))
      close(stream);
}

void SimStreams::apply_instants(SimTime now) {
  for (const Fault* fault : faults_.take_due(now.planned())) {
    std::vector<SimStreamId> all;
    for (const auto& [stream, client] : clients_)
      all.push_back(stream);
    if (fault->kind == FaultKind::disconnect)
      for (SimStreamId stream : all)
        close(stream);
    if (fault->kind == FaultKind::cut)
      for (SimStreamId stream : all)
        clients_[stream].cut_after = fault->bytes;
    if (fault->kind == FaultKind::shutdown)
      for (SimStreamId stream : all) {
        Client& client = clients_[stream];
        if (const std::string words = dialect_.goodbye(now.market); !words.empty())
          say(stream, client, client.endpoint.wraps ? wrapped("!serverShutdown", words) : words);
        client.closes_at = now.market + fault->by;
      }
    auto market = venue_.find(fault->topic);
    if (fault->kind == FaultKind::delist && market)
      venue_.markets()[*market].delisted_at = now.market;
    if (fault->kind == FaultKind::rename && market) {
      const std::string& id = venue_.markets()[*market].id;
      const std::string& base = venue_.markets()[*market].base;
      const std::string tail = id.substr(std::min(base.size(), id.size()));
      std::string renamed = fault->to.ends_with(tail)
                                ? fault->to.substr(0, fault->to.size() - tail.size())
                                : fault->to;
      venue_.rename(*market, fault->to, renamed, now.market);
    }
  }
}

}  // namespace cscan
