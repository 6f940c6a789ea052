#pragma once
// Plays a scenario against the very core that runs live and says which line was not kept.

#include <string>
#include <string_view>
#include <vector>

#include "replay/scenario.hpp"

namespace cscan {

/// A line that was not kept, or that cannot be done.
struct ScenarioFailure {
  std::size_t line = 0;  ///< in the file, from 1
  std::string text;      ///< the line, as written
  std::string problem;   ///< what was there instead, several lines
};

struct ScenarioResult {
  std::vector<ScenarioFailure> failures;  ///< empty: all was as written
  std::size_t inputs = 0;                 ///< lines of what the scanner heard
  std::size_t expectations = 0;           ///< lines of what it had to do
};

/// Work that a scenario may ask for: some seconds of a processor.
inline constexpr std::int64_t scenario_work_max = 10'000'000;

/// Plays until the end, or until the first line that fails (and those beside it that expect
/// something of the same inputs). Work beyond `work_max` is a failure of the line that asks for it.
[[nodiscard]] ScenarioResult play_scenario(const Scenario& scenario,
                                           std::int64_t work_max = scenario_work_max);

/// "tests/x.scn:7: expect signal …", and below it what was there.
[[nodiscard]] std::string describe(const ScenarioFailure& failure, std::string_view file);

}  // namespace cscan
