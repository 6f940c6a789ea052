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

/// Runs of high-volume candles of one direction among the newest 20.
struct VolumeClusters {
  std::uint8_t high_volume_candles = 0;
  std::uint8_t bullish_clusters = 0;
  std::uint8_t bearish_clusters = 0;
  std::uint8_t bullish_candles = 0;
  std::uint8_t bearish_candles = 0;
  Direction direction = Direction::neutral;  ///< of the last cluster
};

/// `volumes`: final candles, at least clustering_window; a candle's volume is high above
/// `multiplier` times the mean of the 20 before it.
[[nodiscard]] VolumeClusters find_clusters(std::span<const Candle> volumes, double multiplier);

/// The clusters and the follow-through of the newest three `prices` (which may end with the forming
/// candle). Appends what it compared to `reasons`.
[[nodiscard]] Clustering detect_clustering(std::span<const Candle> prices,
                                           const VolumeClusters& clusters, const Settings& settings,
                                           Reasons& reasons);

}  // namespace cscan
