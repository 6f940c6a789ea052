#pragma once
// The `classic` score model: the formulas published with the older Python system, kept exactly so
// that its users can compare. Over the last 100 final candles including the judged one, at least
// 20; the formulas look at no more than the newest 20 (analysis.md, "classic, exactly").

#include <cstddef>

#include "analysis/score_input.hpp"
#include "model/signal.hpp"

namespace cscan {

inline constexpr std::size_t classic_window = 100;
inline constexpr std::size_t classic_minimum = 20;

/// Scores the newest candle of `input.prices`; both spans hold at least classic_minimum candles.
/// Ranks nothing, so `input.past` is not read. Fills everything that follows from the candles'
/// values: type, direction, scores, detectors, reasons, price, open_time.
[[nodiscard]] Signal score_classic(const ScoreInput& input);

}  // namespace cscan
