#pragma once
// The effects that a scenario has not accounted for yet. Expectations take them; what is left when
// the scanner hears more is a fault, unless it is of a kind that may pass in silence.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "replay/run_names.hpp"
#include "replay/scenario.hpp"
#include "replay/scenario_fields.hpp"
#include "replay/scenario_stage.hpp"

namespace cscan {

class ScenarioEffects {
 public:
  /// Adds what the scanner said. `names` outlives this object.
  ScenarioEffects(const RunNames& names, Timestamp day) : names_(names), day_(day) {}
  /// Of pictures only the newest is kept.
  void add(EffectBuffer& effects);
  /// Forgets everything: another block begins.
  void clear() { left_.clear(); }

  // Each gives what is wrong, or an empty text.

  /// Takes the next of this kind and series, which must be of the candle that opens (a request:
  /// that is asked for) at `time` and pass the tests.
  [[nodiscard]] std::string take(ScenarioKind kind, SeriesId series, Timestamp time,
                                 std::span<const ScenarioTest> tests);
  /// Takes the oldest note with this text.
  [[nodiscard]] std::string take_note(std::string_view text);
  /// Looks at the newest picture.
  [[nodiscard]] std::string test_view(const ViewExpectation& expectation) const;
  [[nodiscard]] std::string test_ranking(SeriesId series,
                                         std::span<const ScenarioTest> tests) const;

  /// Removes all of this kind, of one series where one is named.
  void ignore(ScenarioKind kind, const std::optional<SeriesId>& series);
  /// The first of this kind, or empty.
  [[nodiscard]] std::string find(ScenarioKind kind, const std::optional<SeriesId>& series) const;
  /// Candles, signals and requests nobody has taken: a line each, the first dozen.
  [[nodiscard]] std::string untaken() const;
  /// What is left of this kind, likewise; of all kinds where there is none of this.
  [[nodiscard]] std::string nearby(ScenarioKind kind) const;

 private:
  [[nodiscard]] bool is_of(const Effect& effect, ScenarioKind kind,
                           const std::optional<SeriesId>& series) const;
  [[nodiscard]] std::string describe(const Effect& effect) const;
  template <class Pick>
  [[nodiscard]] std::string list(const Pick& pick) const;
  [[nodiscard]] const PublishView* newest_view() const;

  const RunNames& names_;
  Timestamp day_;
  std::vector<Effect> left_;
};

}  // namespace cscan
