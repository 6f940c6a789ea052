#pragma once
// Exponential moving average, as TA-Lib defines it: seeded with the simple mean of the first n
// values, then ema += 2 / (n + 1) × (value − ema). Recursive, so it belongs to the full scan and
// the market state, never to a closed signal.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/check.hpp"
#include "indicator/peek.hpp"

namespace cscan {

class Ema {
 public:
  /// Period in values, at least 1.
  explicit Ema(std::uint32_t period) : gain_(2.0 / (period + 1.0)), period_(period) {
    CHECK(period > 0);
  }

  void update(double value) {
    ++count_;
    if (count_ > period_) {
      ema_ += gain_ * (value - ema_);
    } else {
      ema_ += value;  // the sum of the seed
      if (count_ == period_)
        ema_ /= period_;
    }
  }
  /// Empty while warming up (fewer than `period` values).
  [[nodiscard]] std::optional<double> value() const {
    return count_ < period_ ? std::nullopt : std::optional(ema_);
  }
  /// What value() would be after `value`, without taking it.
  [[nodiscard]] std::optional<double> peek(double value) const { return peek_value(*this, value); }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  double gain_;
  double ema_ = 0;  ///< while warming up: the sum so far
  std::size_t count_ = 0;
  std::uint32_t period_;
};

}  // namespace cscan
