#include "replay/scenario_stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "replay/scenario_market.hpp"
#include "wire/settings_json.hpp"

namespace cscan {
namespace {

constexpr std::size_t markets_max = 64;

// What things cost, in units of work.
constexpr std::int64_t clock_work = 50;       // the timers, and a little per series
constexpr std::int64_t candle_work = 200;     // checking, scoring, persisting one
constexpr std::int64_t revision_work = 2000;  // scoring a window of them again
constexpr std::int64_t series_work = 100;     // emptying one

constexpr Timestamp clock_max{253'402'300'799'000};  // the last second of the year 9999

constexpr const char* not_started = "the scanner does not run yet: write start before this line";

constexpr std::string_view timeframes_key = "timeframes=";

/// "5m,1h": watches these and no others, each by the style it had or else by its own name.
Status set_timeframes(Settings& settings, std::string_view list) {
  std::vector<TimeframeSetting> chosen;
  while (!list.empty()) {
    std::string_view name = list.substr(0, list.find(','));
    list.remove_prefix(std::min(name.size() + 1, list.size()));
    auto timeframe = parse_timeframe(name);
    if (!timeframe)
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("timeframes: '{}' is none, write for example 5m,1h", name.substr(0, 64)));
    chosen.push_back({std::string(Settings().style_of(*timeframe)), *timeframe});
  }
  settings.timeframes = std::move(chosen);
  return {};
}

std::int64_t path_work(Timeframe timeframe) { return candle_work + length(timeframe) / minutes(1); }

/// A candle of the path, with the values that the line gives. High and low follow unless given.
Candle candle_of(const ScenarioPath& path, Timeframe timeframe, Timestamp open_time,
                 CandleState state, const ScenarioValues& values) {
  Candle candle = state == CandleState::no_trade
                      ? flat_candle(open_time, path_price(path, open_time))
                      : path_candle(path, timeframe, open_time);
  candle.state = state;
  candle.open = values.open.value_or(candle.open);
  candle.close = values.close.value_or(candle.close);
  candle.high = values.high.value_or(std::max({candle.high, candle.open, candle.close}));
  candle.low = values.low.value_or(std::min({candle.low, candle.open, candle.close}));
  candle.volume = values.volume.value_or(candle.volume);
  return candle;
}

}  // namespace

bool ScenarioStage::spend(std::int64_t work) {
  work_left_ -= work;
  exhausted_ = exhausted_ || work_left_ < 0;
  return !exhausted_;
}

std::string ScenarioStage::complaint() const {
  return exhausted_ ? "the scenario asks for too much: load fewer candles, or move the clock in "
                      "larger steps"
                    : "";
}

void ScenarioStage::say(const Input& input) {
  names_.take(input);
  effects_.clear();
  scanner_.step(input, effects_);
  on_effects_(effects_);
}

void ScenarioStage::move_clock(Timestamp now) {
  auto series = static_cast<std::int64_t>(markets_.size() * settings_.timeframes.size());
  if (!spend(clock_work * (1 + series)))
    return;
  now_ = std::max(*now_, now);
  say(ClockAdvanced{now});
}

std::string ScenarioStage::tell_of_universe() {
  if (!running_)
    return {};
  auto series = static_cast<std::int64_t>(markets_.size() * settings_.timeframes.size());
  if (!spend(series_work * (1 + series)))
    return complaint();
  UniverseChanged universe{{}, ranking_};
  for (const Market& market : markets_)
    universe.instruments.push_back(market.instrument);
  say(universe);
  return {};
}

std::string ScenarioStage::hear(const SettingsStep& step) {
  Settings changed = settings_;
  for (const std::string& assignment : step.assignments) {
    bool whole = assignment.starts_with(timeframes_key);
    auto set = whole ? set_timeframes(changed, assignment.substr(timeframes_key.size()))
                     : apply_setting(changed, assignment);
    if (!set)
      return set.error().message;
  }
  if (auto sound = check_settings(changed); !sound)
    return sound.error().message;
  settings_ = std::move(changed);
  if (!running_)
    return {};
  if (!spend(series_work * static_cast<std::int64_t>(1 + markets_.size())))
    return complaint();
  say(SettingsChanged{settings_});
  return {};
}

std::string ScenarioStage::hear(const RankStep& step) {
  ranking_ = step.exchanges;
  return tell_of_universe();
}

std::string ScenarioStage::hear(const WatchStep& step) {
  if (std::ranges::find(markets_, step.instrument, &Market::instrument) != markets_.end())
    return fmt::format("{} {} is watched already", step.instrument.exchange,
                       step.instrument.symbol());
  if (markets_.size() == markets_max)
    return fmt::format("a scenario watches at most {} markets", markets_max);
  markets_.push_back({step.instrument, step.path});
  return tell_of_universe();
}

std::string ScenarioStage::hear(const UnwatchStep& step) {
  std::string problem;
  auto market = find_market(step.market, problem);
  if (!market)
    return problem;
  markets_.erase(markets_.begin() + static_cast<std::ptrdiff_t>(*market));
  return tell_of_universe();
}

/// What a process says to its scanner first.
void ScenarioStage::begin() {
  scanner_ = Scanner();
  running_ = true;
  say(SettingsChanged{settings_});
  if (!tell_of_universe().empty())
    return;
  move_clock(*now_);
}

std::string ScenarioStage::hear(const StartStep&) {
  if (running_)
    return "the scanner runs already: restart starts it anew";
  if (!now_)
    return "say what time it is first: clock 2026-01-05 10:00";
  if (markets_.empty())
    return "say what to watch first: watch binance BTC/USDT walk";
  begin();
  return complaint();
}

std::string ScenarioStage::hear(const RestartStep&) {
  if (!running_)
    return not_started;
  begin();
  return complaint();
}

std::string ScenarioStage::hear(const ClockStep& step) {
  if (!now_ && !step.to)
    return "say what time it is first: clock 2026-01-05 10:00";
  Timestamp target = step.to ? *step.to : *now_ + step.by;
  if (target > clock_max)
    return "the clock goes no further than the year 9999";
  if (!running_) {
    now_ = target;
    return {};
  }
  if (step.every.ms > 0)
    for (Timestamp t = *now_ + step.every; t < target && !exhausted_; t = t + step.every)
      move_clock(t);
  move_clock(target);
  return complaint();
}

ScenarioRange ScenarioStage::resolve(ScenarioRange range, Timeframe timeframe) const {
  if (range.newest == 0)
    return range;
  Timestamp newest = floor_to(now_.value_or(Timestamp{}), length(timeframe)) - length(timeframe);
  return {newest - length(timeframe) * (range.newest - 1), newest, 0};
}

std::string ScenarioStage::hear(const HistoryStep& step) {
  std::string problem;
  SeriesId series = find(step.series, problem);
  if (!problem.empty())
    return problem;
  HistoryLoaded history{series.instrument, series.timeframe, {}, step.from_listing};
  ScenarioRange range = resolve(step.range, series.timeframe);
  ScenarioRange except = step.except ? resolve(*step.except, series.timeframe) : ScenarioRange{};
  bool leave_out = step.except.has_value();
  if (!spend(revision_work))
    return complaint();
  for (Timestamp t = range.first; t <= range.last; t = t + length(series.timeframe)) {
    if (leave_out && t >= except.first && t <= except.last)
      continue;
    if (!spend(path_work(series.timeframe)))
      return complaint();
    history.candles.push_back(candle_of(markets_[series.instrument.value].path, series.timeframe, t,
                                        step.state, step.values));
  }
  say(history);
  return {};
}

std::string ScenarioStage::hear(const CandleStep& step) {
  std::string problem;
  SeriesId series = find(step.series, problem);
  if (!problem.empty())
    return problem;
  if (!spend(path_work(series.timeframe) + revision_work))
    return complaint();
  Candle candle = candle_of(markets_[series.instrument.value].path, series.timeframe,
                            step.open_time, step.state, step.values);
  Timestamp received = step.received.value_or(*now_);
  say(MarketEvent{CandleUpdate{series.instrument, series.timeframe, candle, received, received}});
  return {};
}

std::vector<ScenarioStage::Closing> ScenarioStage::closing_at(Timestamp close) const {
  std::vector<Closing> closing;
  for (Timeframe timeframe : settings_.intervals())
    for (std::size_t market = 0; market < markets_.size(); ++market)
      if (close == floor_to(close, length(timeframe)))
        closing.push_back({market, timeframe, close - length(timeframe)});
  return closing;
}

void ScenarioStage::tell(const Closing& closing, CandleState state) {
  if (!spend(path_work(closing.timeframe)))
    return;
  Candle candle =
      candle_of(markets_[closing.market].path, closing.timeframe, closing.open_time, state, {});
  InstrumentId id{static_cast<std::uint32_t>(closing.market)};
  say(MarketEvent{CandleUpdate{id, closing.timeframe, candle, *now_, *now_}});
}

/// A last look at each candle a second before it closes, the flags, and the settle delay.
void ScenarioStage::stream(std::span<const Closing> closing, Timestamp close) {
  move_clock(close - seconds(1));
  for (const Closing& candle : closing)
    tell(candle, CandleState::forming);
  move_clock(close);
  for (const Closing& candle : closing)
    tell(candle, CandleState::closed_provisional);
  move_clock(close + seconds(settings_.settle_delay));
}

std::string ScenarioStage::hear(const StreamStep& step) {
  if (!running_)
    return not_started;
  if (!step.series) {
    for (Timestamp t = step.range.first + minutes(1); t <= step.range.last; t = t + minutes(1))
      if (auto closing = closing_at(floor_to(t, minutes(1))); !closing.empty() && spend(1))
        stream(closing, floor_to(t, minutes(1)));
    return complaint();
  }
  std::string problem;
  SeriesId series = find(*step.series, problem);
  if (!problem.empty())
    return problem;
  for (Timestamp t = step.range.first; t <= step.range.last && !exhausted_;
       t = t + length(series.timeframe)) {
    Closing closing{series.instrument.value, series.timeframe, t};
    stream({&closing, 1}, close_time(t, series.timeframe));
  }
  return complaint();
}

std::string ScenarioStage::hear(const PriceStep& step) {
  std::string problem;
  SeriesId series = find({step.market, Timeframe::m1}, problem);
  if (!problem.empty())
    return problem;
  if (!spend(candle_work))
    return complaint();
  Timestamp received = step.received.value_or(*now_);
  say(MarketEvent{
      PriceUpdate{series.instrument, step.price, step.quote_volume_24h, received, received}});
  return {};
}

std::string ScenarioStage::hear(const DroppedStep& step) {
  if (!running_)
    return not_started;
  say(InputsDropped{step.count});
  return {};
}

std::optional<std::size_t> ScenarioStage::find_market(const ScenarioMarket& market,
                                                      std::string& problem) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < markets_.size(); ++i) {
    const Instrument& watched = markets_[i].instrument;
    bool fits = watched.symbol() == market.symbol &&
                (market.exchange.empty() || watched.exchange == market.exchange);
    if (!fits)
      continue;
    if (found) {
      problem = fmt::format("{} is watched at {} and {}: write the exchange before it",
                            market.symbol, markets_[*found].instrument.exchange, watched.exchange);
      return std::nullopt;
    }
    found = i;
  }
  if (!found)
    problem = fmt::format("{}{}{} is not watched", market.exchange,
                          market.exchange.empty() ? "" : " ", market.symbol);
  return found;
}

SeriesId ScenarioStage::find(const ScenarioSeries& series, std::string& problem) const {
  if (!running_) {
    problem = not_started;
    return {};
  }
  auto market = find_market(series.market, problem);
  return {InstrumentId{static_cast<std::uint32_t>(market.value_or(0))}, series.timeframe};
}

}  // namespace cscan
