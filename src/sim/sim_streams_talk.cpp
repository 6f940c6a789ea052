// What is said on the streams, and what faults make of it.

#include <algorithm>

#include "sim/sim_streams.hpp"

namespace cscan {
namespace {

/// Between two looks at a market; prices move once a second.
constexpr Duration look_every = milliseconds(250);
/// However fast market time goes, a topic does not speak more often than this, in real time.
constexpr Duration speak_every = milliseconds(100);
constexpr Duration ticker_every = seconds(1);
constexpr Duration snapshot_every = seconds(5);

/// The same for a market every time, different between markets.
Duration close_delay(std::size_t market, Duration max) {
  return milliseconds(static_cast<std::int64_t>(market * 7'919 % 2'011) * max.ms / 2'010);
}

std::string wrapped(const std::string& topic, const std::string& payload) {
  return R"({"stream":")" + topic + R"(","data":)" + payload + "}";
}

}  // namespace

void SimStreams::look(std::size_t market, Watch& watch, SimTime now) {
  if (watch.timeframes.empty() && watch.channels.empty())
    return;
  if (watch.is_stale) {
    if (std::ranges::find(watch.timeframes, Timeframe::m1) == watch.timeframes.end())
      watch.timeframes.push_back(Timeframe::m1);
    std::ranges::sort(watch.timeframes);
    watch.follower =
        venue_.truth().follow(venue_.markets()[market].traded.instrument, watch.timeframes);
    watch.is_stale = false;
    if (watch.at == Timestamp{})
      watch.at = watch.trades_at = now.market;
  }
  const bool is_new_minute = floor_to(now.market, minutes(1)) != floor_to(watch.at, minutes(1));
  if (!is_new_minute && now.market >= watch.at && now.market - watch.at < look_every)
    return;
  if (!venue_.is_trading(market, now.market)) {
    watch.at = watch.trades_at = now.market;
    return;
  }
  if (now.market > watch.at)
    close_candles(watch, market, now.market);
  watch.at = now.market;
  const auto candles = watch.follower->at(now.market);
  const double price = watch.follower->price();
  for (const std::string& name : watch.channels) {
    Channel& channel = channels_[name];
    if (channel.topic.kind == TopicKind::candle) {
      tell_closings(channel, now.market);
      auto place = std::ranges::find(watch.timeframes, channel.topic.timeframe);
      tell_forming(channel, candles[static_cast<std::size_t>(place - watch.timeframes.begin())],
                   now);
    } else if (channel.topic.kind != TopicKind::trade &&
               channel.topic.kind != TopicKind::aggregate_trade) {
      tell_ticker(channel, price, now);
    }
  }
  tell_trades(market, watch, now.market);
}

/// Ends the candles whose close lies between the last look and now.
void SimStreams::close_candles(Watch& watch, std::size_t market, Timestamp now) {
  const Duration shortest = length(watch.timeframes.front());
  for (Timestamp boundary = floor_to(watch.at, shortest) + shortest; boundary <= now;
       boundary = boundary + shortest) {
    if (boundary <= venue_.markets()[market].traded.listed_at)
      continue;
    const auto ended = watch.follower->at(boundary - milliseconds(1));
    for (const std::string& name : watch.channels) {
      Channel& channel = channels_[name];
      if (channel.topic.kind != TopicKind::candle ||
          floor_to(boundary, length(channel.topic.timeframe)) != boundary)
        continue;
      auto place = std::ranges::find(watch.timeframes, channel.topic.timeframe);
      end_candle(channel, ended[static_cast<std::size_t>(place - watch.timeframes.begin())],
                 boundary, now);
    }
  }
}

void SimStreams::end_candle(Channel& channel, const Candle& candle, Timestamp boundary,
                            Timestamp now) {
  const DialectLimits& limits = dialect_.limits();
  ledger_.push_back({channel.topic.market, channel.topic.timeframe, candle});
  if (candle.volume == 0 && !limits.says_flat)
    return;
  if (faults_.active(FaultKind::missing_close, now, channel.topic.text) != nullptr)
    return;
  Closing closing{candle, boundary + close_delay(channel.topic.market, limits.close_delay_max),
                  true};
  if (const Fault* late = faults_.active(FaultKind::late_close, now, channel.topic.text)) {
    closing.due = boundary + late->by;
    closing.holds_back = false;
  }
  if (const Fault* revise = faults_.active(FaultKind::revise, now, channel.topic.text);
      revise != nullptr && candle.volume > 0) {
    Closing wrong = closing;
    wrong.candle.close = candle.open;
    wrong.candle.high = std::max(candle.open, candle.close);
    wrong.candle.low = std::min(candle.open, candle.close);
    channel.closings.push_back(wrong);
    closing.due = boundary + revise->by;
    closing.holds_back = false;
  }
  channel.closings.push_back(closing);
}

void SimStreams::tell_closings(Channel& channel, Timestamp now) {
  for (auto closing = channel.closings.begin(); closing != channel.closings.end();) {
    if (closing->due > now) {
      ++closing;
      continue;
    }
    // Without a flag there is nothing to say if the last update said it all.
    if (dialect_.limits().flags_close || channel.told.open_time > closing->candle.open_time ||
        !same_values(channel.told, closing->candle))
      publish(channel, dialect_.candle(venue_, channel.topic, closing->candle, true, now), now);
    if (channel.told.open_time <= closing->candle.open_time)
      channel.told = closing->candle;
    closing = channel.closings.erase(closing);
  }
}

void SimStreams::tell_forming(Channel& channel, const Candle& candle, SimTime now) {
  const DialectLimits& limits = dialect_.limits();
  for (const Closing& closing : channel.closings)
    if (closing.holds_back)
      return;
  if (candle.volume == 0 && !limits.says_flat)
    return;
  if (channel.told.open_time == candle.open_time && same_values(channel.told, candle))
    return;
  if (now.market - limits.candle_every < channel.told_at ||
      now.real - speak_every < channel.told_real)
    return;
  channel.told = candle;
  channel.told_at = now.market;
  channel.told_real = now.real;
  publish(channel, dialect_.candle(venue_, channel.topic, candle, false, now.market), now.market);
}

void SimStreams::tell_ticker(Channel& channel, double price, SimTime now) {
  const bool is_snapshot = channel.topic.kind == TopicKind::snapshot;
  const Duration every = is_snapshot ? snapshot_every : ticker_every;
  const bool repeats = is_snapshot || channel.topic.kind == TopicKind::mark_price;
  if ((price == channel.told_price && !repeats) || now.market - every < channel.told_at ||
      now.real - speak_every < channel.told_real)
    return;
  channel.told_price = price;
  channel.told_at = now.market;
  channel.told_real = now.real;
  publish(channel, dialect_.ticker(venue_, channel.topic, price, now.market), now.market);
}

void SimStreams::tell_trades(std::size_t market, Watch& watch, Timestamp now) {
  const Timestamp until = floor_to(now, seconds(1));
  if (until <= watch.trades_at)
    return;
  std::vector<Channel*> wanted;
  for (const std::string& name : watch.channels)
    if (Channel& channel = channels_[name];
        channel.topic.kind == TopicKind::trade || channel.topic.kind == TopicKind::aggregate_trade)
      wanted.push_back(&channel);
  if (!wanted.empty())
    for (const SimTrade& trade : venue_.trades(market, watch.trades_at, until))
      for (Channel* channel : wanted)
        publish(*channel, dialect_.trade(venue_, channel->topic, trade, now), now);
  watch.trades_at = until;
}

/// Prices of all markets that somebody watches as one message; of the first twenty where nobody
/// watches any.
void SimStreams::tell_all_tickers(SimTime now) {
  auto found = channels_.find("!miniTicker@arr");
  if (found == channels_.end() || found->second.listeners.empty())
    return;
  Channel& channel = found->second;
  if (now.market - ticker_every < channel.told_at || now.real - speak_every < channel.told_real)
    return;
  channel.told_at = now.market;
  channel.told_real = now.real;
  std::vector<std::string> entries;
  for (auto& [market, watch] : watches_)
    if (watch.follower && watch.follower->price() > 0 && venue_.is_trading(market, now.market))
      entries.push_back(dialect_.ticker(venue_, Topic{TopicKind::mini_ticker, market, {}, {}},
                                        watch.follower->price(), now.market));
  if (entries.empty())
    for (std::size_t market = 0; market < std::min<std::size_t>(venue_.markets().size(), 20);
         ++market)
      if (venue_.is_trading(market, now.market))
        entries.push_back(dialect_.ticker(venue_, Topic{TopicKind::mini_ticker, market, {}, {}},
                                          venue_.price(market, now.market), now.market));
  publish(channel, dialect_.all_tickers(entries), now.market);
}

void SimStreams::publish(const Channel& channel, const std::string& payload, Timestamp now) {
  const std::string& topic = channel.topic.text;
  if (faults_.active(FaultKind::stall, now, topic) != nullptr ||
      faults_.active(FaultKind::withhold, now, topic) != nullptr)
    return;
  std::string text = payload;
  bool is_broken = true;
  if (faults_.every(FaultKind::malformed, now, topic) != nullptr) {
    text = "{\"e\":" + payload;
  } else if (faults_.every(FaultKind::truncated, now, topic) != nullptr) {
    text = payload.substr(0, payload.size() / 2);
  } else if (faults_.every(FaultKind::not_a_number, now, topic) != nullptr) {
    for (std::size_t at = 0; (at = text.find(":\"", at)) != std::string::npos; at += 5)
      if (at + 2 < text.size() && text[at + 2] >= '0' && text[at + 2] <= '9')
        text.replace(at + 2, text.find('"', at + 2) - at - 2, "NaN");
  } else if (faults_.every(FaultKind::absurd, now, topic) != nullptr) {
    for (std::size_t at = 0; (at = text.find(":\"", at)) != std::string::npos; at += 2)
      if (at + 2 < text.size() && text[at + 2] >= '0' && text[at + 2] <= '9')
        text.insert(at + 2, "-");
  } else {
    is_broken = false;
  }
  const Fault* huge = faults_.every(FaultKind::huge, now, topic);
  const bool twice = faults_.active(FaultKind::duplicate, now, topic) != nullptr;
  const bool swaps = faults_.active(FaultKind::reorder, now, topic) != nullptr;
  for (SimStreamId stream : std::vector(channel.listeners)) {
    auto found = clients_.find(stream);
    if (found == clients_.end())
      continue;
    Client& client = found->second;
    std::string frame = client.endpoint.wraps && !is_broken ? wrapped(topic, text) : text;
    if (swaps && client.held.empty()) {
      client.held = std::move(frame);
      continue;
    }
    std::string held = std::exchange(client.held, {});
    if (twice)
      send(stream, client, frame);
    send(stream, client, std::move(frame));
    if (!held.empty() && clients_.contains(stream))
      send(stream, client, std::move(held));
    if (huge != nullptr && clients_.contains(stream))
      say(stream, "\"" + std::string(huge->bytes, 'x') + "\"");
  }
}

void SimStreams::send(SimStreamId stream, Client& client, std::string text) {
  if (client.cut_after == SIZE_MAX)
    return say(stream, std::move(text));
  frames_.push_back({stream, SimFrame::Kind::cut, std::move(text), client.cut_after});
  client.cut_after = SIZE_MAX;
  gone_.push_back(stream);
}

}  // namespace cscan
