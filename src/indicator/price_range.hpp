#pragma once
// The highest high and the lowest low of the newest `window` candles: the price channel that
// Stochastic, Ichimoku and the stop suggestions look at (Richard Donchian's channel, the newest
// candle included).

#include <algorithm>
#include <optional>

#include "indicator/peek.hpp"
#include "indicator/sliding_fold.hpp"
#include "model/candle.hpp"

namespace cscan {

struct HighLow {
  double high = 0;
  double low = 0;
  [[nodiscard]] double middle() const { return (high + low) / 2; }
  bool operator==(const HighLow&) const = default;
};

struct WidestRange {
  HighLow operator()(const HighLow& a, const HighLow& b) const {
    return {std::max(a.high, b.high), std::min(a.low, b.low)};
  }
};

template <std::size_t window>
class PriceRange {
 public:
  void update(const Candle& candle) {
    ++count_;
    fold_.push({candle.high, candle.low});
  }
  /// Empty with fewer than `window` candles.
  [[nodiscard]] std::optional<HighLow> value() const {
    return fold_.full() ? std::optional(fold_.fold()) : std::nullopt;
  }
  [[nodiscard]] std::optional<HighLow> peek(const Candle& forming) const {
    return peek_value(*this, forming);
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  SlidingFold<HighLow, window, WidestRange> fold_;
  std::size_t count_ = 0;
};

}  // namespace cscan
