#pragma once
// The price that stands for a candle's trades where the trades themselves are not known.

#include "model/candle.hpp"

namespace cscan {

[[nodiscard]] constexpr double typical_price(const Candle& candle) {
  return (candle.high + candle.low + candle.close) / 3;
}

}  // namespace cscan
