#pragma once
// The building blocks of the price model: states that change slowly, and runs.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/counter_random.hpp"

namespace cscan {

/// One layer of a slowly changing state: normal values of standard deviation `sigma` at knots every
/// `period_hours`, straight lines in between.
struct Octave {
  std::int64_t period_hours = 1;
  double sigma = 0;
};

/// Adds the layers' sum at the hours first_hour, first_hour + 1, … to `out`.
void add_octaves(std::span<const Octave> octaves, const CounterRandom& random,
                 std::int64_t first_hour, std::span<double> out);

/// Values at the 25 full hours of a day, midnight to midnight.
using HourValues = std::array<double, 25>;

/// The value at candle `bar` (0..288) of the day, on the straight line between its hours.
inline double at_bar(const HourValues& hours, std::size_t bar) {
  const std::size_t hour = bar / 12;
  if (hour == 24)
    return hours[24];
  const double part = static_cast<double>(bar % 12) * (1.0 / 12);
  return hours[hour] + (hours[hour + 1] - hours[hour]) * part;
}

/// What runs do to the 288 candles of a day: a drift in units of the candle's σ, a factor that
/// damps the noise so that candles agree in direction, and a factor of the volume.
struct Runs {
  Runs();
  std::array<double, 288> drift;
  std::array<double, 288> noise;
  std::array<double, 288> volume;
};

/// Bursts: 4 to 9 candles of one direction whose volume swells and shrinks, half of them followed
/// by a short pull-back on falling volume. At most one in two hours, with probability `chance`.
void add_bursts(Runs& runs, const CounterRandom& random, std::int64_t day, double chance);
/// Marches: 3 to 8 hours of drift in one direction. At most one in half a day.
void add_marches(Runs& runs, const CounterRandom& random, std::int64_t day, double chance);

/// A run of 3 to 6 days, at most one in 8 days, seen from one day.
struct DayRun {
  double drift = 0;  ///< in units of a day's σ
  double volume = 1;
};
[[nodiscard]] DayRun day_run(const CounterRandom& random, std::int64_t day, double chance);

/// How strongly volatility rises through a day of an exceptional move: a jump to `peak` (>= 1) at a
/// drawn hour, then a decline to 1 at midnight. A factor for each hour.
[[nodiscard]] HourValues shock(std::uint64_t bits, double peak);

}  // namespace cscan
