// How a scanner's series take settled candles, and what is scored again when the past changes.

#include <algorithm>
#include <utility>

#include "core/scanner.hpp"
#include "series/candle_rollup.hpp"

namespace cscan {

/// Takes settled candles, ascending, and scores what follows from them. What a stretch of them
/// changed in the past is scored again once, after the last of them.
void Scanner::settle(std::size_t series, std::span<const Candle> settled, Origin origin,
                     EffectBuffer& effects) {
  CandleSeries& candles = book_[series].candles;
  std::optional<Stretch> changed;  // from the oldest to the newest that is not what it was
  using Kind = SeriesChange::Kind;
  for (const Candle& candle : settled) {
    if (changed && (candles.empty() || candle.open_time >= candles.next_open()))
      score_again(series, *std::exchange(changed, std::nullopt), origin, effects);
    SeriesChange change = absorb(series, candles, candle, effects);
    if (change.kind == Kind::duplicate || change.kind == Kind::too_old)
      continue;
    if (change.kind == Kind::appended) {
      scans_.append(series, candles.candles()[change.index]);
      score(series, candles, change.index, states_[series].scorer, origin, effects);
    } else {
      changed = {changed ? changed->first : candle.open_time, candle.open_time};
    }
    if (origin != Origin::backfill)
      check_rollup(series, close_time(candle.open_time, candles.timeframe()));
  }
  if (changed)
    score_again(series, *changed, origin, effects);
}

/// Puts one settled candle into a series of this run, counts and persists what that changed.
SeriesChange Scanner::absorb(std::size_t series, CandleSeries& candles, const Candle& candle,
                             EffectBuffer& effects) {
  SeriesChange change = candles.append(candle);
  using Kind = SeriesChange::Kind;
  if (change.kind == Kind::duplicate || change.kind == Kind::too_old)
    return change;
  counters_.revisions += change.kind == Kind::revised;
  counters_.gaps += change.filled > 0;
  effects.push_back(PersistCandle{instrument_of(series), candles.timeframe(),
                                  candles.candles()[change.index], known_at_});
  return change;
}

/// Every signal whose window holds a candle that changed follows from other bytes now. Those whose
/// window reaches beyond the kept candles need history again.
void Scanner::score_again(std::size_t series, const Stretch& changed, Origin origin,
                          EffectBuffer& effects) {
  const CandleSeries& candles = book_[series].candles;
  states_[series].scorer.forget();
  scans_.rebuild(series, candles.candles());
  auto index_of = [&](Timestamp open_time) {
    return static_cast<std::size_t>((open_time - candles.candles().front().open_time) /
                                    length(candles.timeframe()));
  };
  std::size_t first = index_of(changed.first);
  std::size_t end = std::min(index_of(changed.last) + model_->window, candles.candles().size());
  for (std::size_t i = first; i < end; ++i)
    score(series, candles, i, states_[series].scorer, origin, effects);
  bool short_of_history = first + 1 < model_->window && !candles.is_from_first();
  if (!short_of_history || live_origin_ == Origin::replay)
    return;
  states_[series].wants_history = true;
  effects.push_back(RequestHistory{
      instrument_of(series), candles.timeframe(),
      changed.first - length(candles.timeframe()) * static_cast<std::int64_t>(model_->window - 1)});
}

/// Candles before those that are kept: live ones settled before their history came, or a change
/// far back needs windows that were let go; or the news that the oldest kept one was the first
/// ever. Scores whatever has its window now.
void Scanner::extend_back(std::size_t series, std::span<const Candle> history, bool from_listing,
                          Origin origin, EffectBuffer& effects) {
  CandleSeries& kept = book_[series].candles;
  CandleSeries whole(kept.timeframe(), history.size() + kept.candles().size() + kept_candles());
  if (from_listing)
    whole.set_from_listing();
  auto older =
      std::ranges::lower_bound(history, kept.candles().front().open_time, {}, &Candle::open_time);
  for (const Candle& candle : std::span(history.begin(), older))
    absorb(series, whole, candle, effects);
  for (const Candle& candle : kept.candles())
    if (candle.state != CandleState::unknown)
      whole.append(candle);
  // What the same history says about the kept ones counts before anything is scored.
  for (const Candle& candle : std::span(older, history.end()))
    if (candle.open_time < whole.next_open())
      absorb(series, whole, candle, effects);
  SeriesScorer scorer(*model_);
  for (std::size_t i = 0; i < whole.candles().size(); ++i)
    score(series, whole, i, scorer, origin, effects);
  scans_.rebuild(series, whole.candles());
  kept = CandleSeries(kept.timeframe(), kept_candles());
  if (from_listing)
    kept.set_from_listing();
  for (const Candle& candle : whole.candles())
    if (candle.state != CandleState::unknown)
      kept.append(candle);
  states_[series].scorer.forget();
  states_[series].wants_history = false;
}

void Scanner::score(std::size_t series, const CandleSeries& candles, std::size_t index,
                    SeriesScorer& scorer, Origin origin, EffectBuffer& effects) {
  auto signal = scorer.score_closed(candles.candles(), index, candles.is_from_first(), settings_);
  if (!signal)
    return;
  signal->instrument = instrument_of(series);
  signal->timeframe = candles.timeframe();
  ++signals_made_;
  SeriesState& state = states_[series];
  compare_with_preview(state, *signal);
  bool newest = !state.latest || signal->open_time >= state.latest->open_time;
  if (newest)
    state.latest = {signal->open_time, signal->combined, signal->type, signal->price};
  Timestamp known = live_origin_ == Origin::replay ? signal->close_time() : known_at_;
  effects.emplace_back(std::in_place_type<PersistSignal>, *signal, known, known, origin, newest);
}

void Scanner::compare_with_preview(SeriesState& state, const Signal& closed) {
  if (state.preview_open != closed.open_time)
    return;
  ++counters_.previews_compared;
  counters_.previews_agreed += state.preview_direction == closed.direction;
  state.preview_open.reset();
}

/// When the candle that closes at `close` completes a larger one that settled too (or the other way
/// round), the roll-up of the smaller must be the larger.
void Scanner::check_rollup(std::size_t series, Timestamp close) {
  std::size_t n = book_.intervals().size();
  std::size_t interval = series % n;
  for (std::size_t lower : {interval - 1, interval}) {
    if (lower >= n || lower + 1 >= n)
      continue;  // also when interval is 0: the subtraction wrapped
    Timeframe small = book_.intervals()[lower], large = book_.intervals()[lower + 1];
    if (length(large).ms % length(small).ms != 0 || close != floor_to(close, length(large)))
      continue;
    auto smaller = book_[series - interval + lower].candles.candles();
    auto larger = book_[series - interval + lower + 1].candles.candles();
    if (larger.empty() || close_time(larger.back().open_time, large) != close)
      continue;
    auto rolled = roll_up(smaller, small, large, larger.back().open_time);
    if (rolled && !same_rollup(*rolled, larger.back()))
      ++counters_.rollup_mismatches;
  }
}

}  // namespace cscan
