#pragma once
// The score models and how a candle is given to one. A further model is one file beside
// score_classic and one line in the table of score_model.cpp.

#include <cstddef>
#include <optional>
#include <span>

#include "analysis/score_input.hpp"
#include "model/settings.hpp"
#include "model/signal.hpp"

namespace cscan {

/// What a model needs to be a pure function of.
struct ScoreModelInfo {
  ScoreModel model{};
  std::size_t window = 0;       ///< L: a closed signal's body depends on the last L candles
  std::size_t own_window = 0;   ///< of these the detectors see so many; none may be unknown
  std::size_t read_window = 0;  ///< of these they read so many one by one
  std::size_t minimum = 0;      ///< fewer are `warming_up`, even since the listing
  std::size_t ranked_min = 0;   ///< strengths needed for a percentile, the judged candle's included
  Signal (*score)(const ScoreInput& input) = nullptr;
  /// What it needs to know of its own window beyond what it reads one by one, so that a forming
  /// candle is judged again and again without a look at them all; null for a model that needs no
  /// more. `before` are the candles before the judged one, `volumes` as in ScoreInput, but all.
  WindowSummary (*summary)(std::span<const Candle> before, std::span<const Candle> volumes,
                           const Settings& settings) = nullptr;
  /// Strengths of a candle that is only compared with; null for a model that ranks nothing.
  Strengths (*strengths)(const ScoreInput& input) = nullptr;
};

/// nullptr for a model this build does not have.
[[nodiscard]] const ScoreModelInfo* find_score_model(ScoreModel model);

/// The signal of the candle at `index` of `candles`, complete but for instrument and timeframe;
/// nullopt while warming up: fewer than L candles up to it, unless `from_listing` says that
/// candles[0] is the instrument's first (then at least the minimum), an unknown candle in its own
/// window, or too few strengths to rank it among. A pure function of the last L candles and the
/// settings: SeriesScorer gives the same, faster, for one candle after the other.
[[nodiscard]] std::optional<Signal> score_closed(const ScoreModelInfo& model,
                                                 std::span<const Candle> candles, std::size_t index,
                                                 bool from_listing, const Settings& settings);

/// The preview of a forming candle that follows candles.back(); prices see it, volumes do not.
[[nodiscard]] std::optional<Signal> score_preview(const ScoreModelInfo& model,
                                                  std::span<const Candle> candles,
                                                  const Candle& forming, bool from_listing,
                                                  const Settings& settings);

}  // namespace cscan
