#include "analysis/score_model.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "analysis/score_classic.hpp"
#include "base/check.hpp"

namespace cscan {
namespace {

constexpr std::array models = {
    ScoreModelInfo{ScoreModel::classic, classic_window, classic_minimum, &score_classic},
};

/// The worst evidence in a window, its revisions and whether it may be scored at all.
struct WindowState {
  CandleState worst = CandleState::final;
  std::uint32_t revisions = 0;
  std::size_t settled = 0;
};

WindowState inspect(std::span<const Candle> window) {
  WindowState state;
  for (const Candle& candle : window) {
    state.worst = std::max(state.worst, candle.state);
    state.revisions += candle.revision;
    state.settled += is_settled(candle.state);
  }
  return state;
}

}  // namespace

const ScoreModelInfo* find_score_model(ScoreModel model) {
  auto found = std::ranges::find(models, model, &ScoreModelInfo::model);
  return found == models.end() ? nullptr : &*found;
}

std::optional<Signal> score_closed(const ScoreModelInfo& model, std::span<const Candle> candles,
                                   std::size_t index, bool from_listing, const Settings& settings) {
  CHECK(index < candles.size());
  std::size_t known = std::min(index + 1, model.window);
  if (known < (from_listing ? model.minimum : model.window))
    return std::nullopt;
  auto window = candles.subspan(index + 1 - known, known);
  WindowState state = inspect(window);
  if (state.worst == CandleState::unknown)
    return std::nullopt;
  Signal signal = model.score(window, window, settings);
  signal.candle_state = state.worst;
  signal.revision = state.revisions;
  signal.history_n = static_cast<std::uint16_t>(known);
  signal.coverage = static_cast<double>(state.settled) / static_cast<double>(known);
  return signal;
}

std::optional<Signal> score_preview(const ScoreModelInfo& model, std::span<const Candle> candles,
                                    const Candle& forming, bool from_listing,
                                    const Settings& settings) {
  std::size_t known = std::min(candles.size(), model.window);
  if (known < (from_listing ? model.minimum : model.window))
    return std::nullopt;
  auto volumes = candles.last(known);
  WindowState state = inspect(volumes);
  if (state.worst == CandleState::unknown)
    return std::nullopt;
  std::vector<Candle> prices(volumes.begin() + 1, volumes.end());
  prices.push_back(forming);
  Signal signal = model.score(prices, volumes, settings);
  signal.candle_state = CandleState::forming;
  signal.revision = state.revisions;
  signal.history_n = static_cast<std::uint16_t>(known);
  signal.coverage = static_cast<double>(state.settled) / static_cast<double>(known);
  return signal;
}

}  // namespace cscan
