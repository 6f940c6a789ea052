#pragma once
// Relative strength index with Wilder's smoothing (New Concepts in Technical Trading Systems,
// 1978), seeded as TA-Lib seeds it: mean gain and mean loss of the first n changes.
//
//   rsi = 100 × gain / (gain + loss), 0..100
//
// While nothing has moved at all it is 0, as in TA-Lib. TA-Lib takes any gain + loss below 1e-14
// quote units for nothing, which makes a coin at 0.0000000001 look dead and lets a long flat
// stretch end at 0; here only zero is zero, so the value does not depend on the unit of price.

#include <optional>

#include "indicator/wilder_mean.hpp"

namespace cscan {

class Rsi {
 public:
  /// Period in changes, at least 1.
  explicit Rsi(std::uint32_t period = 14) : gain_(period), loss_(period) {}

  void update(double close) {
    if (count_++ > 0) {
      double change = close - close_;
      gain_.update(change > 0 ? change : 0);
      loss_.update(change < 0 ? -change : 0);
    }
    close_ = close;
  }
  /// Empty with fewer than period + 1 closes.
  [[nodiscard]] std::optional<double> value() const {
    auto gain = gain_.value(), loss = loss_.value();
    if (!gain)
      return std::nullopt;
    double moved = *gain + *loss;
    return moved > 0 ? 100 * (*gain / moved) : 0;
  }
  [[nodiscard]] std::optional<double> peek(double close) const { return peek_value(*this, close); }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  WilderMean gain_;
  WilderMean loss_;
  double close_ = 0;
  std::size_t count_ = 0;
};

}  // namespace cscan
