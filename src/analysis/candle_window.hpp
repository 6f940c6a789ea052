#pragma once
// What the detectors read from a window of candles. Counted from the newest: n = 1 is the judged
// candle. Sums run oldest first, so that equal candles give equal bytes.

#include <cstddef>
#include <span>

#include "model/candle.hpp"
#include "model/signal.hpp"

namespace cscan {

/// back(c, 1) is the judged candle, back(c, 2) the one before it.
inline const Candle& back(std::span<const Candle> candles, std::size_t n) {
  return candles[candles.size() - n];
}

/// Mean volume of the newest n.
inline double mean_volume(std::span<const Candle> candles, std::size_t n) {
  double sum = 0;
  for (const Candle& candle : candles.last(n))
    sum += candle.volume;
  return sum / static_cast<double>(n);
}

constexpr Direction sign_of(double x) {
  return x > 0 ? Direction::bullish : x < 0 ? Direction::bearish : Direction::neutral;
}

/// Change of the close over the newest n candles, as a fraction: C0 / Cn − 1.
inline double close_change(std::span<const Candle> candles, std::size_t n) {
  return back(candles, 1).close / back(candles, n + 1).close - 1;
}

/// How far `value` has come from `zero` (grade 0) to `full` (grade 1); either may be the larger.
/// Precondition: zero != full.
constexpr double grade(double value, double zero, double full) {
  double share = (value - zero) / (full - zero);
  return share <= 0 ? 0 : share >= 1 ? 1 : share;
}

}  // namespace cscan
