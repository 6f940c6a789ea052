#pragma once
// What a score model is given.

#include <span>

#include "analysis/strength_history.hpp"
#include "analysis/window_summary.hpp"
#include "model/candle.hpp"
#include "model/settings.hpp"

namespace cscan {

/// References are only read during the call.
struct ScoreInput {
  /// The newest candles of the judged one's own window, itself last, as many as the model reads
  /// one by one; none of them unknown.
  std::span<const Candle> prices;
  /// Candles whose volumes may be used: `prices` for a closed candle; for a preview, where the
  /// newest of `prices` is forming, the final candles before it.
  std::span<const Candle> volumes;
  /// Strengths of the candles before the judged one; empty for a model that ranks nothing.
  const StrengthHistory& past;
  const Settings& settings;
  /// What the model's `summary` says of the own window; empty without one.
  WindowSummary summary{};
};

}  // namespace cscan
