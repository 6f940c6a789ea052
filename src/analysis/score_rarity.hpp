#pragma once
// The `rarity` score model: how rare the newest candle's momentum or reversion is among the last
// 380 candles of its own series (analysis.md, "The rarity scale"). The default model.
//
//   m, r, F           strengths: momentum.hpp, reversion.hpp; each from a candle's own 120 candles
//   momentum_score    rarity of m; reversion_score: rarity of r
//   thesis            reversion if at least two of its factors are fully met and reversion_score
//                     >= 70 (reversion_candidate), else momentum
//   combined_score    momentum thesis:  rarity of m (1 − (1 − bias) r)
//                     reversion thesis: rarity of r (1 − bias F)
//
// A strength of 0 scores 0. L = 120 + 380: the first candle of the window is only the close before
// the first return.

#include <optional>
#include <span>

#include "analysis/reversion.hpp"
#include "analysis/score_input.hpp"
#include "model/signal.hpp"

namespace cscan {

inline constexpr std::size_t rarity_own_window = 120;
inline constexpr std::size_t rarity_window = rarity_own_window + rarity_ranked;
/// Of the older ones only the summary.
inline constexpr std::size_t rarity_read_window = reversion_window;

[[nodiscard]] WindowSummary summarize_window(std::span<const Candle> before,
                                             std::span<const Candle> volumes,
                                             const Settings& settings);

/// What one candle's own 120 candles say. `input.past` is not read.
[[nodiscard]] Strengths rarity_strengths(const ScoreInput& input);

/// Scores the newest candle of `input.prices` against `input.past`. Fills everything that follows
/// from the candles' values. `input.summary` is summarize_window of the own window.
[[nodiscard]] Signal score_rarity(const ScoreInput& input);

}  // namespace cscan
