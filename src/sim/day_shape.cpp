#include "sim/day_shape.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cscan {
namespace {

// A base's own volatility state, as a logarithm; the first layer is the one that whole days have.
constexpr std::array octaves = {Octave{37, 0.24}, Octave{7, 0.20}, Octave{2, 0.16}};
constexpr std::span day_octaves = std::span(octaves).first<1>();
constexpr double sigma_max = 6;  ///< of the usual one

constexpr std::uint64_t surge_stream = 7ULL << 40;  ///< beside those of the episodes

// Chances of episodes per block of their scale.
constexpr double market_burst_chance = 0.02;
constexpr double burst_chance = 0.05;
constexpr double swing_1h_chance = 0.07;
constexpr double swing_4h_chance = 0.08;
constexpr double swing_1d_chance = 0.12;

/// The pull home: x / 400 a day, and ever stronger beyond ±2.
double pull(double x) { return x * (1.0 / 400) * (1 + x * x * x * x * (1.0 / 16)); }
constexpr double x_max = 3.99;
constexpr double move_max = 6;  ///< of a day without episodes, in calm days' σ

/// Volatility by hour of the UTC day: quiet at 04:00, liveliest when New York opens.
constexpr HourValues hour_factor = {1.05, 0.98, 0.92, 0.86, 0.80, 0.80, 0.83, 0.90, 0.98,
                                    0.98, 0.95, 0.95, 1.05, 1.25, 1.40, 1.38, 1.28, 1.18,
                                    1.10, 1.05, 1.05, 1.02, 0.98, 1.00, 1.05};

/// Genesis was a Wednesday; markets are calmer on Saturdays and Sundays.
bool is_weekend(std::int64_t day) { return (day + 3) % 7 == 6 || (day + 3) % 7 == 0; }

double size_of(double x) { return x < 0 ? -x : x; }

double shock_chance(const BaseProfile& base) {
  return base.daily_quote_volume >= 1e9 ? 0.015 : base.daily_quote_volume >= 1e8 ? 0.03 : 0.07;
}

BarValues bar_sigmas(const MarketFactor& market, const BaseSource& base, std::int64_t day,
                     double noise_move) {
  HourValues state{};
  add_octaves(octaves, base.state, day * 24, state);
  const double size = size_of(noise_move) / (1.8 * base.profile->daily_volatility);
  const std::uint64_t surge_counter = surge_stream + static_cast<std::uint64_t>(day);
  const HourValues surge = shock(base.runs.bits(surge_counter), std::clamp(size, 1.0, 4.0));
  const double usual = base.usual_sigma * (is_weekend(day) ? 0.8 : 1.03);
  HourValues sigma;
  for (std::size_t hour = 0; hour < sigma.size(); ++hour) {
    const std::int64_t since_genesis = day * 24 + static_cast<std::int64_t>(hour);
    const double factor = exponential(state[hour] + market.log_volatility(since_genesis)) *
                          hour_factor[hour] * surge[hour];
    const double since_listing =
        static_cast<double>(since_genesis - base.first_day * 24) * (1.0 / 24);
    sigma[hour] = usual * std::min(factor, 5.0) * base.listing_surge(since_listing);
  }
  return at_bars(sigma);
}

/// Bursts, exhaustion on the scale of 5m candles, in units of the candles at hand.
void add_bursts(EpisodeBars& bars, const CounterRandom& random, std::int64_t day, double chance,
                double weight, const BarValues& sigma) {
  constexpr auto blocks = static_cast<std::int64_t>(bars_per_day) / swings_5m.block_candles;
  for (std::int64_t block = day * blocks; block < (day + 1) * blocks; ++block) {
    const auto burst = swing_in(swings_5m, random, block, chance, 1);
    if (!burst)
      continue;
    const auto first = static_cast<std::size_t>(burst->first_bar - first_bar_of(day));
    // The unit of the height was a day's σ; a candle's is a 17th of it (√288).
    bars.apply(*burst, day, weight * sigma[first] * 16.97056274847714);
  }
}

/// Spreads what the moves lack to `day_move` over them, in proportion to their variance as it would
/// be without episodes: a day's noise must not gather in the hours of a crash.
void bridge(DayShape& shape, const BarValues& calm_sigma, double day_move) {
  double sum = 0;
  double variance = 0;
  for (std::size_t i = 0; i < bars_per_day; ++i) {
    sum += shape.move[i];
    variance += calm_sigma[i] * calm_sigma[i];
  }
  const double scale = (day_move - sum) / variance;
  for (std::size_t i = 0; i < bars_per_day; ++i)
    shape.move[i] += calm_sigma[i] * calm_sigma[i] * scale;
}

/// Volume follows volatility and the size of the candle's move.
void add_volume(DayShape& shape, double usual_sigma) {
  const double inverse_usual = 1 / usual_sigma;
  for (std::size_t i = 0; i < bars_per_day; ++i) {
    const double sigma = shape.sigma[i];
    const double size = std::min(size_of(shape.move[i]) / sigma, 5.0);
    shape.volume[i] = shape.course[i] * (0.4 + 0.6 * sigma * inverse_usual) * (0.45 + 0.7 * size);
  }
}

/// BaseSource::episodes of every day from the base's first on, block by block.
struct EpisodeDays {
  EpisodeDays(const BaseSource& base, std::size_t days)
      : first_day(base.first_day), move(days), noise(days, 1) {
    const double sigma = base.profile->daily_volatility;
    for_each_block(1, [&](std::int64_t day) {
      return swing_of(swings_1h, base.runs, day, swing_1h_chance, sigma);
    });
    for_each_block(swings_4h.block_days(), [&](std::int64_t day) {
      return swing_of(swings_4h, base.runs, day, swing_4h_chance, sigma);
    });
    for_each_block(swings_1d.block_days(), [&](std::int64_t day) {
      return swing_of(swings_1d, base.runs, day, swing_1d_chance, sigma);
    });
    for_each_block(shock_block_days, [&](std::int64_t day) {
      return shock_of(base.runs, day, shock_chance(*base.profile));
    });
  }

  std::int64_t first_day;
  std::vector<double> move;   ///< Episodes::move
  std::vector<double> noise;  ///< Episodes::day_noise

 private:
  template <class EpisodeOf>
  void for_each_block(std::int64_t block_days, EpisodeOf episode_of) {
    const std::int64_t end = first_day + static_cast<std::int64_t>(move.size());
    for (std::int64_t day = first_day; day < end; day += block_days - day % block_days)
      if (const std::optional<Episode> episode = episode_of(day))
        add(*episode);
  }
  void add(const Episode& episode) {
    constexpr auto day_bars = static_cast<std::int64_t>(bars_per_day);
    const std::int64_t end = first_day + static_cast<std::int64_t>(move.size());
    const std::int64_t last = std::min(end - 1, (episode.end_bar() - 1) / day_bars);
    for (std::int64_t day = std::max(first_day, episode.first_bar / day_bars); day <= last; ++day) {
      const auto i = static_cast<std::size_t>(day - first_day);
      move[i] +=
          episode.displacement(first_bar_of(day + 1)) - episode.displacement(first_bar_of(day));
      noise[i] *= episode.day_noise;
    }
  }
};

}  // namespace

BaseSource::BaseSource(std::uint64_t seed, const BaseProfile& base)
    : profile(&base),
      first_day(day_of(base.first_listed())),
      market_weight(std::sqrt(base.market_share)),
      own_weight(std::sqrt(1 - base.market_share)),
      crash_weight(std::min(0.55 + 9 * base.daily_volatility, 1.1)),
      usual_sigma(base.daily_volatility / std::sqrt(static_cast<double>(bars_per_day))),
      moves(seed, {name_bits(base.name), name_bits("moves")}),
      runs(seed, {name_bits(base.name), name_bits("runs")}),
      state(seed, {name_bits(base.name), name_bits("state")}),
      days(seed, {name_bits(base.name), name_bits("days")}),
      wicks(seed, {name_bits(base.name), name_bits("wicks")}) {}

Episodes BaseSource::episodes(std::int64_t day) const {
  const double sigma = profile->daily_volatility;
  Episodes found;
  found.add(swing_of(swings_1h, runs, day, swing_1h_chance, sigma), day);
  found.add(swing_of(swings_4h, runs, day, swing_4h_chance, sigma), day);
  found.add(swing_of(swings_1d, runs, day, swing_1d_chance, sigma), day);
  found.add(shock_of(runs, day, shock_chance(*profile)), day);
  return found;
}

double BaseSource::listing_surge(double days_since) const {
  if (first_day == 0 || days_since < 0)
    return 1;
  return 1 + 2 / ((1 + days_since) * (1 + days_since));
}

void draw_midnights(const MarketFactor& market, const BaseSource& base, std::span<float> out) {
  const double sigma = base.profile->daily_volatility;
  std::vector<double> noons(out.size());
  add_octaves(day_octaves, base.state, base.first_day * 24 + 12, noons, 24);
  const EpisodeDays own(base, out.size());
  double x = 0.3 * base.days.normal(1ULL << 42);
  for (std::size_t i = 0;; ++i) {
    out[i] = static_cast<float>(x);
    const std::int64_t day = base.first_day + static_cast<std::int64_t>(i);
    if (day == synthetic_days)
      return;
    const double half_state = exponential_of_small(noons[i] * 0.5);
    const double state = half_state * half_state * market.day_volatility(day) *
                         base.listing_surge(static_cast<double>(i) + 0.5) * own.noise[i];
    const double draw =
        base.market_weight * market.move(day) + base.own_weight * day_draw(base.days, day);
    x += sigma * (std::clamp(state * draw, -move_max, move_max) +
                  base.market_weight * market.swing_move(day)) +
         base.crash_weight * market.crash_move(day) + own.move[i] - pull(x);
    x = std::clamp(x, -x_max, x_max);
  }
}

DayShape draw_day(const MarketFactor& market, const BaseSource& base, std::int64_t day,
                  double day_move) {
  EpisodeBars bars;
  double episodes_move = 0;
  const auto apply = [&](const Episodes& episodes, double weight) {
    for (const Episode& episode : episodes.all())
      bars.apply(episode, day, weight);
    episodes_move += weight * episodes.move(day);
  };
  apply(base.episodes(day), 1);
  apply(market.swings(day), base.profile->daily_volatility * base.market_weight);
  apply(market.crashes(day), base.crash_weight);

  const BarValues calm = bar_sigmas(market, base, day, day_move - episodes_move);
  add_bursts(bars, market.runs(), day, market_burst_chance, base.market_weight, calm);
  add_bursts(bars, base.runs, day, burst_chance, 1, calm);
  DayShape shape;
  shape.course = bars.volume;
  const auto first = static_cast<std::uint64_t>(first_bar_of(day));
  for (std::size_t i = 0; i < bars_per_day; ++i) {
    shape.sigma[i] = std::min(calm[i] * bars.sigma[i], sigma_max * base.usual_sigma);
    const double draw = base.market_weight * market.bar_moves().fat_tailed(first + i) +
                        base.own_weight * base.moves.fat_tailed(first + i);
    shape.move[i] = shape.sigma[i] * draw * bars.noise[i] + bars.drift[i];
  }
  bridge(shape, calm, day_move);
  add_volume(shape, base.usual_sigma);
  return shape;
}

}  // namespace cscan
