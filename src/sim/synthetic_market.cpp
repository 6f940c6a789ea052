#include "sim/synthetic_market.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.hpp"
#include "sim/intrabar_path.hpp"
#include "sim/synthetic_calendar.hpp"
#include "sim/synthetic_universe.hpp"
#include "sim/tick_bar.hpp"

namespace cscan {
namespace {

constexpr Duration minute = length(Timeframe::m1);

MarketProfile require_market(const Instrument& instrument) {
  const std::optional<MarketProfile> market = find_market(instrument);
  CHECK(market.has_value(), "{} {} is not listed", instrument.exchange, instrument.symbol());
  return *market;
}

/// The candles asked of one timeframe: [first, end) in time, and what was made so far.
struct Wanted {
  Timeframe timeframe{};
  Timestamp first;
  Timestamp end;
  std::vector<Candle> candles;
};

Wanted plan(const MarketProfile& market, Timeframe timeframe, Timestamp end, std::size_t count) {
  const Duration step = length(timeframe);
  const Timestamp oldest = floor_to(market.listed_at, step);
  Wanted wanted{timeframe, {}, floor_to(std::min(end, synthetic_horizon), step), {}};
  wanted.end = std::max(wanted.end, oldest);
  count = std::min(count, static_cast<std::size_t>((wanted.end - oldest) / step));
  wanted.first = wanted.end - step * static_cast<std::int64_t>(count);
  wanted.candles.reserve(count);
  return wanted;
}

/// One day's candles, at the grain a timeframe needs: 5m, or 1m for what is shorter.
class DayRoll {
 public:
  DayRoll(const PriceModel& model, const MarketSource& market, std::int64_t day)
      : market_(market), day_(day), bars_(model.day(market, day)), maker_(market.profile) {}

  void append(Wanted& wanted) const {
    const Timestamp start = start_of_day(day_);
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
      const auto index = static_cast<std::size_t>((t - start_of_day(day_)) / bar_length);
      const TickBar& bar = bars_[index];
      if (bar.volume == 0) {
        minutes.insert(minutes.end(), 5, bar);
        continue;
      }
      const IntrabarPath path(bar, market_.path, static_cast<std::uint64_t>(bar_of(t)));
      for (std::size_t i = 0; i < 5; ++i)
        minutes.push_back(path.minute(i));
    }
    return minutes;
  }

  const MarketSource& market_;
  std::int64_t day_;
  DayBars bars_;
  CandleMaker maker_;
};

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

Timestamp SyntheticMarket::listed_at(const Instrument& instrument) const {
  return require_market(instrument).listed_at;
}

FormingCandles SyntheticMarket::follow(const Instrument& instrument,
                                       std::span<const Timeframe> timeframes) const {
  return {model_, require_market(instrument), timeframes};
}

double SyntheticMarket::price(const Instrument& instrument, Timestamp now) const {
  FormingCandles candles = follow(instrument, {});
  candles.at(now);
  return candles.price();
}

Candle SyntheticMarket::forming(const Instrument& instrument, Timeframe timeframe,
                                Timestamp now) const {
  return follow(instrument, {&timeframe, 1}).at(now).front();
}

std::vector<Candle> SyntheticMarket::forming_all(const Instrument& instrument,
                                                 std::span<const Timeframe> timeframes,
                                                 Timestamp now) const {
  FormingCandles candles = follow(instrument, timeframes);
  const auto grown = candles.at(now);
  return {grown.begin(), grown.end()};
}

std::vector<Candle> SyntheticMarket::history(const Instrument& instrument, Timeframe timeframe,
                                             Timestamp end, std::size_t count) const {
  return std::move(history_all(instrument, {&timeframe, 1}, end, count).front());
}

std::vector<std::vector<Candle>> SyntheticMarket::history_all(const Instrument& instrument,
                                                              std::span<const Timeframe> timeframes,
                                                              Timestamp end,
                                                              std::size_t count) const {
  const MarketSource market = model_.source(require_market(instrument));
  std::vector<Wanted> wanted;
  Timestamp first = horizon;
  Timestamp last = genesis;
  for (const Timeframe timeframe : timeframes) {
    wanted.push_back(plan(market.profile, timeframe, end, count));
    first = std::min(first, wanted.back().first);
    last = std::max(last, wanted.back().end);
  }
  // A candle longer than what was listed of it begins before the listing: with nothing.
  first = std::max(first, start_of_day(day_of(market.profile.listed_at)));
  for (std::int64_t day = day_of(first); start_of_day(day) < last; ++day) {
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
