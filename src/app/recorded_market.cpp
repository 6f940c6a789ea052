#include "app/recorded_market.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/check.hpp"
#include "series/candle_rollup.hpp"

namespace cscan {
namespace {

constexpr int digits_max = 15;
constexpr double significant_max = 1e15;

double power_of_ten(int digits) {
  double power = 1;
  for (int i = 0; i < digits; ++i)
    power *= 10;
  return power;
}

/// The candle of a whole grid that opens then, if there is one.
const Candle* at(const std::vector<Candle>& candles, Duration step, Timestamp open_time) {
  const std::int64_t index = (open_time - candles.front().open_time) / step;
  const bool is_there =
      open_time >= candles.front().open_time && index < static_cast<std::int64_t>(candles.size());
  return is_there ? &candles[static_cast<std::size_t>(index)] : nullptr;
}

TradedMarket market_of(Instrument instrument, const std::vector<RecordedMarket::Series>& series) {
  TradedMarket market{.instrument = std::move(instrument), .listed_at = Timestamp{INT64_MAX}};
  for (const auto& one : series) {
    market.listed_at = std::min(market.listed_at, one.candles.front().open_time);
    for (const Candle& c : one.candles) {
      market.price_decimals =
          digits_of(std::array{c.open, c.high, c.low, c.close}, market.price_decimals);
      market.volume_decimals = digits_of(std::array{c.volume}, market.volume_decimals);
    }
  }
  market.ticks_per_unit = power_of_ten(market.price_decimals);
  market.lots_per_unit = power_of_ten(market.volume_decimals);
  return market;
}

}  // namespace

int digits_of(std::span<const double> values, int at_least) {
  int digits = at_least;
  double power = power_of_ten(digits);
  for (double value : values)
    // A quotient of two whole numbers is the very double that the decimal text would be.
    while (digits < digits_max && value * power < significant_max &&
           std::round(value * power) / power != value) {
      ++digits;
      power *= 10;
    }
  return digits;
}

RecordedMarket::RecordedMarket(Instrument instrument, std::vector<Series> series)
    : series_(std::move(series)) {
  CHECK(!series_.empty());
  for (const Series& one : series_)
    CHECK(!one.candles.empty());
  std::ranges::sort(series_, {}, &Series::timeframe);
  traded_ = market_of(std::move(instrument), series_);
}

const RecordedMarket::Series* RecordedMarket::find(Timeframe timeframe) const {
  auto found = std::ranges::find(series_, timeframe, &Series::timeframe);
  return found == series_.end() ? nullptr : &*found;
}

const RecordedMarket::Series* RecordedMarket::source_of(Timeframe timeframe) const {
  const Series* source = nullptr;
  for (const Series& one : series_)
    if (one.timeframe < timeframe && length(timeframe).ms % length(one.timeframe).ms == 0)
      source = &one;
  return source;
}

Timestamp RecordedMarket::first_open(Timeframe timeframe) const {
  if (const Series* recorded = find(timeframe))
    return recorded->candles.front().open_time;
  const Series* source = source_of(timeframe);
  return floor_to(source != nullptr ? source->candles.front().open_time : begin(),
                  length(timeframe));
}

Candle RecordedMarket::grain_at(Timestamp open_time) const {
  if (const Candle* recorded = at(grains(), length(grain()), open_time))
    return *recorded;
  return flat_candle(open_time,
                     open_time < begin() ? grains().front().open : grains().back().close);
}

RecordedPath RecordedMarket::path(Timestamp open_time) const {
  return {grain_at(open_time), grain(), traded_};
}

double RecordedMarket::price_before(Timestamp time) const {
  const Timestamp last = time - seconds(1);
  const Timestamp open = floor_to(last, length(grain()));
  return path(open).price((last - open) / seconds(1));
}

/// Sums of decimals are decimals again.
Candle RecordedMarket::in_lots(Candle candle) const {
  candle.volume = std::round(candle.volume * traded_.lots_per_unit) / traded_.lots_per_unit;
  return candle;
}

Candle RecordedMarket::between(Timestamp from, Timestamp until) const {
  const Duration step = length(grain());
  Candle sum = flat_candle(from, price_before(from));
  for (Timestamp open = floor_to(from, step); open < until; open = open + step) {
    const RecordedPath way = path(open);
    add_part(sum, way.part((std::max(from, open) - open) / seconds(1),
                           (std::min(until, open + step) - open) / seconds(1)));
  }
  return in_lots(sum);
}

Candle RecordedMarket::rolled_up(Timeframe from, Timeframe to, Timestamp open_time) const {
  std::vector<Candle> parts;
  for (Timestamp open = open_time; open < open_time + length(to); open = open + length(from))
    parts.push_back(candle(from, open));
  return in_lots(*roll_up(parts, from, to, open_time));
}

Candle RecordedMarket::candle(Timeframe timeframe, Timestamp open_time) const {
  const Series* recorded = find(timeframe);
  if (recorded != nullptr) {
    if (const Candle* there = at(recorded->candles, length(timeframe), open_time))
      return *there;
    if (timeframe == grain() || open_time < recorded->candles.front().open_time)
      return flat_candle(open_time, price_before(open_time));
  }
  if (const Series* source = source_of(timeframe))
    return rolled_up(source->timeframe, timeframe, open_time);
  return between(open_time, open_time + length(timeframe));
}

}  // namespace cscan
