#pragma once
// One trade of one market.

#include <cstdint>

#include "base/time.hpp"

namespace cscan {

/// Price in quote units per base unit, quantity in base units; both positive and finite. The ids of
/// a market's trades, or of its aggregates of trades, are consecutive.
struct Trade {
  std::int64_t id = 0;
  double price = 0;
  double quantity = 0;
  Timestamp time;  ///< when it happened
};

}  // namespace cscan
