#include "core/scanner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analysis/full_scan.hpp"
#include "base/check.hpp"
#include "core/market_survey.hpp"
#include "series/candle_rollup.hpp"

namespace cscan {
namespace {

/// Age up to which a price is fresh: a quiet market still repeats itself within a minute on the
/// bulk streams, and a slow price interval must not make its own samples stale.
Duration price_freshness(const Settings& settings) {
  return std::max(seconds(60), seconds(3 * settings.price_update_interval));
}

/// How far a candle's open time may lie after the moment it was received: clocks differ a little;
/// beyond that a unit was mistaken, and one such candle would empty its series.
constexpr Duration clock_tolerance = minutes(1);

/// Candles kept beyond those that are asked for: when one of the newest is explained or revised,
/// every signal it is part of still has its whole window.
constexpr std::size_t margin = 60;

constexpr std::size_t at(Stream stream) { return static_cast<std::size_t>(stream); }

}  // namespace

void Scanner::step(const Input& input, EffectBuffer& effects) {
  ++counters_.inputs;
  std::visit([&](const auto& value) { on(value, effects); }, input);
}

void Scanner::reset() {
  book_ = SeriesBook(instruments_.size(), settings_.intervals(), kept_candles());
  prices_ = PriceBook(instruments_.size());
  model_ = find_score_model(settings_.score_model);
  CHECK(model_ != nullptr, "score model {}", to_string(settings_.score_model));
  states_.assign(book_.size(), SeriesState(*model_));
  scans_ = live_origin_ == Origin::replay ? ScanBook() : ScanBook(book_);
  settle_rule_ = {seconds(settings_.settle_delay), seconds(settings_.grace)};
  timers_[at(Stream::price)].start(seconds(settings_.price_update_interval));
  timers_[at(Stream::signals)].start(seconds(settings_.signal_generation_interval));
  timers_[at(Stream::market_state)].start(seconds(settings_.market_state_interval));
  timers_[at(Stream::scan)].start(seconds(settings_.scan_interval));
  market_state_.reset();
  ranking_.reset();
  trend_ = MarketBias::neutral;
  counters_ = {};
  signals_made_ = 0;
}

void Scanner::on(const UniverseChanged& input, EffectBuffer& effects) {
  CHECK(input.instruments.size() <= limits::instruments_max);
  instruments_ = input.instruments;
  exchange_rank_.clear();
  for (const Instrument& instrument : instruments_) {
    auto found = std::ranges::find(input.exchange_ranking, instrument.exchange);
    exchange_rank_.push_back(static_cast<std::size_t>(found - input.exchange_ranking.begin()));
  }
  reset();
  effects.push_back(Note{fmt::format("watching {} instruments", instruments_.size())});
}

void Scanner::on(const SettingsChanged& input, EffectBuffer&) {
  settings_ = input.settings;
  reset();
}

void Scanner::on(const InputsDropped& input, EffectBuffer& effects) {
  counters_.inputs_dropped += input.count;
  effects.push_back(
      Note{fmt::format("{} forming updates were dropped: the core is behind", input.count)});
}

std::optional<std::size_t> Scanner::find_series(InstrumentId instrument,
                                                Timeframe timeframe) const {
  std::size_t interval = book_.interval_index(timeframe);
  if (instrument.value >= instruments_.size() || interval == book_.intervals().size())
    return std::nullopt;
  return book_.index(instrument, interval);
}

std::size_t Scanner::kept_candles() const {
  return static_cast<std::size_t>(settings_.max_candles_per_timeframe) + margin;
}

InstrumentId Scanner::instrument_of(std::size_t series) const {
  return InstrumentId{static_cast<std::uint32_t>(series / book_.intervals().size())};
}

bool Scanner::accept(const Candle& candle, Timeframe timeframe, Timestamp known_at) {
  bool aligned = candle.open_time == floor_to(candle.open_time, length(timeframe));
  bool sound = aligned && candle_defect(candle) == nullptr &&
               candle.state != CandleState::unknown &&
               candle.open_time <= known_at + clock_tolerance;
  counters_.candles_rejected += !sound;
  return sound;
}

void Scanner::on(const MarketEvent& input, EffectBuffer& effects) {
  if (const auto* candle = std::get_if<CandleUpdate>(&input)) {
    on_candle(*candle, effects);
    return;
  }
  const auto& update = std::get<PriceUpdate>(input);
  if (update.instrument.value >= instruments_.size() || !(update.price > 0))
    return;
  prices_.on_price(update.instrument, update.price, update.event_time, update.received_time);
  if (update.quote_volume_24h > 0)
    prices_.on_quote_volume(update.instrument, update.quote_volume_24h);
}

void Scanner::on_candle(const CandleUpdate& update, EffectBuffer& effects) {
  auto series = find_series(update.instrument, update.timeframe);
  if (!series || !accept(update.candle, update.timeframe, update.received_time))
    return;
  // A candle's price is at most as new as its close: a restated one is no news of the market.
  Timestamp priced_at =
      std::min(update.event_time, close_time(update.candle.open_time, update.timeframe));
  prices_.on_price(update.instrument, update.candle.close, priced_at, update.received_time);
  known_at_ = std::max(now_, update.received_time);
  settled_.clear();
  book_[*series].builder.on_update(update, settle_rule_, settled_);
  settle(*series, settled_, live_origin_, effects);
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

std::vector<Candle> Scanner::sound_candles(const HistoryLoaded& input) {
  std::vector<Candle> sound;
  // Before the first clock step nothing is known about the time.
  Timestamp known_at = now_ == Timestamp{} ? Timestamp{INT64_MAX / 2} : now_;
  for (const Candle& candle : input.candles)
    if (accept(candle, input.timeframe, known_at) && is_settled(candle.state))
      sound.push_back(candle);
  return sound;
}

void Scanner::on(const HistoryLoaded& input, EffectBuffer& effects) {
  auto series = find_series(input.instrument, input.timeframe);
  if (!series)
    return;
  MarketSeries& market = book_[*series];
  known_at_ = now_;
  std::vector<Candle> sound = sound_candles(input);
  if (sound.empty())
    return;
  Origin origin = live_origin_ == Origin::replay ? Origin::replay : Origin::backfill;
  if (market.candles.empty()) {
    if (input.from_listing)
      market.candles.set_from_listing();
  } else {
    Timestamp oldest = market.candles.candles().front().open_time;
    // A full series has had what lies before it; unless a change asked for it again.
    bool wanted =
        states_[*series].wants_history || market.candles.candles().size() < kept_candles();
    bool reaches_back = wanted && sound.front().open_time < oldest;
    bool is_listing =
        input.from_listing && sound.front().open_time == oldest && !market.candles.is_from_first();
    if (reaches_back || is_listing)
      extend_back(*series, sound, input.from_listing, origin, effects);
  }
  settle(*series, sound, origin, effects);
  market.builder.on_history(sound.front().open_time, market.candles.next_open());
  if (book_.interval_index(input.timeframe) == 0)
    seed_prices(input.instrument, input.timeframe, sound);
  for (StreamTimer& timer : timers_)
    timer.hurry();
}

void Scanner::seed_prices(InstrumentId instrument, Timeframe timeframe,
                          const std::vector<Candle>& candles) {
  for (const Candle& candle : candles)
    if (Timestamp closes = close_time(candle.open_time, timeframe);
        closes <= now_ && now_ - closes <= seconds(settings_.breadth_window))
      prices_.seed(instrument, {closes, candle.close});
}

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
    state.latest = signal;
  Timestamp known = live_origin_ == Origin::replay ? signal->close_time() : known_at_;
  effects.push_back(PersistSignal{*signal, known, known, origin, newest});
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

bool Scanner::is_fresh(const Signal& signal) const {
  Timestamp next_close = signal.close_time() + length(signal.timeframe);
  return now_ < next_close + settle_rule_.settle_delay + settle_rule_.grace;
}

void Scanner::on(const ClockAdvanced& input, EffectBuffer& effects) {
  if (input.now <= now_ || !model_)
    return;
  now_ = input.now;
  known_at_ = now_;
  if (live_origin_ == Origin::replay)
    return;
  for (std::size_t i = 0; i < book_.size(); ++i) {
    settled_.clear();
    book_[i].builder.on_clock(now_, settled_);
    settle(i, settled_, live_origin_, effects);
  }
  ask_for_overdue(effects);
  run_streams(effects);
}

void Scanner::run_streams(EffectBuffer& effects) {
  std::array<bool, stream_count> ran{};
  for (std::size_t i = 0; i < stream_count; ++i)
    ran[i] = timers_[i].take(now_);
  if (ran[at(Stream::price)])
    prices_.sample(now_, price_freshness(settings_));
  if (ran[at(Stream::signals)])
    take_previews(effects);
  if (ran[at(Stream::market_state)])
    take_market_state();
  if (ran[at(Stream::scan)])
    take_ranking();
  if (std::ranges::count(ran, true) > 0)
    publish(ran, effects);
}

void Scanner::ask_for_overdue(EffectBuffer& effects) {
  for (std::size_t i = 0; i < book_.size(); ++i)
    if (auto from = book_[i].builder.take_request(now_, settle_rule_))
      effects.push_back(RequestHistory{instrument_of(i), book_[i].candles.timeframe(), *from});
}

void Scanner::take_previews(EffectBuffer& effects) {
  for (std::size_t i = 0; i < book_.size(); ++i) {
    const MarketSeries& market = book_[i];
    const auto& forming = market.builder.forming();
    if (!forming || market.candles.empty() || forming->open_time != market.candles.next_open())
      continue;
    auto signal = states_[i].scorer.score_preview(market.candles.candles(), *forming,
                                                  market.candles.is_from_first(), settings_);
    if (!signal)
      continue;
    signal->instrument = instrument_of(i);
    signal->timeframe = market.candles.timeframe();
    states_[i].preview_open = signal->open_time;
    states_[i].preview_direction = signal->direction;
    effects.push_back(PublishPreview{*signal, now_});
  }
}

void Scanner::take_market_state() {
  MarketState state = survey_market({now_, instruments_, exchange_rank_, book_, prices_,
                                     seconds(settings_.breadth_window), price_freshness(settings_)},
                                    trend_);
  trend_ = state.trend.trend;
  for (const SeriesState& series : states_)
    state.active_signals +=
        series.latest && is_fresh(*series.latest) && series.latest->combined >= points(60);
  market_state_ = std::make_shared<const MarketState>(std::move(state));
}

void Scanner::take_ranking() {
  MarketPicture picture{now_,
                        instruments_,
                        exchange_rank_,
                        book_,
                        prices_,
                        seconds(settings_.breadth_window),
                        price_freshness(settings_)};
  std::vector<ScanRow> rows;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (!states_[i].latest)
      continue;
    const Signal& signal = *states_[i].latest;
    ScanRow& row = rows.emplace_back();
    row.instrument = signal.instrument;
    row.timeframe = signal.timeframe;
    row.combined = signal.combined;
    row.type = signal.type;
    row.close_time = signal.close_time();
    row.price = prices_.price(signal.instrument).value_or(signal.price);
    row.change_24h = change_24h(picture, signal.instrument);
    row.quote_volume_24h = quote_volume_24h(picture, signal.instrument);
    scans_.describe(row, i, book_[i]);
  }
  ranking_ = std::make_shared<const std::vector<ScanRow>>(rank_scan(std::move(rows)));
  ranking_as_of_ = now_;
}

void Scanner::publish(const std::array<bool, stream_count>& ran, EffectBuffer& effects) const {
  PublishView view;
  view.as_of = now_;
  view.market_state = market_state_;
  view.ranking = ranking_;
  view.ranking_as_of = ranking_as_of_;
  view.ran = ran;
  view.counters = counters_;
  view.buffers.ticks = prices_.ticks();
  view.buffers.signals = signals_made_;
  for (std::size_t i = 0; i < stream_count; ++i)
    view.streams[i] = timers_[i].stats();
  view.series_candles.reserve(book_.size());
  for (std::size_t i = 0; i < book_.size(); ++i) {
    auto n = static_cast<std::uint32_t>(
        std::min(book_[i].candles.candles().size(),
                 static_cast<std::size_t>(settings_.max_candles_per_timeframe)));
    view.series_candles.push_back(n);
    view.buffers.candles += n;
  }
  effects.push_back(std::move(view));
}

std::optional<Timestamp> Scanner::next_deadline() const {
  std::optional<Timestamp> next;
  for (const StreamTimer& timer : timers_)
    if (timer.due() && (!next || *timer.due() < *next))
      next = timer.due();
  for (std::size_t i = 0; i < book_.size(); ++i)
    if (auto due = book_[i].builder.settles_at(); due && (!next || *due < *next))
      next = due;
  return next;
}

}  // namespace cscan
