#pragma once
// Exponential moving average, as TA-Lib defines it: seeded with the simple mean of the first n
// values, then ema += 2 / (n + 1) × (value − ema). Recursive, so it belongs to the full scan and
// the market state, never to a closed signal.

#include <cstddef>
#include <optional>

namespace cscan {

class Ema {
 public:
  /// Period in values, at least 1.
  explicit Ema(std::size_t period);

  void update(double value);
  /// Empty while warming up (fewer than `period` values).
  [[nodiscard]] std::optional<double> value() const {
    return count_ < period_ ? std::nullopt : std::optional(ema_);
  }
  /// What value() would be after `value`, without taking it.
  [[nodiscard]] std::optional<double> peek(double value) const {
    Ema copy = *this;
    copy.update(value);
    return copy.value();
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::size_t period_;
  std::size_t count_ = 0;
  double sum_ = 0;
  double ema_ = 0;
};

}  // namespace cscan
