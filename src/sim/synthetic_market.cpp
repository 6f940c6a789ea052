#include "sim/synthetic_market.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/check.hpp"
#include "sim/intrabar_path.hpp"
#include "sim/synthetic_universe.hpp"

namespace cscan {
namespace {

constexpr Duration bar_length = length(Timeframe::m5);
constexpr Duration minute = length(Timeframe::m1);

MarketProfile require_market(const Instrument& instrument) {
  const std::optional<MarketProfile> market = find_market(instrument);
  CHECK(market.has_value(), "{} {} is not listed", instrument.exchange, instrument.symbol());
  return *market;
}

Timestamp clamp_time(Timestamp t, Timestamp last) {
  return std::clamp(t, SyntheticMarket::genesis, last);
}

std::int64_t day_of(Timestamp t) { return (t - SyntheticMarket::genesis) / days(1); }
Timestamp start_of(std::int64_t day) { return SyntheticMarket::genesis + days(1) * day; }

/// Extends `sum` by the candle that follows it. A silent one changes nothing; after silence alone
/// the first that trades decides everything.
void merge(TickBar& sum, const TickBar& next) {
  if (next.volume == 0)
    return;
  if (sum.volume == 0) {
    sum = next;
    return;
  }
  sum.high = std::max(sum.high, next.high);
  sum.low = std::min(sum.low, next.low);
  sum.close = next.close;
  sum.volume += next.volume;
}

/// Turns whole increments and steps into numbers; dividing rounds once, so the text is short.
class CandleMaker {
 public:
  explicit CandleMaker(const MarketProfile& market)
      : increments_(market.increments_per_unit),
        steps_(market.steps_per_unit),
        quiet_state_(market.exchange->quiet_state) {}

  [[nodiscard]] double price(std::int64_t ticks) const {
    return static_cast<double>(ticks) / increments_;
  }
  [[nodiscard]] double volume(std::int64_t steps) const {
    return static_cast<double>(steps) / steps_;
  }
  [[nodiscard]] Candle candle(Timestamp open_time, const TickBar& bar, CandleState state) const {
    return {open_time,
            price(bar.open),
            price(bar.high),
            price(bar.low),
            price(bar.close),
            volume(bar.volume),
            0,
            state};
  }
  [[nodiscard]] Candle closed(Timestamp open_time, const TickBar& bar) const {
    return candle(open_time, bar, bar.volume == 0 ? quiet_state_ : CandleState::final);
  }

 private:
  double increments_;
  double steps_;
  CandleState quiet_state_;
};

IntrabarPath path_of(const PriceModel& model, const MarketProfile& market, const TickBar& bar,
                     std::int64_t day, std::size_t index) {
  return {bar, model.market_stream(market, "path"),
          static_cast<std::uint64_t>(day) * bars_per_day + index};
}

/// The candles asked of one timeframe: [first, end) in time, and what was made so far.
struct Wanted {
  Timeframe timeframe{};
  Timestamp first;
  Timestamp end;
  std::vector<Candle> candles;
};

Wanted plan(Timeframe timeframe, Timestamp end, std::size_t count) {
  const Duration step = length(timeframe);
  Wanted wanted{timeframe, {}, floor_to(clamp_time(end, SyntheticMarket::horizon), step), {}};
  const auto possible = static_cast<std::size_t>((wanted.end - SyntheticMarket::genesis) / step);
  count = std::min(count, possible);
  wanted.first = wanted.end - step * static_cast<std::int64_t>(count);
  wanted.candles.reserve(count);
  return wanted;
}

/// One day's candles, at the grain a timeframe needs: 5m, or 1m for what is shorter.
class DayRoll {
 public:
  DayRoll(const PriceModel& model, const MarketProfile& market, std::int64_t day)
      : model_(model), market_(market), day_(day), bars_(model.day(market, day)), maker_(market) {}

  void append(Wanted& wanted) const {
    const Timestamp start = start_of(day_);
    const Timestamp first = std::max(wanted.first, start);
    const Timestamp end = std::min(wanted.end, start + days(1));
    if (first >= end)
      return;
    if (length(wanted.timeframe) < bar_length) {
      const Timestamp from = floor_to(first, bar_length);
      roll(minutes_between(from, end), from, minute, first, end, wanted);
    } else {
      roll(bars_, start, bar_length, first, end, wanted);
    }
  }

 private:
  /// Rolls `grains`, of which the first opens at `origin`, into the candles of [first, end).
  void roll(std::span<const TickBar> grains, Timestamp origin, Duration grain, Timestamp first,
            Timestamp end, Wanted& wanted) const {
    const Duration step = length(wanted.timeframe);
    const auto group = static_cast<std::size_t>(step / grain);
    auto at = static_cast<std::size_t>((first - origin) / grain);
    for (Timestamp open_time = first; open_time < end; open_time = open_time + step) {
      TickBar sum = grains[at];
      for (std::size_t i = 1; i < group; ++i)
        merge(sum, grains[at + i]);
      at += group;
      wanted.candles.push_back(maker_.closed(open_time, sum));
    }
  }

  [[nodiscard]] std::vector<TickBar> minutes_between(Timestamp from, Timestamp end) const {
    std::vector<TickBar> minutes;
    for (Timestamp t = from; t < end; t = t + bar_length) {
      const auto index = static_cast<std::size_t>((t - start_of(day_)) / bar_length);
      const TickBar& bar = bars_[index];
      if (bar.volume == 0) {
        minutes.insert(minutes.end(), 5, bar);
        continue;
      }
      const IntrabarPath path = path_of(model_, market_, bar, day_, index);
      for (std::size_t i = 0; i < 5; ++i)
        minutes.push_back(path.minute(i));
    }
    return minutes;
  }

  const PriceModel& model_;
  const MarketProfile& market_;
  std::int64_t day_;
  DayBars bars_;
  CandleMaker maker_;
};

/// The day of `now`, as far as it has gone: up to step `step_` of candle `current_`.
class DaySoFar {
 public:
  DaySoFar(const PriceModel& model, const MarketProfile& market, Timestamp now)
      : model_(model), market_(market), day_(day_of(now)), bars_(model.day(market, day_)) {
    const Duration since_midnight = now - start_of(day_);
    current_ = static_cast<std::size_t>(since_midnight / bar_length);
    step_ = IntrabarPath::step_at({since_midnight.ms % bar_length.ms});
    if (bars_[current_].volume > 0)
      path_.emplace(path_of(model_, market_, bars_[current_], day_, current_));
  }

  /// What was traded from `open_time` (a grid time of this day) until now; if nothing was, flat at
  /// the last close.
  [[nodiscard]] TickBar since(Timestamp open_time) const {
    const Duration offset = open_time - start_of(day_);
    const auto first = static_cast<std::size_t>(offset / bar_length);
    const std::size_t from = IntrabarPath::step_at({offset.ms % bar_length.ms});
    TickBar sum = flat_at(price_at(first, from));
    for (std::size_t i = first; i <= current_; ++i)
      merge(sum, part(i, i == first ? from : 0, i == current_ ? step_ : IntrabarPath::last_step));
    return sum;
  }

  [[nodiscard]] std::int64_t price() const { return price_at(current_, step_); }

 private:
  static TickBar flat_at(std::int64_t price) { return {price, price, price, price, 0}; }

  [[nodiscard]] IntrabarPath path(std::size_t index) const {
    return index == current_ ? *path_ : path_of(model_, market_, bars_[index], day_, index);
  }

  /// The price of the newest trade at step `step` of candle `index`. Nothing has traded yet at the
  /// open; and a day opens at the close of the day before.
  [[nodiscard]] std::int64_t price_at(std::size_t index, std::size_t step) const {
    if (step == 0)
      return index == 0 ? bars_[0].open : bars_[index - 1].close;
    return bars_[index].volume == 0 ? bars_[index].close : path(index).part(0, step).close;
  }

  /// What was traded between two steps of candle `index`; volume 0 if nothing.
  [[nodiscard]] TickBar part(std::size_t index, std::size_t from, std::size_t to) const {
    if (bars_[index].volume == 0 || from >= to)
      return {};
    const bool whole = from == 0 && to == IntrabarPath::last_step;
    return whole ? bars_[index] : path(index).part(from, to);
  }

  const PriceModel& model_;
  const MarketProfile& market_;
  std::int64_t day_;
  DayBars bars_;
  std::size_t current_ = 0;
  std::size_t step_ = 0;
  std::optional<IntrabarPath> path_;  ///< of the running candle, unless it is silent
};

/// The newest instant at which the market exists.
constexpr Timestamp last_instant = SyntheticMarket::horizon - milliseconds(1);

}  // namespace

SyntheticMarket::SyntheticMarket(std::uint64_t seed) : model_(seed) {}

std::vector<Instrument> SyntheticMarket::instruments(std::string_view exchange) const {
  std::vector<Instrument> listed;
  const ExchangeProfile* profile = find_exchange(exchange);
  if (profile == nullptr)
    return listed;
  for (const BaseProfile& base : synthetic_bases())
    if (is_listed(*profile, base))
      listed.push_back(to_instrument(*profile, base));
  return listed;
}

bool SyntheticMarket::lists(const Instrument& instrument) const {
  return find_market(instrument).has_value();
}

double SyntheticMarket::quote_volume_24h(const Instrument& instrument, Timestamp now) const {
  double sum = 0;
  for (const Candle& candle : history(instrument, Timeframe::m5, now, bars_per_day))
    sum += candle.close * candle.volume;
  return static_cast<double>(static_cast<std::int64_t>(sum + 0.5));
}

double SyntheticMarket::price(const Instrument& instrument, Timestamp now) const {
  const MarketProfile market = require_market(instrument);
  return CandleMaker(market).price(DaySoFar(model_, market, clamp_time(now, last_instant)).price());
}

Candle SyntheticMarket::forming(const Instrument& instrument, Timeframe timeframe,
                                Timestamp now) const {
  return forming_all(instrument, {&timeframe, 1}, now).front();
}

std::vector<Candle> SyntheticMarket::forming_all(const Instrument& instrument,
                                                 std::span<const Timeframe> timeframes,
                                                 Timestamp now) const {
  const MarketProfile market = require_market(instrument);
  const CandleMaker maker(market);
  now = clamp_time(now, last_instant);
  const DaySoFar so_far(model_, market, now);
  std::vector<Candle> candles;
  candles.reserve(timeframes.size());
  for (const Timeframe timeframe : timeframes) {
    const Timestamp open_time = floor_to(now, length(timeframe));
    candles.push_back(maker.candle(open_time, so_far.since(open_time), CandleState::forming));
  }
  return candles;
}

std::vector<Candle> SyntheticMarket::history(const Instrument& instrument, Timeframe timeframe,
                                             Timestamp end, std::size_t count) const {
  return std::move(history_all(instrument, {&timeframe, 1}, end, count).front());
}

std::vector<std::vector<Candle>> SyntheticMarket::history_all(const Instrument& instrument,
                                                              std::span<const Timeframe> timeframes,
                                                              Timestamp end,
                                                              std::size_t count) const {
  const MarketProfile market = require_market(instrument);
  std::vector<Wanted> wanted;
  Timestamp first = horizon;
  Timestamp last = genesis;
  for (const Timeframe timeframe : timeframes) {
    wanted.push_back(plan(timeframe, end, count));
    first = std::min(first, wanted.back().first);
    last = std::max(last, wanted.back().end);
  }
  for (std::int64_t day = day_of(first); start_of(day) < last; ++day) {
    const DayRoll roll(model_, market, day);
    for (Wanted& one : wanted)
      roll.append(one);
  }
  std::vector<std::vector<Candle>> histories;
  for (Wanted& one : wanted)
    histories.push_back(std::move(one.candles));
  return histories;
}

}  // namespace cscan
