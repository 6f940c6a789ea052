#pragma once
// Candles in which there is nothing to find: random walks, and recorded candles whose order or
// direction was drawn anew. Counter-based draws with a stated seed and no libm: the same bytes on
// every machine.

#include <cstdint>
#include <span>
#include <vector>

#include "model/candle.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// `n` candles from `first` on.
struct WalkShape {
  std::size_t n = 0;
  Timestamp first;
  Timeframe timeframe{};
};

/// Independent normal returns of 0.4 %; volume log-normal with this standard deviation of its
/// logarithm, independent of everything.
[[nodiscard]] std::vector<Candle> iid_walk(std::uint64_t seed, const WalkShape& shape,
                                           double volume_log_sd);

/// GARCH(1,1), variance(t) = 0.02 v + 0.10 return² + 0.88 variance(t−1), with v = (0.4 %)²; volume
/// log-normal (0.8) times the candle's own standard deviation, so that volume and volatility come
/// in the same clusters.
[[nodiscard]] std::vector<Candle> garch_walk(std::uint64_t seed, const WalkShape& shape);

/// The same candles in a random order: each keeps its shape against the close before it and its
/// volume; times stay. The first candle stays where it is.
[[nodiscard]] std::vector<Candle> shuffled(std::span<const Candle> candles, std::uint64_t seed);

/// Each candle's direction drawn anew: with even chances its shape against the close before it is
/// turned upside down (ratios become their inverses). Size, order and volume stay, and with them
/// all clustering of volatility and volume.
[[nodiscard]] std::vector<Candle> sign_randomised(std::span<const Candle> candles,
                                                  std::uint64_t seed);

}  // namespace cscan
