#pragma once
// Momentum of the rarity model: how far price went in nine candles, in its own volatility and
// weighed by volume (analysis.md, "The three detectors").
//
//   σ               root mean square of the last 100 one-candle returns
//   momentum_z      (C0/C9 − 1) / (3 σ)
//   volume_ratio    mean volume of 5 / mean of 20
//   strength        |momentum_z| × sqrt(clamp(volume_ratio, 0.5, 2)), × (1 + cluster_strength) when
//                   a trend formation in the same direction backs it (cluster_validated)

#include <cstddef>
#include <span>

#include "model/settings.hpp"
#include "model/signal.hpp"

namespace cscan {

/// Candles that momentum looks at: 100 returns have 101 closes.
inline constexpr std::size_t momentum_window = 101;

/// Sum of the squares of all those returns but the judged candle's: the newest 99 of `before`,
/// which ends with the candle before the judged one (at least momentum_window - 1). Oldest first.
[[nodiscard]] double squared_returns(std::span<const Candle> before);

/// σ, completed with the return of the newest of `prices`.
[[nodiscard]] double return_sigma(double squared_returns, std::span<const Candle> prices);

/// All but the score and its classification, which need the series' history. At least 10 prices and
/// 20 volumes. Appends what it compared to `reasons`.
[[nodiscard]] Momentum detect_momentum(std::span<const Candle> prices,
                                       std::span<const Candle> volumes, double sigma,
                                       const Clustering& clustering, Reasons& reasons);

/// The brief's words for a momentum score: strong above 80, moderate above 50.
[[nodiscard]] constexpr Strength classify_momentum(Score score) {
  return score > points(80)   ? Strength::strong
         : score > points(50) ? Strength::moderate
                              : Strength::weak;
}

}  // namespace cscan
