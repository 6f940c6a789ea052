#pragma once
// States of the market that change slowly: volatility, activity and basis, as values at full hours.

#include <array>
#include <cstdint>
#include <span>

#include "sim/counter_random.hpp"
#include "sim/synthetic_calendar.hpp"

namespace cscan {

/// One layer of a slowly changing state: normal values of standard deviation `sigma` at knots every
/// `period_hours`, straight lines in between.
struct Octave {
  std::int64_t period_hours = 1;
  double sigma = 0;
};

/// Adds the layers' sum at the hours first_hour, first_hour + stride_hours, … to `out`.
void add_octaves(std::span<const Octave> octaves, const CounterRandom& random,
                 std::int64_t first_hour, std::span<double> out, std::int64_t stride_hours = 1);

/// Values at the 25 full hours of a day, midnight to midnight.
using HourValues = std::array<double, 25>;
/// Values at the beginning of each candle of a day.
using BarValues = std::array<double, bars_per_day>;

/// On straight lines between the hours.
[[nodiscard]] BarValues at_bars(const HourValues& hours);

/// How strongly volatility rises through a day of an exceptional move: a jump to `peak` (>= 1) at a
/// drawn hour, then a decline to 1 at midnight. A factor for each hour.
[[nodiscard]] HourValues shock(std::uint64_t bits, double peak);

}  // namespace cscan
