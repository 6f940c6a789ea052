#pragma once
// Simple moving average: the mean of the newest `period` values. TA-Lib's SMA, without its running
// sum (see sliding_fold.hpp).

#include <functional>
#include <optional>

#include "indicator/peek.hpp"
#include "indicator/sliding_fold.hpp"

namespace cscan {

template <std::size_t period>
class Sma {
 public:
  void update(double value) {
    ++count_;
    sum_.push(value);
  }
  /// Empty with fewer than `period` values.
  [[nodiscard]] std::optional<double> value() const {
    return sum_.full() ? std::optional(sum_.fold() / static_cast<double>(period)) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> peek(double value) const { return peek_value(*this, value); }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  SlidingFold<double, period, std::plus<>> sum_;
  std::size_t count_ = 0;
};

}  // namespace cscan
