#pragma once
// What the rarity model needs of a window beyond its newest candles: small, and the same for every
// preview until the next candle closes.

#include "analysis/clustering.hpp"

namespace cscan {

struct WindowSummary {
  double squared_returns = 0;  ///< of momentum.hpp, of the candles before the judged one
  VolumeClusters clusters;     ///< of the candles whose volumes may be used
};

}  // namespace cscan
