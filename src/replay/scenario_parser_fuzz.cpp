// Any bytes as a scenario: refused with the file's name and a sentence, or played to its end within
// its work, with the same result each time and only its own lines to blame.

#include <algorithm>

#include "base/check.hpp"
#include "replay/scenario_parser.hpp"
#include "replay/scenario_runner.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cscan;
  constexpr std::int64_t little_work = 20'000;
  auto scenario = parse_scenario({reinterpret_cast<const char*>(data), size}, "x.scn");
  if (!scenario) {
    CHECK(scenario.error().message.starts_with("x.scn:"));
    return 0;
  }
  ScenarioResult result = play_scenario(*scenario, little_work);
  CHECK(result.inputs + result.expectations <= scenario->lines.size());
  ScenarioResult again = play_scenario(*scenario, little_work);
  CHECK(again.failures.size() == result.failures.size());
  for (std::size_t i = 0; i < result.failures.size(); ++i) {
    const ScenarioFailure& failure = result.failures[i];
    auto line = std::ranges::find(scenario->lines, failure.line, &ScenarioLine::number);
    CHECK(line != scenario->lines.end() && line->text == failure.text);
    CHECK(!failure.problem.empty() && failure.problem == again.failures[i].problem);
  }
  return 0;
}
