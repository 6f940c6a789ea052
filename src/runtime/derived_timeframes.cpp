#include "runtime/derived_timeframes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/exact_decimal.hpp"
#include "series/candle_rollup.hpp"

namespace cscan {
namespace {

std::optional<Timeframe> base_of(const ExchangeTable& table, Timeframe wanted) {
  std::optional<Timeframe> base;
  for (Timeframe smaller : all_timeframes)
    if (smaller < wanted && length(wanted).ms % length(smaller).ms == 0 &&
        table.find_interval(smaller) != nullptr)
      base = smaller;
  return base;
}

/// As the exchange would have added them up.
double exact_volume(std::span<const Candle> parts) {
  DecimalSum sum;
  for (const Candle& part : parts)
    sum.add(part.volume);
  return sum.value();
}

}  // namespace

Result<NativeTimeframes> native_timeframes(const ExchangeTable& table,
                                           std::span<const Timeframe> wanted) {
  NativeTimeframes native;
  for (Timeframe timeframe : wanted) {
    if (table.find_interval(timeframe) != nullptr) {
      native.watched.push_back(timeframe);
      continue;
    }
    auto base = base_of(table, timeframe);
    if (!base)
      return fail(ErrorCode::unsupported,
                  fmt::format("{} has no candles of {}, nor any that make them", table.id,
                              to_string(timeframe)));
    native.derived.push_back({timeframe, *base});
    native.watched.push_back(*base);
  }
  std::ranges::sort(native.watched);
  auto repeated = std::ranges::unique(native.watched);
  native.watched.erase(repeated.begin(), repeated.end());
  return native;
}

void DerivedCandles::keep(const Candle& base) {
  const Duration step = length(timeframe_.wanted);
  if (!parts_.empty()) {
    const Timestamp current = floor_to(parts_.front().open_time, step);
    const Timestamp its = floor_to(base.open_time, step);
    if (its < current)
      return;  // of one that is over
    if (its > current)
      parts_.clear();
  }
  auto place = std::ranges::lower_bound(parts_, base.open_time, {}, &Candle::open_time);
  if (place != parts_.end() && place->open_time == base.open_time)
    *place = base;
  else
    parts_.insert(place, base);
}

std::optional<Candle> DerivedCandles::grow(const Candle& base) {
  keep(base);
  if (parts_.empty() || floor_to(base.open_time, length(timeframe_.wanted)) !=
                            floor_to(parts_.front().open_time, length(timeframe_.wanted)))
    return std::nullopt;
  std::optional<Candle> sum;
  for (const Candle& part : parts_) {
    if (part.volume == 0)
      continue;
    if (!sum) {
      sum = part;
      continue;
    }
    sum->high = std::max(sum->high, part.high);
    sum->low = std::min(sum->low, part.low);
    sum->close = part.close;
  }
  if (!sum)
    return std::nullopt;
  sum->volume = exact_volume(parts_);
  sum->open_time = floor_to(base.open_time, length(timeframe_.wanted));
  sum->state = CandleState::forming;
  sum->revision = 0;
  return sum;
}

std::vector<Candle> DerivedCandles::settle(std::span<const Candle> bases) {
  std::vector<Candle> settled;
  if (bases.empty())
    return settled;
  const Duration step = length(timeframe_.wanted);
  for (Timestamp open = floor_to(bases.front().open_time, step); open <= bases.back().open_time;
       open = open + step) {
    auto first = std::ranges::lower_bound(bases, open, {}, &Candle::open_time);
    auto end = std::ranges::lower_bound(bases, open + step, {}, &Candle::open_time);
    const std::span parts(first, end);
    if (auto candle = roll_up(parts, timeframe_.base, timeframe_.wanted, open)) {
      candle->volume = exact_volume(parts);
      settled.push_back(*candle);
    }
  }
  for (const Candle& base :
       bases.last(std::min(bases.size(), static_cast<std::size_t>(timeframe_.ratio()))))
    keep(base);
  return settled;
}

}  // namespace cscan
