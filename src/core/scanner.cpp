#include "core/scanner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.hpp"

namespace cscan {
namespace {

/// How far a candle's open time may lie after the moment it was received: clocks differ a little;
/// beyond that a unit was mistaken, and one such candle would empty its series.
constexpr Duration clock_tolerance = minutes(1);

/// Candles kept beyond those that are asked for: when one of the newest is explained or revised,
/// every signal it is part of still has its whole window.
constexpr std::size_t margin = 60;

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
  timers_[index_of(Stream::price)].start(seconds(settings_.price_update_interval));
  timers_[index_of(Stream::signals)].start(seconds(settings_.signal_generation_interval));
  timers_[index_of(Stream::market_state)].start(seconds(settings_.market_state_interval));
  timers_[index_of(Stream::scan)].start(seconds(settings_.scan_interval));
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

void Scanner::ask_for_overdue(EffectBuffer& effects) {
  for (std::size_t i = 0; i < book_.size(); ++i)
    if (auto from = book_[i].builder.take_request(now_, settle_rule_))
      effects.push_back(RequestHistory{instrument_of(i), book_[i].candles.timeframe(), *from});
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
