#pragma once
// The scanner of a scenario and the world around it: the markets with their paths, the settings and
// the clock. Turns a line of what the scanner hears into the core's inputs.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/scanner.hpp"
#include "replay/run_names.hpp"
#include "replay/scenario.hpp"

namespace cscan {

/// A series as the scanner knows it.
struct SeriesId {
  InstrumentId instrument;
  Timeframe timeframe{};
  bool operator==(const SeriesId&) const = default;
};

class ScenarioStage {
 public:
  /// `on_effects` gets what each input caused, and may take it. `work_max` bounds what a scenario
  /// may ask for, in units of about a microsecond; beyond it a line says so and does nothing.
  ScenarioStage(std::int64_t work_max, std::function<void(EffectBuffer&)> on_effects)
      : work_left_(work_max), on_effects_(std::move(on_effects)) {}

  // Each gives what is wrong with the line, or an empty text.
  [[nodiscard]] std::string hear(const SettingsStep& step);
  [[nodiscard]] std::string hear(const RankStep& step);
  [[nodiscard]] std::string hear(const WatchStep& step);
  [[nodiscard]] std::string hear(const UnwatchStep& step);
  [[nodiscard]] std::string hear(const StartStep& step);
  [[nodiscard]] std::string hear(const RestartStep& step);
  [[nodiscard]] std::string hear(const ClockStep& step);
  [[nodiscard]] std::string hear(const HistoryStep& step);
  [[nodiscard]] std::string hear(const CandleStep& step);
  [[nodiscard]] std::string hear(const StreamStep& step);
  [[nodiscard]] std::string hear(const PriceStep& step);
  [[nodiscard]] std::string hear(const DroppedStep& step);

  [[nodiscard]] bool is_running() const { return running_; }
  [[nodiscard]] const RunNames& names() const { return names_; }

  /// Finds a watched market; says in `problem` why it cannot.
  [[nodiscard]] SeriesId find(const ScenarioSeries& series, std::string& problem) const;
  /// The open times of a range, which is not empty.
  [[nodiscard]] ScenarioRange resolve(ScenarioRange range, Timeframe timeframe) const;

 private:
  struct Market {
    Instrument instrument;
    ScenarioPath path;
  };
  /// A candle that is about to close.
  struct Closing {
    std::size_t market = 0;
    Timeframe timeframe{};
    Timestamp open_time;
  };

  [[nodiscard]] std::optional<std::size_t> find_market(const ScenarioMarket& market,
                                                       std::string& problem) const;
  void begin();
  void say(const Input& input);
  void move_clock(Timestamp now);
  [[nodiscard]] bool spend(std::int64_t work);
  [[nodiscard]] std::string complaint() const;
  [[nodiscard]] std::string tell_of_universe();
  void stream(std::span<const Closing> closing, Timestamp close);
  void tell(const Closing& closing, CandleState state);
  [[nodiscard]] std::vector<Closing> closing_at(Timestamp close) const;

  std::int64_t work_left_;
  bool exhausted_ = false;
  std::function<void(EffectBuffer&)> on_effects_;
  Scanner scanner_;
  RunNames names_;
  Settings settings_;
  std::vector<std::string> ranking_;
  std::vector<Market> markets_;  ///< InstrumentId is the index
  std::optional<Timestamp> now_;
  bool running_ = false;
  EffectBuffer effects_;
};

}  // namespace cscan
