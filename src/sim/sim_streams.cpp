#include "sim/sim_streams.hpp"

#include <algorithm>

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
  if (faults_.active(FaultKind::token_expired, now.market) != nullptr &&
      !client.endpoint.greeting.empty())
    client.endpoint.refusal = R"({"type":"error","code":401,"data":"token is expired"})";
  if (!client.endpoint.refusal.empty()) {
    say(stream, client.endpoint.refusal);
    return close(stream);
  }
  if (!client.endpoint.greeting.empty())
    say(stream, client.endpoint.greeting);
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

void SimStreams::say(SimStreamId stream, std::string text) {
  frames_.push_back({stream, SimFrame::Kind::text, std::move(text), 0});
  ++frames_sent_;
}

void SimStreams::on_pong(SimStreamId stream, SimTime) {
  if (auto client = clients_.find(stream); client != clients_.end())
    client->second.owes_pong = false;
}

void SimStreams::on_text(SimStreamId stream, std::string_view text, SimTime now) {
  auto found = clients_.find(stream);
  if (found == clients_.end())
    return;
  Client& client = found->second;
  const DialectLimits& limits = dialect_.limits();
  client.last_text = now.real;
  client.heard.push_back(now.real);
  while (client.heard.front() <= now.real - limits.messages_window)
    client.heard.pop_front();
  if (client.heard.size() > limits.messages)
    return close(stream);  // too talkative
  if (limits.message_bytes > 0 && text.size() > limits.message_bytes)
    return;  // and is never answered
  const ClientMessage message = dialect_.read_client(text);
  switch (message.kind) {
    case ClientMessage::Kind::subscribe: return subscribe(stream, client, message, now);
    case ClientMessage::Kind::unsubscribe:
      for (const std::string& topic : message.topics)
        remove_topic(stream, client, topic);
      return say(stream, dialect_.ack(message, {}));
    case ClientMessage::Kind::list: return say(stream, dialect_.ack(message, client.topics));
    case ClientMessage::Kind::ping: return say(stream, dialect_.pong(message, now.market));
    case ClientMessage::Kind::invalid:
      return say(stream, dialect_.refusal(message, "unknown request"));
  }
}

void SimStreams::subscribe(SimStreamId stream, Client& client, const ClientMessage& message,
                           SimTime now) {
  const DialectLimits& limits = dialect_.limits();
  for (const std::string& topic : message.topics)
    if (!dialect_.is_topic(topic))
      return say(stream, dialect_.refusal(message, "topic does not exist"));
  if (message.topics.size() > limits.topics_per_message)
    return say(stream, dialect_.refusal(
                           message, "exceed max subscription count limitation of 100 per time"));
  if (client.topics.size() + message.topics.size() > limits.topics_per_stream)
    return say(stream,
               dialect_.refusal(message, "exceed max subscription count limitation per session"));
  std::size_t accepted = message.topics.size();
  if (faults_.active(FaultKind::partial_ack, now.market) != nullptr && accepted > 1)
    accepted /= 2;
  for (std::size_t i = 0; i < accepted; ++i)
    add_topic(stream, client, message.topics[i], now);
  if (accepted < message.topics.size())
    return say(stream, dialect_.refusal(message, "some topics were refused"));
  if (message.wants_reply)
    say(stream, dialect_.ack(message, {}));
}

void SimStreams::add_topic(SimStreamId stream, Client& client, const std::string& text,
                           SimTime now) {
  if (std::ranges::find(client.topics, text) != client.topics.end())
    return;
  client.topics.push_back(text);
  if (faults_.active(FaultKind::deaf, now.market, text) != nullptr)
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
  for (SimStreamId stream : std::exchange(gone_, {}))
    on_closed(stream);
}

void SimStreams::keep_alive(SimTime now) {
  const DialectLimits& limits = dialect_.limits();
  std::vector<SimStreamId> over;
  for (auto& [stream, client] : clients_) {
    if (now.market >= client.closes_at || now.real - client.opened_at >= hours(24))
      over.push_back(stream);
    if (limits.client_silence > Duration{} && now.real - client.last_text > limits.client_silence) {
      say(stream, dialect_.silence_notice());
      over.push_back(stream);
    }
    if (limits.ping_every == Duration{})
      continue;
    if (client.owes_pong && now.real - client.pinged_at > limits.pong_within)
      over.push_back(stream);
    if (!client.owes_pong && now.real - client.pinged_at >= limits.ping_every) {
      client.pinged_at = now.real;
      client.owes_pong = true;
      frames_.push_back({stream, SimFrame::Kind::ping, std::to_string(now.real.ms), 0});
    }
  }
  for (SimStreamId stream : over)
    if (clients_.contains(stream))
      close(stream);
}

void SimStreams::apply_instants(SimTime now) {
  for (const Fault* fault : faults_.take_due(now.market)) {
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
        if (std::string words = dialect_.goodbye(now.market); !words.empty())
          say(stream, std::move(words));
        clients_[stream].closes_at = now.market + fault->by;
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
