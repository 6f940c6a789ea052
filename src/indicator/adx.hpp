#pragma once
// Wilder's directional movement (New Concepts in Technical Trading Systems, 1978): +DI and −DI,
// the shares of the true range that went beyond the candle before, and ADX, how one-sided they are.
//
// As TA-Lib has it: sums of +DM, −DM and the true range over n − 1 candles, then
// sum − sum / n + new, without Wilder's rounding to whole numbers; DX = 100 × |+DI − −DI| /
// (+DI + −DI); ADX is seeded with the mean of the first n DX, then smoothed. ±DI are known from
// candle n + 1 on, ADX from candle 2n on. Where there is no true range both DI are 0; where there
// is no direction either (their sum below 1e-14 %), DX says nothing and ADX stays what it is.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/check.hpp"
#include "indicator/peek.hpp"
#include "model/candle.hpp"

namespace cscan {

/// All in percent, 0..100.
struct DirectionalMovement {
  double plus_di = 0;
  double minus_di = 0;
  std::optional<double> adx;  ///< empty with fewer than 2 × period candles
  bool operator==(const DirectionalMovement&) const = default;
};

class Adx {
 public:
  /// Period in candles, at least 2.
  explicit Adx(std::uint32_t period = 14) : period_(period) { CHECK(period > 1); }

  void update(const Candle& candle);
  /// Empty with fewer than period + 1 candles.
  [[nodiscard]] std::optional<DirectionalMovement> value() const;
  [[nodiscard]] std::optional<DirectionalMovement> peek(const Candle& forming) const {
    return peek_value(*this, forming);
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  struct Before {
    double high = 0;
    double low = 0;
    double close = 0;
  };

  [[nodiscard]] double di(double moved) const { return range_ > 0 ? 100 * (moved / range_) : 0; }
  void fade();
  void add(const Candle& candle);
  void take_dx();

  Before before_;
  double plus_ = 0;  ///< smoothed sums, in price units
  double minus_ = 0;
  double range_ = 0;
  double adx_ = 0;  ///< while warming up: the sum of DX so far
  std::size_t count_ = 0;
  std::uint32_t period_;
};

}  // namespace cscan
