#pragma once
// One day of one base, before any exchange gives it increments, steps and silence: the log return,
// the standard deviation and the volume factor of each 5m candle. The formulas: price_model.hpp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/counter_random.hpp"
#include "sim/synthetic_universe.hpp"

namespace cscan {

inline constexpr std::size_t bars_per_day = 288;

struct DayShape {
  std::array<double, bars_per_day> sigma;   ///< standard deviation of the candle's log return
  std::array<double, bars_per_day> move;    ///< the log return; their sum is the day's move
  std::array<double, bars_per_day> volume;  ///< factor of the runs, of candles and of days
  std::array<bool, bars_per_day> burst;     ///< whether a run raises the candle's volume
};

/// A base's usual standard deviation of a 5m log return.
[[nodiscard]] double usual_sigma(const BaseProfile& base);

/// x = ln(price ÷ level) at midnight from genesis on, `day_count` + 1 values; |x| < 4.
[[nodiscard]] std::vector<double> draw_midnights(std::uint64_t seed, const BaseProfile& base,
                                                 std::int64_t day_count);

/// The candles of `day` (counted from genesis), which lead from one midnight to the next.
[[nodiscard]] DayShape draw_day(std::uint64_t seed, const BaseProfile& base, std::int64_t day,
                                double day_move);

}  // namespace cscan
