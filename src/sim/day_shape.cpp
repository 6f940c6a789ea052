#include "sim/day_shape.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/price_factors.hpp"

namespace cscan {
namespace {

// The volatility states, as logarithms: the whole market's and a base's own. The offset makes the
// mean of the squared factor about 1 (a straight line between knots has 2/3 of their variance).
constexpr std::array market_octaves = {Octave{168, 0.30}, Octave{61, 0.40}, Octave{11, 0.30},
                                       Octave{3, 0.20}};
constexpr std::array base_octaves = {Octave{37, 0.22}, Octave{7, 0.22}, Octave{2, 0.18}};
constexpr double volatility_offset = -0.31;

// Chances of the runs: bursts per two hours, marches per half day, runs of days per 8 days.
constexpr double market_burst = 0.02;
constexpr double base_burst = 0.06;
constexpr double base_march = 0.12;
constexpr double market_day_run = 0.20;
constexpr double base_day_run = 0.25;

/// Volatility by hour of the UTC day: quiet at 04:00, liveliest when New York opens.
constexpr HourValues hour_factor = {1.05, 0.98, 0.92, 0.86, 0.80, 0.80, 0.83, 0.90, 0.98,
                                    0.98, 0.95, 0.95, 1.05, 1.25, 1.40, 1.38, 1.28, 1.18,
                                    1.10, 1.05, 1.05, 1.02, 0.98, 1.00, 1.05};

/// Genesis was a Wednesday; markets are calmer on Saturdays and Sundays.
bool is_weekend(std::int64_t day) { return (day + 3) % 7 == 6 || (day + 3) % 7 == 0; }

/// Nearly `x` while |x| is well below `limit`, which it never reaches.
double squash(double x, double limit) { return x / std::sqrt(1 + x * x / (limit * limit)); }

/// The streams one owner, the whole market or a base, is drawn from.
struct Streams {
  Streams(std::uint64_t seed, std::string_view owner)
      : moves(seed, {name_bits(owner), name_bits("moves")}),
        runs(seed, {name_bits(owner), name_bits("runs")}),
        state(seed, {name_bits(owner), name_bits("state")}),
        days(seed, {name_bits(owner), name_bits("days")}) {}
  CounterRandom moves;
  CounterRandom runs;
  CounterRandom state;
  CounterRandom days;
};

Streams market_streams(std::uint64_t seed) { return {seed, "the whole market"}; }

/// A day's draw: tails less fat than a candle's, as the sum of two draws.
double day_draw(const CounterRandom& random, std::uint64_t day) {
  return (random.fat_tailed(day) + random.normal((1ULL << 43) + day)) * 0.7071067811865476;
}

/// The logarithm of the volatility state from `first_hour` on.
void fill_state(const Streams& market, const Streams& own, std::int64_t first_hour,
                std::span<double> out) {
  std::ranges::fill(out, volatility_offset);
  add_octaves(market_octaves, market.state, first_hour, out);
  add_octaves(base_octaves, own.state, first_hour, out);
}

HourValues hourly_sigma(const BaseProfile& base, const Streams& market, const Streams& own,
                        std::int64_t day, double day_move) {
  HourValues state;
  fill_state(market, own, day * 24, state);
  const double size = (day_move < 0 ? -day_move : day_move) / (1.8 * base.daily_volatility);
  const std::uint64_t surge_counter = (1ULL << 42) + static_cast<std::uint64_t>(day);
  const HourValues surge = shock(own.runs.bits(surge_counter), std::clamp(size, 1.0, 4.0));
  const double usual = usual_sigma(base) * (is_weekend(day) ? 0.8 : 1.03);
  HourValues sigma;
  for (std::size_t hour = 0; hour < sigma.size(); ++hour) {
    const double factor = exponential(state[hour]) * hour_factor[hour] * surge[hour];
    sigma[hour] = usual * std::min(factor, 5.0);
  }
  return sigma;
}

/// Spreads what the moves lack to `day_move` over them, in proportion to their variance.
void bridge(DayShape& shape, double day_move) {
  double sum = 0;
  double variance = 0;
  for (std::size_t i = 0; i < bars_per_day; ++i) {
    sum += shape.move[i];
    variance += shape.sigma[i] * shape.sigma[i];
  }
  const double scale = (day_move - sum) / variance;
  for (std::size_t i = 0; i < bars_per_day; ++i)
    shape.move[i] += shape.sigma[i] * shape.sigma[i] * scale;
}

}  // namespace

double usual_sigma(const BaseProfile& base) {
  return base.daily_volatility / std::sqrt(static_cast<double>(bars_per_day));
}

std::vector<double> draw_midnights(std::uint64_t seed, const BaseProfile& base,
                                   std::int64_t day_count) {
  const Streams market = market_streams(seed);
  const Streams own(seed, base.name);
  const double market_weight = std::sqrt(base.market_share);
  const double own_weight = std::sqrt(1 - base.market_share);

  std::vector<double> midnights;
  midnights.reserve(static_cast<std::size_t>(day_count) + 1);
  double x = 0.3 * own.days.normal(1ULL << 42);
  for (std::int64_t day = 0; day <= day_count; ++day) {
    // Squashed, so that whatever the seed the price stays within e^±4 of its level.
    midnights.push_back(squash(x, 4));
    std::array<double, 1> noon;
    fill_state(market, own, day * 24 + 12, noon);
    const auto counter = static_cast<std::uint64_t>(day);
    const double draw =
        market_weight * day_draw(market.days, counter) + own_weight * day_draw(own.days, counter);
    const double drift = day_run(market.days, day, market_day_run).drift +
                         day_run(own.days, day, base_day_run).drift;
    x += base.daily_volatility * squash(exponential(noon[0]) * (draw + drift), 7) - x * (1.0 / 400);
  }
  return midnights;
}

DayShape draw_day(std::uint64_t seed, const BaseProfile& base, std::int64_t day, double day_move) {
  const Streams market = market_streams(seed);
  const Streams own(seed, base.name);
  const HourValues sigma = hourly_sigma(base, market, own, day, day_move);
  Runs common;
  add_bursts(common, market.runs, day, market_burst);
  Runs runs;
  add_bursts(runs, own.runs, day, base_burst);
  add_marches(runs, own.runs, day, base_march);
  const double day_volume = day_run(market.days, day, market_day_run).volume *
                            day_run(own.days, day, base_day_run).volume;

  const double market_weight = std::sqrt(base.market_share);
  const double own_weight = std::sqrt(1 - base.market_share);
  const std::uint64_t first = static_cast<std::uint64_t>(day) * bars_per_day;
  DayShape shape;
  for (std::size_t i = 0; i < bars_per_day; ++i) {
    shape.sigma[i] = at_bar(sigma, i);
    const double noise = common.noise[i] * runs.noise[i];
    const double m = market.moves.fat_tailed(first + i) * noise + common.drift[i];
    const double e = own.moves.fat_tailed(first + i) * noise;
    shape.move[i] = shape.sigma[i] * (market_weight * m + own_weight * e + runs.drift[i]);
    const double run_volume = common.volume[i] * runs.volume[i];
    shape.volume[i] = run_volume * day_volume;
    shape.burst[i] = run_volume > 1;
  }
  bridge(shape, day_move);
  return shape;
}

}  // namespace cscan
