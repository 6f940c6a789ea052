#pragma once
// Wilder's smoothing (J. Welles Wilder, New Concepts in Technical Trading Systems, 1978): the
// simple mean of the first n values, then (mean × (n − 1) + value) / n. TA-Lib's order of
// operations, so that equal inputs give equal bits.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/check.hpp"
#include "indicator/peek.hpp"

namespace cscan {

class WilderMean {
 public:
  /// Period in values, at least 1.
  explicit WilderMean(std::uint32_t period) : period_(period) { CHECK(period > 0); }

  void update(double value) {
    ++count_;
    if (count_ > period_) {
      mean_ = (mean_ * (period_ - 1) + value) / period_;
    } else {
      mean_ += value;  // the sum of the seed
      if (count_ == period_)
        mean_ /= period_;
    }
  }
  /// Empty with fewer than `period` values.
  [[nodiscard]] std::optional<double> value() const {
    return count_ < period_ ? std::nullopt : std::optional(mean_);
  }
  [[nodiscard]] std::optional<double> peek(double value) const { return peek_value(*this, value); }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  double mean_ = 0;  ///< while warming up: the sum so far
  std::size_t count_ = 0;
  std::uint32_t period_;
};

}  // namespace cscan
