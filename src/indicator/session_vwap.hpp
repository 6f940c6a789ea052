#pragma once
// Volume-weighted average price of the session, which is the UTC day a candle opens in (crypto
// markets never close; the exchanges' own days begin at midnight UTC):
//
//   vwap = Σ typical price × volume / Σ volume,  typical price = (high + low + close) / 3
//
// The measure is Berkowitz, Logue and Noser's (The Total Cost of Transactions on the NYSE, 1988);
// candles stand for their trades by the typical price, as charting programs do.

#include <cstddef>
#include <optional>

#include "base/time.hpp"
#include "indicator/peek.hpp"
#include "model/candle.hpp"

namespace cscan {

class SessionVwap {
 public:
  /// Candles are contiguous and ascending.
  void update(const Candle& candle);
  /// Empty until a session was seen from its beginning, and while nothing was traded in it.
  [[nodiscard]] std::optional<double> value() const {
    return whole_ && volume_ > 0 ? std::optional(value_ / volume_) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> peek(const Candle& forming) const {
    return peek_value(*this, forming);
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  Timestamp day_;
  double value_ = 0;   ///< of the session so far, in quote units
  double volume_ = 0;  ///< in base units
  std::size_t count_ = 0;
  bool whole_ = false;
};

}  // namespace cscan
