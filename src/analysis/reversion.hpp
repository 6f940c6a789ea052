#pragma once
// Mean reversion of the rarity model: four graded signs that a move is exhausted (analysis.md, "The
// three detectors"). Each grade runs from 0 to 1; the strength is their mean.
//
//   old direction        sign of C0/C5 − 1; the expected direction is against it
//   momentum exhaustion  run of closes in one direction over at most 20 moves, moves smaller than
//                        10 % of ATR(14, simple mean) left out: 0 at half the threshold, 1 at it
//   volume exhaustion    the smaller of: mean volume of 3 over mean of 20 (0 at half the
//                        multiplier, 1 at it), mean of the last two volume changes (0 at 0, 1 at
//                        the decline threshold)
//   excessive gain       the larger of: |C0/C5 − 1| against the threshold, and against
//                        excessive_gain_sigma × √5 σ (each 0 at half, 1 at it)
//   RSI                  Cutler's, over 14 changes: 100 × gains / (gains + losses); 0 at 60, 1 at
//   70
//                        after a rise, 0 at 40, 1 at 30 after a fall

#include <cstddef>
#include <span>

#include "model/settings.hpp"
#include "model/signal.hpp"

namespace cscan {

/// Candles that reversion looks at: 20 moves have 21 closes.
inline constexpr std::size_t reversion_window = 21;

/// All but the score and the candidate, which need the series' history. `sigma` is the root mean
/// square of the last 100 returns. Appends what it compared to `reasons`; a factor's points are its
/// grade × 25. Both spans hold at least reversion_window candles.
[[nodiscard]] Reversion detect_reversion(std::span<const Candle> prices,
                                         std::span<const Candle> volumes, double sigma,
                                         const Settings& settings, Reasons& reasons);

/// F: how far the old move still runs: |C0/C3 − 1| / (2 √3 σ), at most 1, when the last three
/// candles went on in the old direction, else 0.
[[nodiscard]] double running_on(std::span<const Candle> prices, double sigma);

}  // namespace cscan
