// What is said on the streams, and what faults make of it.

#include <algorithm>
#include <array>

#include "sim/broken_frame.hpp"
#include "sim/sim_streams.hpp"

namespace cscan {
namespace {

/// Between two looks at a market; prices move once a second.
constexpr Duration look_every = milliseconds(250);
/// However fast market time goes, a topic does not speak more often than this, in real time.
constexpr Duration speak_every = milliseconds(100);
constexpr Duration all_tickers_every = seconds(1);
constexpr Duration snapshot_every = seconds(5);

/// The same for a market every time, different between markets.
Duration close_delay(std::size_t market, Duration max) {
  return milliseconds(static_cast<std::int64_t>(market * 7'919 % 2'011) * max.ms / 2'010);
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
  if (now.market < watch.at)
    return;  // its clock was put back: what was said stays said
  const bool is_new_minute = floor_to(now.market, minutes(1)) != floor_to(watch.at, minutes(1));
  if (!is_new_minute && now.market - watch.at < look_every && now.market < watch.next_close)
    return;
  if (!venue_.is_trading(market, now.market)) {
    watch.at = watch.trades_at = now.market;
    return;
  }
  close_candles(watch, market, now);
  watch.at = now.market;
  watch.next_close = Timestamp{INT64_MAX};
  const auto candles = watch.follower->at(now.market);
  const double price = watch.follower->price();
  for (const std::string& name : watch.channels) {
    Channel& channel = channels_[name];
    if (channel.topic.kind == TopicKind::candle) {
      watch.next_close = std::min(watch.next_close, tell_closings(channel, now));
      auto place = std::ranges::find(watch.timeframes, channel.topic.timeframe);
      tell_forming(channel, candles[static_cast<std::size_t>(place - watch.timeframes.begin())],
                   now);
    } else if (channel.topic.kind != TopicKind::trade &&
               channel.topic.kind != TopicKind::aggregate_trade) {
      tell_ticker(channel, price, now);
    }
  }
  tell_trades(market, watch, now);
}

/// Ends the candles whose close lies between the last look and now.
void SimStreams::close_candles(Watch& watch, std::size_t market, SimTime now) {
  const Duration shortest = length(watch.timeframes.front());
  for (Timestamp boundary = floor_to(watch.at, shortest) + shortest; boundary <= now.market;
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
                            SimTime now) {
  if (candle.state == CandleState::no_trade)
    return;
  ledger_.push_back({channel.topic.market, channel.topic.timeframe, candle,
                     plan_closing(channel, candle, boundary, now)});
}

/// When the final form will be told, if it will.
std::optional<Timestamp> SimStreams::plan_closing(Channel& channel, const Candle& candle,
                                                  Timestamp boundary, SimTime now) {
  const DialectLimits& limits = dialect_.limits();
  const std::string& topic = channel.topic.text;
  if (candle.volume == 0 && !limits.says_flat)
    return std::nullopt;
  if (faults_.active(FaultKind::missing_close, now.planned(), topic) != nullptr)
    return std::nullopt;
  Closing closing{candle, boundary + close_delay(channel.topic.market, limits.close_delay_max),
                  true};
  if (const Fault* late = faults_.active(FaultKind::late_close, now.planned(), topic)) {
    closing.due = std::max(closing.due, boundary + late->by);
    closing.holds_back = false;
  }
  if (const Fault* revise = faults_.active(FaultKind::revise, now.planned(), topic);
      revise != nullptr && candle.volume > 0) {
    Closing wrong = closing;
    wrong.candle.close = candle.open;
    wrong.candle.high = std::max(candle.open, candle.close);
    wrong.candle.low = std::min(candle.open, candle.close);
    channel.closings.push_back(wrong);
    closing.due = std::max(closing.due, boundary + revise->by);
    closing.holds_back = false;
  }
  channel.closings.push_back(closing);
  return closing.due;
}

Timestamp SimStreams::tell_closings(Channel& channel, SimTime now) {
  Timestamp next{INT64_MAX};
  for (auto closing = channel.closings.begin(); closing != channel.closings.end();) {
    if (closing->due > now.market) {
      next = std::min(next, closing->due);
      ++closing;
      continue;
    }
    // Without a flag there is nothing to say if the last update said it all.
    if (dialect_.limits().flags_close || channel.told.open_time != closing->candle.open_time ||
        !same_values(channel.told, closing->candle))
      publish(channel, dialect_.candle(venue_, channel.topic, closing->candle, true, now.market),
              now);
    if (channel.told.open_time <= closing->candle.open_time)
      channel.told = closing->candle;
    closing = channel.closings.erase(closing);
  }
  return next;
}

/// Where no flag is said, the last word about a candle is an update of its last second, in which it
/// has its final values. Faults of closes concern that one, too.
bool SimStreams::withholds_last_word(const Channel& channel, const Candle& candle,
                                     SimTime now) const {
  const Timestamp close = candle.open_time + length(channel.topic.timeframe);
  if (dialect_.limits().flags_close || now.market < close - seconds(1))
    return false;
  return std::ranges::any_of(
      std::array{FaultKind::missing_close, FaultKind::late_close, FaultKind::revise},
      [&](FaultKind kind) {
        return faults_.active(kind, now.planned(), channel.topic.text) != nullptr;
      });
}

void SimStreams::tell_forming(Channel& channel, const Candle& candle, SimTime now) {
  const DialectLimits& limits = dialect_.limits();
  for (const Closing& closing : channel.closings)
    if (closing.holds_back)
      return;
  if (candle.state == CandleState::no_trade || (candle.volume == 0 && !limits.says_flat))
    return;
  if (channel.told.open_time == candle.open_time && same_values(channel.told, candle))
    return;
  if (withholds_last_word(channel, candle, now))
    return;
  if (now.market - limits.candle_every < channel.told_at ||
      now.real - speak_every < channel.told_real)
    return;
  channel.told = candle;
  channel.told_at = now.market;
  channel.told_real = now.real;
  publish(channel, dialect_.candle(venue_, channel.topic, candle, false, now.market), now);
}

void SimStreams::tell_ticker(Channel& channel, double price, SimTime now) {
  const bool is_snapshot = channel.topic.kind == TopicKind::snapshot;
  const Duration every = is_snapshot ? snapshot_every : dialect_.limits().ticker_every;
  const bool repeats = is_snapshot || channel.topic.kind == TopicKind::mark_price;
  if ((price == channel.told_price && !repeats) || now.market - every < channel.told_at ||
      now.real - speak_every < channel.told_real)
    return;
  channel.told_price = price;
  channel.told_at = now.market;
  channel.told_real = now.real;
  publish(channel, dialect_.ticker(venue_, channel.topic, price, now.market), now);
}

void SimStreams::tell_trades(std::size_t market, Watch& watch, SimTime now) {
  const Timestamp until = floor_to(now.market, seconds(1));
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
        publish(*channel, dialect_.trade(venue_, channel->topic, trade, now.market), now);
  watch.trades_at = until;
}

/// Prices of all markets whose price changed, as one message.
void SimStreams::tell_all_tickers(SimTime now) {
  auto found = channels_.find("!miniTicker@arr");
  if (found == channels_.end() || found->second.listeners.empty())
    return;
  Channel& channel = found->second;
  if (now.market - all_tickers_every < channel.told_at ||
      now.real - speak_every < channel.told_real)
    return;
  channel.told_at = now.market;
  channel.told_real = now.real;
  told_prices_.resize(venue_.markets().size());
  std::vector<std::string> entries;
  for (std::size_t market = 0; market < told_prices_.size(); ++market) {
    if (!venue_.is_trading(market, now.market))
      continue;
    const double price = venue_.price(market, now.market);
    if (price == std::exchange(told_prices_[market], price))
      continue;
    entries.push_back(
        dialect_.ticker(venue_, Topic{TopicKind::mini_ticker, market, {}, {}}, price, now.market));
  }
  if (!entries.empty())
    publish(channel, dialect_.all_tickers(entries), now);
}

/// What faults make of a message: nullopt means nothing.
std::optional<FaultKind> SimStreams::breakage(const std::string& topic, SimTime now) {
  for (FaultKind kind :
       {FaultKind::malformed, FaultKind::truncated, FaultKind::not_a_number, FaultKind::absurd})
    if (faults_.every(kind, now.planned(), topic) != nullptr)
      return kind;
  return std::nullopt;
}

void SimStreams::publish(const Channel& channel, const std::string& payload, SimTime now) {
  const std::string& topic = channel.topic.text;
  const auto active = [&](FaultKind kind) {
    return faults_.active(kind, now.planned(), topic) != nullptr;
  };
  if (active(FaultKind::stall) || active(FaultKind::withhold))
    return;
  const auto broken = breakage(topic, now);
  const Fault* huge = faults_.every(FaultKind::huge, now.planned(), topic);
  const bool twice = active(FaultKind::duplicate);
  const bool swaps = active(FaultKind::reorder);
  for (SimStreamId stream : channel.listeners) {
    Client& client = clients_.at(stream);
    std::string frame = client.endpoint.wraps ? wrapped(topic, payload) : payload;
    if (broken)
      frame = break_frame(frame, *broken);
    if (swaps && client.held.empty()) {
      client.held = std::move(frame);
      continue;
    }
    const std::string held = std::exchange(client.held, {});
    if (twice)
      say(stream, client, frame);
    say(stream, client, std::move(frame));
    if (!held.empty())
      say(stream, client, held);
    if (huge != nullptr)
      say(stream, client, "\"" + std::string(huge->bytes, 'x') + "\"");
  }
}

}  // namespace cscan
