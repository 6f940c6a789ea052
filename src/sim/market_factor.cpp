#include "sim/market_factor.hpp"

#include <algorithm>
#include <array>

namespace cscan {
namespace {

struct RegimeProfile {
  double weight = 1;  ///< how often it is drawn
  std::uint64_t days_min = 1;
  std::uint64_t days_max = 1;
  double drift = 0;  ///< a day, in standard deviations of a calm day
  double log_volatility = 0;
  double crash_chance = 0;  ///< of a crash in a block whose crash day falls into it
};

// Drifts and the crashes' mean fall balance, so that prices have no trend over the years.
constexpr std::array<RegimeProfile, 4> profiles = {{
    {3.0, 6, 24, 0.30, -0.08, 0.05},
    {2.5, 4, 16, -0.32, 0.12, 0.15},
    {3.0, 5, 20, 0, -0.28, 0.06},
    {1.8, 3, 9, 0, 0.42, 0.40},
}};

/// A range draws the price back to where it began by this part of the distance a day.
constexpr double range_pull = 0.25;
/// In which time volatility goes over to that of a new regime.
constexpr double transition_hours = 6;

// The volatility state of the whole market, as a logarithm. The offset makes the mean of the
// squared factor about 1 (a straight line between knots has 2/3 of their variance).
constexpr std::array octaves = {Octave{168, 0.26}, Octave{61, 0.36}, Octave{11, 0.28},
                                Octave{3, 0.20}};
constexpr double offset = -0.24;

constexpr double swing_4h_chance = 0.07;
constexpr double swing_1d_chance = 0.10;

const RegimeProfile& profile_of(Regime regime) {
  return profiles[static_cast<std::size_t>(regime)];
}

/// Draws among all regimes but `previous`, by weight.
Regime next_regime(double uniform, Regime previous) {
  double sum = 0;
  for (const RegimeProfile& profile : profiles)
    sum += profile.weight;
  double left = uniform * (sum - profile_of(previous).weight);
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    const auto regime = static_cast<Regime>(i);
    if (regime == previous)
      continue;
    if (left < profiles[i].weight)
      return regime;
    left -= profiles[i].weight;
  }
  return previous == Regime::storm ? Regime::range : Regime::storm;  // rounding ate the last part
}

CounterRandom stream(std::uint64_t seed, std::string_view purpose) {
  return {seed, {name_bits("the whole market"), name_bits(purpose)}};
}

}  // namespace

double day_draw(const CounterRandom& random, std::int64_t day) {
  const auto counter = static_cast<std::uint64_t>(day);
  return (random.fat_tailed(counter) + to_rough_normal(random.bits((1ULL << 43) + counter))) *
         0.7071067811865476;
}

MarketFactor::MarketFactor(std::uint64_t seed)
    : bar_moves_(stream(seed, "moves")), runs_(stream(seed, "runs")) {
  draw_regimes(stream(seed, "regimes"));
  draw_moves(stream(seed, "days"));
  draw_volatility(stream(seed, "state"));
}

void MarketFactor::draw_regimes(const CounterRandom& random) {
  regimes_.reserve(index(synthetic_days));
  Regime regime = Regime::range;
  for (std::uint64_t k = 0; regimes_.size() < index(synthetic_days); ++k) {
    regime = next_regime(random.uniform(2 * k), regime);
    const RegimeProfile& profile = profile_of(regime);
    const std::uint64_t length =
        profile.days_min + random.below(2 * k + 1, profile.days_max - profile.days_min + 1);
    const std::size_t end = std::min(regimes_.size() + length, index(synthetic_days));
    regimes_.resize(end, regime);
  }
}

void MarketFactor::draw_moves(const CounterRandom& random) {
  moves_.reserve(index(synthetic_days));
  double from_start = 0;  // of the regime
  for (std::int64_t day = 0; day < synthetic_days; ++day) {
    if (day > 0 && regime(day) != regime(day - 1))
      from_start = 0;
    const Episodes swings_today = swings(day);
    swing_moves_.push_back(swings_today.move(day));
    crash_moves_.push_back(crashes(day).move(day));
    double move = day_draw(random, day) * swings_today.day_noise() + profile_of(regime(day)).drift;
    if (regime(day) == Regime::range)
      move -= range_pull * from_start;
    from_start += move;
    moves_.push_back(move);
  }
}

void MarketFactor::draw_volatility(const CounterRandom& random) {
  std::vector<double> hours(index(synthetic_days * 24 + 1), offset);
  add_octaves(octaves, random, 0, hours);
  volatility_.reserve(hours.size());
  for (std::size_t hour = 0; hour < hours.size(); ++hour) {
    const auto day = std::min(static_cast<std::int64_t>(hour / 24), synthetic_days - 1);
    const double now = profile_of(regime(day)).log_volatility;
    const double before = day == 0 ? now : profile_of(regime(day - 1)).log_volatility;
    const double part = std::min(1.0, static_cast<double>(hour % 24) / transition_hours);
    volatility_.push_back(static_cast<float>(hours[hour] + before + (now - before) * part));
    if (hour % 24 == 12)
      noons_.push_back(exponential(log_volatility(static_cast<std::int64_t>(hour))));
  }
}

Episodes MarketFactor::swings(std::int64_t day) const {
  Episodes found;
  found.add(swing_of(swings_4h, runs_, day, swing_4h_chance, 1), day);
  found.add(swing_of(swings_1d, runs_, day, swing_1d_chance, 1), day);
  return found;
}

Episodes MarketFactor::crashes(std::int64_t day) const {
  Episodes found;
  const std::int64_t when = std::min(crash_day(runs_, day), synthetic_days - 1);
  found.add(crash_of(runs_, day, profile_of(regime(when)).crash_chance), day);
  return found;
}

}  // namespace cscan
