#pragma once
// A scenario: what a scanner hears, line by line, and what it must do about it. The language is
// described in docs/scenarios.md, the text is read by scenario_parser and played by
// scenario_runner.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "model/candle.hpp"
#include "model/instrument.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// A market as it is written: the exchange may be left out where the symbol is watched once.
struct ScenarioMarket {
  std::string exchange;
  std::string symbol;
};
struct ScenarioSeries {
  ScenarioMarket market;
  Timeframe timeframe{};
};

/// Which candles of a series, by open time: from `first` to `last`, or the last `newest` that have
/// closed.
struct ScenarioRange {
  Timestamp first;
  Timestamp last;
  std::int64_t newest = 0;
};

/// The prices of a market, known at every minute (scenario_market).
struct ScenarioPath {
  bool walks = false;
  std::uint64_t seed = 0;  ///< of a walk
  double price = 100;      ///< around which it walks, or at which it stands
  double volume = 2;       ///< of a minute, where it stands
};

/// What differs from the path.
struct ScenarioValues {
  std::optional<double> open, high, low, close, volume;
};

/// "score>=60"
struct ScenarioTest {
  enum class Comparison : std::uint8_t { equal, not_equal, less, at_most, greater, at_least };
  std::string field;
  Comparison comparison{};
  std::string value;
};

// What the scanner hears.
struct SettingsStep {
  std::vector<std::string> assignments;
};
struct RankStep {
  std::vector<std::string> exchanges;
};
struct WatchStep {
  Instrument instrument;
  ScenarioPath path;
};
struct UnwatchStep {
  ScenarioMarket market;
};
struct StartStep {};
struct RestartStep {};
struct ClockStep {
  std::optional<Timestamp> to;  ///< or, without it, `by` further
  Duration by;
  Duration every;  ///< 0: in one step
};
struct HistoryStep {
  ScenarioSeries series;
  ScenarioRange range;
  std::optional<ScenarioRange> except;
  CandleState state = CandleState::final;
  ScenarioValues values;
  bool from_listing = false;
};
struct CandleStep {
  ScenarioSeries series;
  Timestamp open_time;
  CandleState state{};
  ScenarioValues values;
  std::optional<Timestamp> received;
};
/// Whole candles as an exchange streams them. Without a series: of all of them, whatever closes
/// after `range.first` and up to `range.last`.
struct StreamStep {
  std::optional<ScenarioSeries> series;
  ScenarioRange range;
};
struct PriceStep {
  ScenarioMarket market;
  double price = 0;
  double quote_volume_24h = 0;
  std::optional<Timestamp> received;
};
struct DroppedStep {
  std::uint64_t count = 0;
};

// What it must do about it. These take effects of the lines heard since the last of these.
enum class ScenarioKind : std::uint8_t { candle, signal, preview, request, view, note };

/// Candles, signals, previews or a request of one series.
struct SeriesExpectation {
  ScenarioKind kind{};
  ScenarioSeries series;
  ScenarioRange range;
  std::vector<ScenarioTest> tests;
};
/// The newest picture that was published: "market", "counters", "buffers", "streams"; or what a
/// store would hold and count: "stored".
struct ViewExpectation {
  std::string part;
  std::vector<ScenarioTest> tests;
};
struct RankingExpectation {
  ScenarioSeries series;
  std::vector<ScenarioTest> tests;
};
struct NoteExpectation {
  std::string text;  ///< somewhere in a note
};
/// Nothing (more) of these kinds; of one series where one is named.
struct AbsenceExpectation {
  std::vector<ScenarioKind> kinds;
  std::optional<ScenarioSeries> series;
};
/// Takes all that is left of one kind.
struct IgnoreStep {
  ScenarioKind kind{};
  std::optional<ScenarioSeries> series;
};
/// How the signals made since the scanner last began anew compare with those before.
struct IdentityExpectation {
  bool same = true;  ///< all were made before, with the same bodies; else none has an old id
};

using ScenarioAction =
    std::variant<SettingsStep, RankStep, WatchStep, UnwatchStep, StartStep, RestartStep, ClockStep,
                 HistoryStep, CandleStep, StreamStep, PriceStep, DroppedStep, SeriesExpectation,
                 ViewExpectation, RankingExpectation, NoteExpectation, AbsenceExpectation,
                 IgnoreStep, IdentityExpectation>;

struct ScenarioLine {
  std::size_t number = 0;  ///< in the file, from 1
  std::string text;        ///< as written
  ScenarioAction action;
};

struct Scenario {
  std::vector<ScenarioLine> lines;
  Timestamp day;  ///< of the first clock line: times without a date are on it
};

}  // namespace cscan
