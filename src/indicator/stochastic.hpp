#pragma once
// The slow stochastic oscillator (George Lane): where the close lies in the range of the newest 14
// candles, smoothed twice. TA-Lib's STOCH with 14, 3, 3 and simple averages:
//
//   fast %K = 100 × (close − lowest low) / (highest high − lowest low)
//   %K = mean of 3 fast %K;  %D = mean of 3 %K;  both 0..100
//
// As in TA-Lib a range of nothing gives a fast %K of 0, so a flat market reads 0, not 50. Both
// lines are known from candle 14 + 2 + 2 = 18 on.

#include <optional>

#include "indicator/price_range.hpp"
#include "indicator/sma.hpp"

namespace cscan {

struct StochasticValue {
  double k = 0;
  double d = 0;
  bool operator==(const StochasticValue&) const = default;
};

class Stochastic {
 public:
  void update(const Candle& candle);
  /// Empty with fewer than 18 candles.
  [[nodiscard]] std::optional<StochasticValue> value() const;
  [[nodiscard]] std::optional<StochasticValue> peek(const Candle& forming) const {
    return peek_value(*this, forming);
  }
  [[nodiscard]] std::size_t count() const { return range_.count(); }

 private:
  PriceRange<14> range_;
  Sma<3> k_;
  Sma<3> d_;
};

}  // namespace cscan
