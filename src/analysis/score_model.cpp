#include "analysis/score_model.hpp"

#include <algorithm>
#include <array>

#include "analysis/score_classic.hpp"
#include "analysis/score_rarity.hpp"
#include "analysis/series_scorer.hpp"

namespace cscan {
namespace {

constexpr std::array models = {
    ScoreModelInfo{.model = ScoreModel::classic,
                   .window = classic_window,
                   .own_window = classic_window,
                   .read_window = classic_minimum,
                   .minimum = classic_minimum,
                   .score = &score_classic},
    ScoreModelInfo{.model = ScoreModel::rarity,
                   .window = rarity_window,
                   .own_window = rarity_own_window,
                   .read_window = rarity_read_window,
                   .minimum = rarity_own_window + rarity_ranked_min - 1,
                   .ranked_min = rarity_ranked_min,
                   .score = &score_rarity,
                   .summary = &summarize_window,
                   .strengths = &rarity_strengths},
};

}  // namespace

const ScoreModelInfo* find_score_model(ScoreModel model) {
  auto found = std::ranges::find(models, model, &ScoreModelInfo::model);
  return found == models.end() ? nullptr : &*found;
}

std::optional<Signal> score_closed(const ScoreModelInfo& model, std::span<const Candle> candles,
                                   std::size_t index, bool from_listing, const Settings& settings) {
  return SeriesScorer(model).score_closed(candles, index, from_listing, settings);
}

std::optional<Signal> score_preview(const ScoreModelInfo& model, std::span<const Candle> candles,
                                    const Candle& forming, bool from_listing,
                                    const Settings& settings) {
  return SeriesScorer(model).score_preview(candles, forming, from_listing, settings);
}

}  // namespace cscan
