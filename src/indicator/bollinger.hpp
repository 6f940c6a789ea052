#pragma once
// Bollinger bands (John Bollinger, Bollinger on Bollinger Bands, 2001): the mean of the newest
// `period` closes, and bands two population standard deviations above and below it. The numbers of
// TA-Lib's BBANDS; position (%b) and width (BandWidth) are Bollinger's own.
//
// Mean and spread are taken anew from the window when somebody asks, in two passes over distances
// from the newest close. Those are exact for prices within a factor of two of each other, so a
// spread of a tick at a high price keeps its digits, and a flat market has none at all. TA-Lib
// takes mean(x²) − mean(x)² from running sums, which loses digits, and calls any variance below
// 1e-14 zero, which is every quiet hour of a coin at 0.00001.

#include <cmath>
#include <optional>

#include "indicator/newest_values.hpp"
#include "indicator/peek.hpp"

namespace cscan {

struct BollingerValue {
  double upper = 0;
  double middle = 0;  ///< the simple moving average
  double lower = 0;
  double position = 0;  ///< %b: 0 at the lower band, 1 at the upper, may lie outside; 0.5 when the
                        ///< bands are one line, as in a flat market
  double width = 0;     ///< (upper − lower) / middle
  bool operator==(const BollingerValue&) const = default;
};

template <std::size_t period>
class Bollinger {
 public:
  static constexpr double deviations = 2;

  void update(double close) { closes_.push(close); }

  /// Empty with fewer than `period` closes. Closes are prices: the middle is above zero.
  [[nodiscard]] std::optional<BollingerValue> value() const {
    if (!closes_.full())
      return std::nullopt;
    constexpr auto n = static_cast<double>(period);
    double close = closes_.newest(), away = 0, squares = 0;
    closes_.for_each([&](double x) { away += x - close; });
    away /= n;  // how far the mean lies from the newest close
    closes_.for_each([&](double x) { squares += (x - close - away) * (x - close - away); });
    double middle = close + away, reach = deviations * std::sqrt(squares / n);
    return BollingerValue{middle + reach, middle, middle - reach,
                          reach > 0 ? 0.5 - away / (2 * reach) : 0.5, 2 * reach / middle};
  }
  [[nodiscard]] std::optional<BollingerValue> peek(double close) const {
    return peek_value(*this, close);
  }
  [[nodiscard]] std::size_t count() const { return closes_.pushed(); }

 private:
  NewestValues<double, period> closes_;
};

}  // namespace cscan
