#pragma once
// The prices of a scenario's markets: a pure function of the path and the time, so that history,
// live candles and a restart tell of the same market, on every timeframe.

#include "replay/scenario.hpp"

namespace cscan {

/// The price at a minute, in whole cents.
///
/// A walk is a sum of waves of noise: octave k has a random value at every 2^k-th minute, straight
/// lines between them, and √2 times the size of the octave before, as a random walk moves √2 times
/// as far in twice the time. It wanders within a third of its price.
[[nodiscard]] double path_price(const ScenarioPath& path, Timestamp time);

/// The final candle of the path: open, high, low and close are the prices at the minutes from open
/// to close, both included, so that larger candles are exactly the roll-up of smaller ones. Every
/// minute of a walk trades 1 to 10, one in forty 200.
[[nodiscard]] Candle path_candle(const ScenarioPath& path, Timeframe timeframe,
                                 Timestamp open_time);

}  // namespace cscan
