#include "sim/price_model.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "sim/price_factors.hpp"

namespace cscan {
namespace {

// The basis of a market against the base's common price, as a logarithm.
constexpr std::array basis_octaves = {Octave{200, 0.0002}, Octave{6, 0.0003}, Octave{1, 0.0001}};
// The state of a market's volume, as a logarithm; the offset makes its mean about 1.
constexpr std::array volume_octaves = {Octave{90, 0.30}, Octave{9, 0.30}, Octave{1, 0.25}};
constexpr double volume_offset = -0.10;

std::int64_t round_to_int(double value) { return static_cast<std::int64_t>(value + 0.5); }

HourValues draw_basis(const CounterRandom& random, std::int64_t day) {
  HourValues basis{};
  add_octaves(basis_octaves, random, day * 24, basis);
  return basis;
}

HourValues draw_activity(const CounterRandom& random, std::int64_t day) {
  HourValues activity;
  activity.fill(volume_offset);
  add_octaves(volume_octaves, random, day * 24, activity);
  for (double& value : activity)
    value = exponential(value);
  return activity;
}

/// Gives the shape of a base's day the prices of one market, in increments; no volume yet.
DayBars price_bars(const MarketProfile& market, const DayShape& shape, const HourValues& basis,
                   double x, double last_x, const CounterRandom& wicks, std::uint64_t counter) {
  const auto ticks_at = [&](double log_price, std::size_t bar) {
    const double price = market.base->price_level * exponential(log_price + at_bar(basis, bar));
    return std::max<std::int64_t>(1, round_to_int(price * market.increments_per_unit));
  };
  DayBars bars;
  std::int64_t open = ticks_at(x, 0);
  for (std::size_t i = 0; i < bars_per_day; ++i) {
    x = i + 1 == bars_per_day ? last_x : x + shape.move[i];
    const std::int64_t close = ticks_at(x, i + 1);
    // Wicks are mostly short: u² (1 + u) has mean 0.58 for a uniform u.
    const std::uint64_t bits = wicks.bits(counter + i);
    const double u = static_cast<double>(bits >> 32) * 0x1p-32;
    const double v = static_cast<double>(bits & 0xffffffffULL) * 0x1p-32;
    const double scale = 0.85 * shape.sigma[i] * static_cast<double>(open);
    const std::int64_t high = std::max(open, close) + round_to_int(scale * u * u * (1 + u));
    const std::int64_t low = std::min(open, close) - round_to_int(scale * v * v * (1 + v));
    bars[i] = {open, high, std::max<std::int64_t>(1, low), close, 0};
    open = close;
  }
  return bars;
}

void add_volume(DayBars& bars, const MarketProfile& market, const DayShape& shape,
                const HourValues& activity, const CounterRandom& random, std::uint64_t counter) {
  const double usual_quote = market.daily_quote_volume / static_cast<double>(bars_per_day);
  const double scale = market.steps_per_unit * market.increments_per_unit;
  const double inverse_usual_sigma = 1 / usual_sigma(*market.base);
  for (std::size_t i = 0; i < bars_per_day; ++i) {
    const double sigma = shape.sigma[i];
    const double move = shape.move[i] < 0 ? -shape.move[i] : shape.move[i];
    const double factor = at_bar(activity, i) * shape.volume[i] *
                          (0.4 + 0.6 * sigma * inverse_usual_sigma) * (0.45 + 0.7 * move / sigma) *
                          random.lognormal(counter + i, 0.35);
    const double quote_to_steps = scale / static_cast<double>(bars[i].open);
    bars[i].volume = std::max<std::int64_t>(5, round_to_int(usual_quote * factor * quote_to_steps));
  }
}

/// Silent candles repeat the last close. The first and the last of a day never are.
void silence(DayBars& bars, const DayShape& shape, double share, const CounterRandom& random,
             std::uint64_t counter) {
  for (std::size_t i = 1; i + 1 < bars_per_day; ++i) {
    if (shape.burst[i] || random.uniform(counter + i) >= share)
      continue;
    const std::int64_t last = bars[i - 1].close;
    bars[i] = {last, last, last, last, 0};
  }
}

}  // namespace

PriceModel::PriceModel(std::uint64_t seed) : seed_(seed) {
  for (const BaseProfile& base : synthetic_bases())
    midnights_.push_back(draw_midnights(seed, base, day_count));
}

CounterRandom PriceModel::market_stream(const MarketProfile& market,
                                        std::string_view purpose) const {
  return {seed_,
          {name_bits(market.exchange->name), name_bits(market.base->name), name_bits(purpose)}};
}

DayBars PriceModel::day(const MarketProfile& market, std::int64_t day) const {
  CHECK(day >= 0 && day < day_count, "day {}", day);
  const BaseProfile& base = *market.base;
  const auto base_index = static_cast<std::size_t>(&base - synthetic_bases().data());
  const double first_x = midnights_[base_index][static_cast<std::size_t>(day)];
  const double last_x = midnights_[base_index][static_cast<std::size_t>(day) + 1];
  const DayShape shape = draw_day(seed_, base, day, last_x - first_x);

  // Wicks belong to the base: a spike is seen on all exchanges.
  const CounterRandom wicks(seed_, {name_bits(base.name), name_bits("wicks")});
  const std::uint64_t counter = static_cast<std::uint64_t>(day) * bars_per_day;
  DayBars bars = price_bars(market, shape, draw_basis(market_stream(market, "basis"), day), first_x,
                            last_x, wicks, counter);
  add_volume(bars, market, shape, draw_activity(market_stream(market, "activity"), day),
             market_stream(market, "volume"), counter);
  if (market.quiet_share > 0)
    silence(bars, shape, market.quiet_share, market_stream(market, "silence"), counter);
  return bars;
}

}  // namespace cscan
