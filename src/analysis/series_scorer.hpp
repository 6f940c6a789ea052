#pragma once
// Scores the candles of one series, one after the other. It remembers the strengths of the candles
// it has passed, so that a further candle costs one window instead of 380. A memo only: the same
// candles give the same bytes without it (score_closed of score_model.hpp), which the tests hold it
// to. Whoever changes a candle that was scored before, or the settings, says so with forget().

#include <cstddef>
#include <optional>
#include <span>

#include "analysis/score_model.hpp"

namespace cscan {

/// Single-threaded value. The model outlives it (models are static).
class SeriesScorer {
 public:
  explicit SeriesScorer(const ScoreModelInfo& model) : model_(&model) {}

  /// As score_closed of score_model.hpp.
  [[nodiscard]] std::optional<Signal> score_closed(std::span<const Candle> candles,
                                                   std::size_t index, bool from_listing,
                                                   const Settings& settings);
  /// As score_preview of score_model.hpp. Leaves no trace of the forming candle.
  [[nodiscard]] std::optional<Signal> score_preview(std::span<const Candle> candles,
                                                    const Candle& forming, bool from_listing,
                                                    const Settings& settings);
  /// Asks for the memory that a preview of these candles will read, to arrive while the caller does
  /// something else. Changes nothing.
  void prefetch(std::span<const Candle> candles) const;

  /// The candles behind the newest scored are not what they were.
  void forget();

 private:
  void stand_at(std::span<const Candle> candles, std::size_t index, const Settings& settings);
  void rebuild(std::span<const Candle> candles, std::size_t index, const Settings& settings);
  /// The judged candle as the model is given it: `own` is its own window, itself last.
  [[nodiscard]] ScoreInput input_of(std::span<const Candle> own, const Settings& settings) const;
  [[nodiscard]] WindowSummary summary_of(std::span<const Candle> before,
                                         std::span<const Candle> volumes,
                                         const Settings& settings) const;
  void pass(const Candle& candle, const std::optional<Strengths>& strengths);
  [[nodiscard]] bool can_rank() const { return past_.known() + 1 >= model_->ranked_min; }
  void describe_window(std::span<const Candle> window, Signal& signal) const;

  const ScoreModelInfo* model_;
  StrengthHistory past_;                  ///< of the candles up to stands_at_
  std::optional<WindowSummary> summary_;  ///< the model's, of the same candles; for previews
  std::optional<Timestamp> stands_at_;    ///< open time of the newest candle passed
  std::size_t plain_ = 0;                 ///< newest candles in a row that are final, never revised
  std::size_t settled_ = 0;               ///< newest candles in a row that are not unknown
};

}  // namespace cscan
