#include "analysis/series_scorer.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"

namespace cscan {
namespace {

/// Candles copied for a preview; no model reads more of them one by one.
constexpr std::size_t read_window_max = 21;

bool is_plain(const Candle& candle) {
  return candle.state == CandleState::final && candle.revision == 0;
}

/// FNV-1a, one step per 64-bit word.
std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  return (hash ^ word) * 0x100000001b3ULL;
}

/// The newest `size` of a window, or all there are.
std::span<const Candle> newest(std::span<const Candle> window, std::size_t size) {
  return window.last(std::min(window.size(), size));
}

/// Candles of the window that ends at `index`: the last L, or all there are.
std::span<const Candle> window_to(std::span<const Candle> candles, std::size_t index,
                                  std::size_t size) {
  std::size_t known = std::min(index + 1, size);
  return candles.subspan(index + 1 - known, known);
}

}  // namespace

void SeriesScorer::forget() {
  past_.clear();
  summary_.reset();
  stands_at_.reset();
  plain_ = 0;
  settled_ = 0;
}

WindowSummary SeriesScorer::summary_of(std::span<const Candle> before,
                                       std::span<const Candle> volumes,
                                       const Settings& settings) const {
  return model_->summary != nullptr ? model_->summary(before, volumes, settings) : WindowSummary{};
}

ScoreInput SeriesScorer::input_of(std::span<const Candle> own, const Settings& settings) const {
  auto read = newest(own, model_->read_window);
  return {read, read, past_, settings, summary_of(own.first(own.size() - 1), own, settings)};
}

void SeriesScorer::pass(const Candle& candle, const std::optional<Strengths>& strengths) {
  if (model_->strengths != nullptr)
    past_.push(strengths);
  summary_.reset();
  plain_ = is_plain(candle) ? plain_ + 1 : 0;
  settled_ = candle.state != CandleState::unknown ? settled_ + 1 : 0;
  stands_at_ = candle.open_time;
}

void SeriesScorer::rebuild(std::span<const Candle> candles, std::size_t index,
                           const Settings& settings) {
  forget();
  for (std::size_t i = window_to(candles, index, model_->window).data() - candles.data();
       i <= index; ++i) {
    std::optional<Strengths> strengths;
    bool settled = candles[i].state != CandleState::unknown;
    if (model_->strengths != nullptr && settled && settled_ + 1 >= model_->own_window) {
      auto own = window_to(candles, i, model_->own_window);
      strengths = model_->strengths(input_of(own, settings));
    }
    pass(candles[i], strengths);
  }
}

/// Makes the memo one of all candles up to `index`.
void SeriesScorer::stand_at(std::span<const Candle> candles, std::size_t index,
                            const Settings& settings) {
  if (stands_at_ != candles[index].open_time)
    rebuild(candles, index, settings);
}

/// The worst evidence in the window, its revisions, and its mark where it is not plain.
void SeriesScorer::describe_window(std::span<const Candle> window, Signal& signal) const {
  signal.history_n = static_cast<std::uint16_t>(window.size());
  if (plain_ >= window.size())
    return;
  std::uint64_t mark = 0xcbf29ce484222325ULL;
  for (std::size_t i = 0; i < window.size(); ++i) {
    const Candle& candle = window[i];
    bool unknown = candle.state == CandleState::unknown;
    if (!unknown)
      signal.candle_state = std::max(signal.candle_state, candle.state);
    signal.revision += candle.revision;
    signal.unknown_n += unknown;
    signal.revised_n += candle.state == CandleState::revised;
    if (unknown || candle.revision > 0)
      mark = mix(mix(mark, window.size() - i), unknown ? UINT64_MAX : candle.revision);
  }
  if (signal.revision > 0 || signal.unknown_n > 0)
    signal.window_mark = mark;
}

std::optional<Signal> SeriesScorer::score_closed(std::span<const Candle> candles, std::size_t index,
                                                 bool from_listing, const Settings& settings) {
  CHECK(index < candles.size());
  auto window = window_to(candles, index, model_->window);
  if (window.size() < (from_listing ? model_->minimum : model_->window))
    return std::nullopt;
  stand_at(candles, index - 1, settings);
  const Candle& judged = candles[index];
  auto own = window_to(candles, index, model_->own_window);
  std::optional<Signal> signal;
  if (judged.state == CandleState::unknown || settled_ + 1 < own.size()) {
    pass(judged, std::nullopt);
  } else if (!can_rank()) {
    pass(judged, model_->strengths(input_of(own, settings)));
  } else {
    signal = model_->score(input_of(own, settings));
    pass(judged, strengths_of(*signal));
    describe_window(window, *signal);
  }
  return signal;
}

void SeriesScorer::prefetch(std::span<const Candle> candles) const {
  constexpr std::size_t line = 64;
  auto read = std::as_bytes(newest(candles, model_->read_window));
  for (std::size_t at = 0; at < read.size(); at += line)
    __builtin_prefetch(read.data() + at);
  past_.prefetch();
}

std::optional<Signal> SeriesScorer::score_preview(std::span<const Candle> candles,
                                                  const Candle& forming, bool from_listing,
                                                  const Settings& settings) {
  if (candles.empty())
    return std::nullopt;
  auto window = window_to(candles, candles.size() - 1, model_->window);
  if (window.size() < (from_listing ? model_->minimum : model_->window))
    return std::nullopt;
  stand_at(candles, candles.size() - 1, settings);
  auto own = window_to(candles, candles.size() - 1, model_->own_window);
  if (settled_ < own.size() || !can_rank())
    return std::nullopt;
  if (!summary_)
    summary_ = summary_of(own, own, settings);
  auto volumes = newest(own, model_->read_window);
  std::array<Candle, read_window_max> copies;
  CHECK(volumes.size() <= copies.size());
  std::ranges::copy(volumes.subspan(1), copies.begin());
  copies[volumes.size() - 1] = forming;
  auto prices = std::span(copies).first(volumes.size());
  Signal signal = model_->score({prices, volumes, past_, settings, *summary_});
  describe_window(window, signal);
  signal.candle_state = CandleState::forming;
  return signal;
}

}  // namespace cscan
