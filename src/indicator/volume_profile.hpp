#pragma once
// Volume profile (J. Peter Steidlmayer's Market Profile, CBOT 1984, with volume in place of time):
// at which prices the volume of the newest `window` candles was traded. Its point of control is the
// price with the most volume.
//
// Candles stand for their trades by the typical price, (high + low + close) / 3. The span from the
// lowest typical price of the window to the highest is cut into 24 bins of equal width; candle i
// falls into bin floor((typical_i − lowest) × (24 / (highest − lowest))), the highest into the
// last. The point of control is the middle of the bin with the largest volume, the lowest of
// equals.
//
// The bins are counted when somebody asks: taking volume out of a bin again would leave rounding in
// it, and a bin that is empty must be empty.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "indicator/newest_values.hpp"
#include "indicator/peek.hpp"
#include "indicator/price_range.hpp"
#include "indicator/typical_price.hpp"
#include "model/candle.hpp"

namespace cscan {

template <std::size_t window>
class VolumeProfile {
 public:
  static constexpr std::size_t bins = 24;

  void update(const Candle& candle) {
    double price = typical_price(candle);
    trades_.push({price, candle.volume});
    span_.push({price, price});
  }
  /// The point of control; empty with fewer than `window` candles, and when nothing was traded.
  [[nodiscard]] std::optional<double> value() const {
    if (!trades_.full())
      return std::nullopt;
    HighLow span = span_.fold();
    double size = span.high - span.low, bins_a_price = size > 0 ? bins / size : 0;
    std::array<double, bins> volume{};
    trades_.for_each([&](const Trades& trades) {
      // Through int: a conversion to an unsigned type costs a branch more.
      int bin = static_cast<int>((trades.price - span.low) * bins_a_price);
      volume[static_cast<std::size_t>(std::min(bin, static_cast<int>(bins) - 1))] += trades.volume;
    });
    auto most = std::ranges::max_element(volume);
    if (!(*most > 0))
      return std::nullopt;
    return span.low + (static_cast<double>(most - volume.begin()) + 0.5) * (size / bins);
  }
  [[nodiscard]] std::optional<double> peek(const Candle& forming) const {
    return peek_value(*this, forming);
  }
  [[nodiscard]] std::size_t count() const { return trades_.pushed(); }

 private:
  struct Trades {
    double price = 0;  ///< typical
    double volume = 0;
  };
  NewestValues<Trades, window> trades_;
  SlidingFold<HighLow, window, WidestRange> span_;  ///< of their prices
};

}  // namespace cscan
