#include "replay/scenario_parser.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "base/edit_distance.hpp"
#include "replay/scenario_words.hpp"

namespace cscan {
namespace {

constexpr std::size_t text_bytes_max = 1'000'000;
constexpr std::int64_t clock_steps_max = 100'000;

using Words = WordReader;

constexpr std::array<std::pair<std::string_view, CandleState>, 6> candle_states = {
    {{"forming", CandleState::forming},
     {"closed", CandleState::closed_provisional},
     {"final", CandleState::final},
     {"no_trade", CandleState::no_trade},
     {"revised", CandleState::revised},
     {"unknown", CandleState::unknown}}};

/// Singular and plural.
constexpr std::array<std::tuple<std::string_view, std::string_view, ScenarioKind>, 6> kinds = {
    {{"candle", "candles", ScenarioKind::candle},
     {"signal", "signals", ScenarioKind::signal},
     {"preview", "previews", ScenarioKind::preview},
     {"request", "requests", ScenarioKind::request},
     {"view", "views", ScenarioKind::view},
     {"note", "notes", ScenarioKind::note}}};

std::optional<CandleState> take_state(Words& words) {
  for (const auto& [name, state] : candle_states)
    if (words.take(name))
      return state;
  return std::nullopt;
}

std::optional<ScenarioKind> take_kind(Words& words) {
  for (const auto& [one, many, kind] : kinds)
    if (words.take(one) || words.take(many))
      return kind;
  return std::nullopt;
}

/// Takes "name=value" when that is the next word.
std::optional<std::string_view> take_value(Words& words, std::string_view name) {
  std::string_view next = words.peek();
  if (!next.starts_with(name) || !next.substr(name.size()).starts_with('='))
    return std::nullopt;
  return words.word(name).substr(name.size() + 1);
}

ScenarioValues take_values(Words& words) {
  ScenarioValues values;
  const std::pair<std::string_view, std::optional<double>*> names[] = {{"o", &values.open},
                                                                       {"h", &values.high},
                                                                       {"l", &values.low},
                                                                       {"c", &values.close},
                                                                       {"v", &values.volume}};
  for (bool again = true; again;) {
    again = false;
    for (const auto& [name, value] : names)
      if (auto text = take_value(words, name)) {
        *value = words.number(*text);
        again = true;
      }
  }
  return values;
}

std::optional<Timestamp> take_received(Words& words) {
  return words.take("at") ? std::optional(words.time()) : std::nullopt;
}

SettingsStep parse_settings(Words& words) {
  SettingsStep step;
  do
    step.assignments.emplace_back(words.word("a setting (key=value)"));
  while (!words.empty());
  return step;
}

RankStep parse_rank(Words& words) {
  RankStep step;
  do
    step.exchanges.emplace_back(words.word("an exchange"));
  while (!words.empty());
  return step;
}

WatchStep parse_watch(Words& words) {
  WatchStep step;
  std::string_view exchange = words.word("the exchange");
  std::string_view symbol = words.word("the symbol (BTC/USDT)");
  if (auto instrument = parse_symbol(exchange, symbol))
    step.instrument = std::move(*instrument);
  else
    words.fail_with(instrument.error().message);
  if (words.take("walk")) {
    step.path.walks = true;
    if (auto seed = take_value(words, "seed"))
      step.path.seed = static_cast<std::uint64_t>(words.integer(*seed, 0, INT64_MAX));
  } else if (!words.take("flat")) {
    words.fail_with("say how its prices move: walk [seed=N] or flat [price=P] [volume=V]");
  }
  if (auto price = take_value(words, "price"))
    step.path.price = words.number(*price);
  if (auto volume = take_value(words, "volume"))
    step.path.volume = words.number(*volume);
  bool sound = step.path.price >= 0.01 && step.path.price <= 1e9 && step.path.volume >= 0 &&
               step.path.volume <= 1e9;
  if (!sound)
    words.fail_with("price must be from 0.01 to 1e9, volume from 0 to 1e9");
  return step;
}

/// "+5s", "10:00" or "2026-01-05 10:00"; the first with a date decides the scenario's day.
ClockStep parse_clock(Words& words, std::optional<Timestamp>& day) {
  ClockStep step;
  if (words.peek().starts_with('+')) {
    auto by = parse_scenario_duration(words.word("").substr(1));
    if (!by)
      words.fail_with(by.error().message);
    step.by = by.value_or(Duration{});
  } else if (words.peek().contains('-') && !words.peek().contains(':')) {
    std::string date(words.word("the date"));
    auto time = parse_scenario_time(
        fmt::format("{}T{}", date, words.word("the time of day (10:00)")), std::nullopt);
    if (!time)
      words.fail_with(time.error().message);
    step.to = time.value_or(Timestamp{});
    if (!day)
      day = floor_to(*step.to, days(1));
  } else {
    step.to = words.time();
  }
  if (words.take("every")) {
    step.every = words.duration();
    bool few = step.every.ms > 0 && step.by / step.every < clock_steps_max;
    if (words.error().empty() && !few)
      words.fail_with(fmt::format("the clock takes at most {} steps", clock_steps_max));
  }
  return step;
}

HistoryStep parse_history(Words& words) {
  HistoryStep step;
  step.series = words.series();
  step.range = words.range(step.series.timeframe);
  if (words.take("except"))
    step.except = words.range(step.series.timeframe);
  if (auto state = take_state(words))
    step.state = *state;
  step.values = take_values(words);
  step.from_listing = words.take("listing");
  return step;
}

CandleStep parse_candle(Words& words) {
  CandleStep step;
  step.series = words.series();
  step.open_time = words.time();
  if (auto state = take_state(words))
    step.state = *state;
  else
    words.fail_with("say its state: forming, closed, final, no_trade, revised or unknown");
  step.values = take_values(words);
  step.received = take_received(words);
  return step;
}

StreamStep parse_stream(Words& words) {
  StreamStep step;
  if (!words.take("all"))
    step.series = words.series();
  step.range = words.range(step.series ? step.series->timeframe : Timeframe::m1);
  if (step.range.newest > 0)
    words.fail_with("stream wants times: 10:00..11:00");
  return step;
}

PriceStep parse_price(Words& words) {
  PriceStep step;
  step.market = words.market();
  step.price = words.number(words.word("the price"));
  if (auto volume = take_value(words, "volume_24h"))
    step.quote_volume_24h = words.number(*volume);
  if (!std::isfinite(step.price) || !std::isfinite(step.quote_volume_24h))
    words.fail_with("a price and a volume of 24 hours are finite numbers");
  step.received = take_received(words);
  return step;
}

DroppedStep parse_dropped(Words& words) {
  return {static_cast<std::uint64_t>(words.integer(words.word("a number"), 1, INT64_MAX))};
}

std::optional<ScenarioSeries> take_series(Words& words) {
  return words.empty() ? std::nullopt : std::optional(words.series());
}

ScenarioAction parse_absence(Words& words) {
  AbsenceExpectation absence;
  if (words.take("nothing"))
    absence.kinds = {ScenarioKind::candle, ScenarioKind::signal, ScenarioKind::preview,
                     ScenarioKind::request};
  else if (words.take("no"))
    if (auto kind = take_kind(words))
      absence.kinds = {*kind};
  if (absence.kinds.empty())
    words.fail_with("say what must not be: signal, candle, request, preview, view or note");
  absence.series = take_series(words);
  return absence;
}

ScenarioAction parse_identity(Words& words) {
  bool same = words.take("same");
  if (!words.take(same ? "bodies" : "ids"))
    words.fail_with("use same bodies or new ids");
  return IdentityExpectation{same};
}

ScenarioAction parse_series_expectation(Words& words, ScenarioKind kind) {
  SeriesExpectation expectation;
  expectation.kind = kind;
  expectation.series = words.series();
  expectation.range = words.range(expectation.series.timeframe);
  if (kind == ScenarioKind::candle)
    if (auto state = take_state(words))
      expectation.tests.push_back({"state", {}, std::string(to_string(*state))});
  std::ranges::move(words.tests(), std::back_inserter(expectation.tests));
  return expectation;
}

ScenarioAction parse_note(Words& words) {
  NoteExpectation note{std::string(words.word("some of its text"))};
  while (!words.empty())
    note.text += fmt::format(" {}", words.word(""));
  return note;
}

ScenarioAction parse_expectation(Words& words) {
  if (words.peek() == "no" || words.peek() == "nothing")
    return parse_absence(words);
  if (words.take("new"))
    return parse_identity(words);
  if (words.peek() == "same")
    return parse_identity(words);
  for (std::string_view part : {"market", "counters", "buffers", "streams", "stored"})
    if (words.take(part))
      return ViewExpectation{std::string(part), words.tests()};
  if (words.take("ranking")) {
    ScenarioSeries series = words.series();
    return RankingExpectation{std::move(series), words.tests()};
  }
  auto kind = take_kind(words);
  if (kind == ScenarioKind::note)
    return parse_note(words);
  if (kind && kind != ScenarioKind::view)
    return parse_series_expectation(words, *kind);
  words.fail_with(fmt::format(
      "'{}' cannot be expected: use candle, signal, preview, request, note, market, "
      "counters, buffers, streams, stored, ranking, no …, nothing, same bodies or new ids",
      words.peek().substr(0, 64)));
  return NoteExpectation{};
}

ScenarioAction parse_ignore(Words& words) {
  IgnoreStep step;
  auto kind = take_kind(words);
  if (!kind)
    words.fail_with("say what to ignore: candles, signals or requests");
  step.kind = kind.value_or(ScenarioKind::note);
  step.series = take_series(words);
  return step;
}

using Parse = ScenarioAction (*)(Words&);
constexpr std::array<std::pair<std::string_view, Parse>, 13> commands = {
    {{"settings", [](Words& w) -> ScenarioAction { return parse_settings(w); }},
     {"rank", [](Words& w) -> ScenarioAction { return parse_rank(w); }},
     {"watch", [](Words& w) -> ScenarioAction { return parse_watch(w); }},
     {"unwatch", [](Words& w) -> ScenarioAction { return UnwatchStep{w.market()}; }},
     {"start", [](Words&) -> ScenarioAction { return StartStep{}; }},
     {"restart", [](Words&) -> ScenarioAction { return RestartStep{}; }},
     {"history", [](Words& w) -> ScenarioAction { return parse_history(w); }},
     {"candle", [](Words& w) -> ScenarioAction { return parse_candle(w); }},
     {"stream", [](Words& w) -> ScenarioAction { return parse_stream(w); }},
     {"price", [](Words& w) -> ScenarioAction { return parse_price(w); }},
     {"dropped", [](Words& w) -> ScenarioAction { return parse_dropped(w); }},
     {"expect", parse_expectation},
     {"ignore", parse_ignore}}};

ScenarioAction parse_action(Words& words, std::optional<Timestamp>& day) {
  std::string_view command = words.word("the command");
  if (command == "clock")
    return parse_clock(words, day);
  std::string_view nearest = "clock";
  for (const auto& [name, parse] : commands) {
    if (command == name)
      return parse(words);
    if (edit_distance(command.substr(0, 32), name) < edit_distance(command.substr(0, 32), nearest))
      nearest = name;
  }
  words.fail_with(
      fmt::format("'{}' is no command: did you mean '{}'?", command.substr(0, 64), nearest));
  return StartStep{};
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, std::string_view file) {
  if (text.size() > text_bytes_max)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: a scenario has at most {} bytes", file, text_bytes_max));
  Scenario scenario;
  std::optional<Timestamp> day;
  bool expects = false;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    auto split = split_words(line);
    if (split.empty())
      continue;
    WordReader words(split, day);
    ScenarioAction action = parse_action(words, day);
    if (words.error().empty() && !words.empty())
      words.fail_with(fmt::format("'{}' was not expected here", words.peek().substr(0, 64)));
    if (!words.error().empty())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{}:{}: {}", file, number, words.error()));
    expects = expects || split.front() == "expect";
    scenario.lines.push_back({number, std::string(line), std::move(action)});
  }
  if (!expects)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: it expects nothing, so it shows nothing: add a line like expect "
                            "signal BTC/USDT 5m 10:00",
                            file));
  scenario.day = day.value_or(Timestamp{});
  return scenario;
}

}  // namespace cscan
