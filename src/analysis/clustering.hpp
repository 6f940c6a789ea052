#pragma once
// Candle clustering of the rarity model: does volume gather in candles of one direction, more often
// than a fair coin would do it, and do the newest candles follow (analysis.md, "The three
// detectors")?

#include <cstddef>
#include <span>

#include "model/settings.hpp"
#include "model/signal.hpp"

namespace cscan {

/// Candles of `volumes` that clustering looks at: 20 judged, each against the 20 before itself.
inline constexpr std::size_t clustering_window = 40;

/// Of n directed high-volume candles, how many must share a direction so that a fair coin does it
/// at most once in 16: the least k with P(X >= k) <= 1/16 for X binomial (n, 1/2). At least 4, also
/// for n < 4, which therefore never suffice. Precondition: n <= 20.
[[nodiscard]] int least_agreement(int n);

/// Clusters of `volumes` (final candles, at least clustering_window), follow-through of the newest
/// three `prices` (which may end with the forming candle). Appends what it compared to `reasons`.
[[nodiscard]] Clustering detect_clustering(std::span<const Candle> prices,
                                           std::span<const Candle> volumes,
                                           const Settings& settings, Reasons& reasons);

}  // namespace cscan
