#include "replay/scenario_runner.hpp"

#include <fmt/format.h>

#include <type_traits>

#include "replay/scenario_effects.hpp"
#include "replay/scenario_stage.hpp"
#include "replay/scenario_store.hpp"

namespace cscan {
namespace {

/// A block is what the scanner hears, then what it must do about it.
class ScenarioRunner {
 public:
  ScenarioRunner(const Scenario& scenario, std::int64_t work_max)
      : stage_(work_max, [this](EffectBuffer& effects) { take(effects); }),
        effects_(stage_.names(), scenario.day) {}

  /// False when nothing after this line should be played.
  bool play(const ScenarioLine& line);
  /// The end of the text is the end of the last block.
  void finish() {
    if (result_.failures.empty())
      end_block();
  }
  [[nodiscard]] ScenarioResult take_result() { return std::move(result_); }

 private:
  template <class Action>
  static constexpr bool is_input =
      requires(ScenarioStage& stage, const Action& action) { stage.hear(action); };

  void take(EffectBuffer& effects);
  [[nodiscard]] bool begins_anew(const ScenarioAction& action) const;
  bool end_block();
  void fail(const ScenarioLine& line, std::string problem);

  [[nodiscard]] std::string expect(const SeriesExpectation& expectation);
  [[nodiscard]] std::string expect(const ViewExpectation& expectation);
  [[nodiscard]] std::string expect(const RankingExpectation& expectation);
  [[nodiscard]] std::string expect(const NoteExpectation& expectation);
  [[nodiscard]] std::string expect(const AbsenceExpectation& expectation);
  [[nodiscard]] std::string expect(const IgnoreStep& step);
  [[nodiscard]] std::string expect(const IdentityExpectation& expectation);

  ScenarioResult result_;
  ScenarioStage stage_;
  ScenarioEffects effects_;
  ScenarioStore store_;
  const ScenarioLine* last_ = nullptr;  ///< the newest line of the block
  bool expecting_ = false;              ///< the block's first expectation was read
};

void ScenarioRunner::take(EffectBuffer& effects) {
  for (const Effect& effect : effects)
    if (const auto* made = std::get_if<PersistSignal>(&effect))
      store_.take(made->signal, stage_.names());
  effects_.add(effects);
}

/// Whether this line empties the scanner.
bool ScenarioRunner::begins_anew(const ScenarioAction& action) const {
  bool restarts =
      std::holds_alternative<StartStep>(action) || std::holds_alternative<RestartStep>(action);
  bool changes =
      std::holds_alternative<SettingsStep>(action) || std::holds_alternative<RankStep>(action) ||
      std::holds_alternative<WatchStep>(action) || std::holds_alternative<UnwatchStep>(action);
  return restarts || (changes && stage_.is_running());
}

void ScenarioRunner::fail(const ScenarioLine& line, std::string problem) {
  result_.failures.push_back({line.number, line.text, std::move(problem)});
}

/// Everything that was heard must be accounted for now.
bool ScenarioRunner::end_block() {
  std::string untaken = effects_.untaken();
  if (!untaken.empty() && last_ != nullptr)
    fail(*last_,
         "after this line nothing more was expected, but there is (expect it, or ignore "
         "it):" +
             untaken);
  effects_.clear();
  expecting_ = false;
  return untaken.empty();
}

bool ScenarioRunner::play(const ScenarioLine& line) {
  return std::visit(
      [&]<class Action>(const Action& action) {
        std::string problem;
        if constexpr (is_input<Action>) {
          if (!result_.failures.empty())
            return false;  // the block is over
          bool anew = begins_anew(line.action);
          if ((expecting_ || anew) && !end_block())
            return false;
          if (anew)
            store_.begin_anew();
          ++result_.inputs;
          problem = stage_.hear(action);
        } else {
          expecting_ = true;
          result_.expectations += !std::is_same_v<Action, IgnoreStep>;
          problem = expect(action);
        }
        last_ = &line;
        bool fine = problem.empty();
        if (!fine)
          fail(line, std::move(problem));
        return fine || !is_input<Action>;
      },
      line.action);
}

std::string ScenarioRunner::expect(const SeriesExpectation& expectation) {
  std::string problem;
  SeriesId series = stage_.find(expectation.series, problem);
  ScenarioRange range = stage_.resolve(expectation.range, series.timeframe);
  for (Timestamp t = range.first; problem.empty() && t <= range.last;
       t = t + length(series.timeframe))
    problem = effects_.take(expectation.kind, series, t, expectation.tests);
  if (!problem.empty() && stage_.is_running())
    problem += effects_.nearby(expectation.kind);
  return problem;
}

std::string ScenarioRunner::expect(const ViewExpectation& expectation) {
  if (expectation.part != "stored")
    return effects_.test_view(expectation);
  FieldValues fields = {{"signals", std::to_string(store_.signals())},
                        {"recomputed_equal", std::to_string(store_.recomputed_equal())},
                        {"recomputed_different", std::to_string(store_.recomputed_different())}};
  return failing_test(expectation.tests, fields);
}

std::string ScenarioRunner::expect(const RankingExpectation& expectation) {
  std::string problem;
  SeriesId series = stage_.find(expectation.series, problem);
  return problem.empty() ? effects_.test_ranking(series, expectation.tests) : problem;
}

std::string ScenarioRunner::expect(const NoteExpectation& expectation) {
  std::string problem = effects_.take_note(expectation.text);
  return problem.empty() ? problem : problem + effects_.nearby(ScenarioKind::note);
}

std::string ScenarioRunner::expect(const AbsenceExpectation& expectation) {
  std::string problem;
  std::optional<SeriesId> series;
  if (expectation.series)
    series = stage_.find(*expectation.series, problem);
  for (ScenarioKind kind : expectation.kinds)
    if (problem.empty())
      if (std::string found = effects_.find(kind, series); !found.empty())
        problem = "there is " + found;
  return problem;
}

std::string ScenarioRunner::expect(const IgnoreStep& step) {
  std::string problem;
  std::optional<SeriesId> series;
  if (step.series)
    series = stage_.find(*step.series, problem);
  if (problem.empty())
    effects_.ignore(step.kind, series);
  return problem;
}

std::string ScenarioRunner::expect(const IdentityExpectation& expectation) {
  return store_.test_identity(expectation.same);
}

}  // namespace

ScenarioResult play_scenario(const Scenario& scenario, std::int64_t work_max) {
  ScenarioRunner runner(scenario, work_max);
  for (const ScenarioLine& line : scenario.lines)
    if (!runner.play(line))
      return runner.take_result();
  runner.finish();
  return runner.take_result();
}

std::string describe(const ScenarioFailure& failure, std::string_view file) {
  return fmt::format("{}:{}: {}\n    {}\n", file, failure.line, failure.text, failure.problem);
}

}  // namespace cscan
