#pragma once
// Average true range (Wilder 1978), as TA-Lib has it: the first candle has no true range, the mean
// is seeded with the next n, then smoothed by Wilder's rule. In price units.

#include <algorithm>
#include <cmath>
#include <optional>

#include "indicator/wilder_mean.hpp"
#include "model/candle.hpp"

namespace cscan {

/// How far price went since the close before: the candle's range, stretched to include that close.
[[nodiscard]] inline double true_range(const Candle& candle, double close_before) {
  return std::max({candle.high - candle.low, std::abs(candle.high - close_before),
                   std::abs(candle.low - close_before)});
}

class Atr {
 public:
  /// Period in true ranges, at least 1.
  explicit Atr(std::uint32_t period = 14) : mean_(period) {}

  void update(const Candle& candle) {
    if (count_++ > 0)
      mean_.update(true_range(candle, close_));
    close_ = candle.close;
  }
  /// Empty with fewer than period + 1 candles.
  [[nodiscard]] std::optional<double> value() const { return mean_.value(); }
  [[nodiscard]] std::optional<double> peek(const Candle& forming) const {
    return peek_value(*this, forming);
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  WilderMean mean_;
  double close_ = 0;
  std::size_t count_ = 0;
};

}  // namespace cscan
