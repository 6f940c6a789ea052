#pragma once
// Fibonacci retracement: how much of the newest swing price has taken back. Traders compare it with
// the ratios of Fibonacci numbers (0.236, 0.382, 0.5, 0.618, 0.786; Robert Fischer, Fibonacci
// Applications and Strategies for Traders, 1993).
//
// The swing lies between the highest high and the lowest low of the newest `window` candles, of
// equals the newest. It rose when the high is the newer of the two, else it fell. Where one candle
// holds both, a candle that closed below its open is taken to have made its high first, any other
// its low.
//
//   retracement = (high − close) / (high − low) of a swing that rose, (close − low) / (high − low)
//   of one that fell: 0 at its end, 1 where it began

#include <cstddef>
#include <cstdint>
#include <optional>

#include "indicator/peek.hpp"
#include "indicator/sliding_fold.hpp"
#include "model/candle.hpp"
#include "model/signal.hpp"

namespace cscan {

struct RetracementValue {
  double high = 0;  ///< the ends of the swing
  double low = 0;
  Direction swing = Direction::bullish;  ///< bullish: it rose
  double position = 0;                   ///< 0..1; 0 when high = low
  bool operator==(const RetracementValue&) const = default;
};

template <std::size_t window>
class Retracement {
 public:
  void update(const Candle& candle) {
    std::uint32_t first = 2 * count_++;
    bool high_first = candle.close < candle.open;
    close_ = candle.close;
    fold_.push({candle.high, candle.low, first + !high_first, first + high_first});
  }
  /// Empty with fewer than `window` candles.
  [[nodiscard]] std::optional<RetracementValue> value() const {
    if (!fold_.full())
      return std::nullopt;
    Ends ends = fold_.fold();
    bool rose = ends.high_at > ends.low_at;
    double taken_back = rose ? ends.high - close_ : close_ - ends.low;
    double size = ends.high - ends.low;
    return RetracementValue{ends.high, ends.low, rose ? Direction::bullish : Direction::bearish,
                            size > 0 ? taken_back / size : 0};
  }
  [[nodiscard]] std::optional<RetracementValue> peek(const Candle& forming) const {
    return peek_value(*this, forming);
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  struct Ends {
    double high = 0;
    double low = 0;
    std::uint32_t high_at = 0;  ///< twice the candle's number, plus 1 if it came second in it
    std::uint32_t low_at = 0;
  };
  struct Widest {
    Ends operator()(const Ends& a, const Ends& b) const {
      Ends ends = a;
      if (b.high >= a.high) {
        ends.high = b.high;
        ends.high_at = b.high_at;
      }
      if (b.low <= a.low) {
        ends.low = b.low;
        ends.low_at = b.low_at;
      }
      return ends;
    }
  };
  SlidingFold<Ends, window, Widest> fold_;
  double close_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace cscan
