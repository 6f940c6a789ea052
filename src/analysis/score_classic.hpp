#pragma once
// The `classic` score model: the formulas published with the older Python system, kept exactly so
// that its users can compare. Over the last 100 final candles including the judged one, at least
// 20; the formulas look at no more than the newest 20 (analysis.md, "classic, exactly").

#include <span>

#include "model/settings.hpp"
#include "model/signal.hpp"

namespace cscan {

inline constexpr std::size_t classic_window = 100;
inline constexpr std::size_t classic_minimum = 20;

/// Scores the newest candle of `prices`. `volumes` are the candles whose volumes may be used: the
/// same span for a closed candle; for a preview the newest candle of `prices` is forming and
/// `volumes` ends before it. Both hold at least classic_minimum candles, none of them unknown.
/// Fills everything that follows from the candles' values: type, direction, scores, detectors,
/// reasons, price, open_time.
[[nodiscard]] Signal score_classic(std::span<const Candle> prices, std::span<const Candle> volumes,
                                   const Settings& settings);

}  // namespace cscan
