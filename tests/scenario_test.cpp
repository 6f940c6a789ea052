// The scenarios of tests/scenarios hold what they say. That each is kept is a test of its own (one
// a file); here each of their expectations is broken in turn, and the runner must notice and name
// the line.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/decimal.hpp"
#include "replay/scenario_parser.hpp"
#include "replay/scenario_runner.hpp"

namespace cscan {
namespace {

struct ScenarioFile {
  std::string name;
  std::vector<std::string> lines;
};

std::vector<ScenarioFile> scenario_files() {
  std::vector<ScenarioFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(CSCAN_SCENARIOS)) {
    ScenarioFile& file = files.emplace_back(entry.path().filename().string());
    std::ifstream stream(entry.path());
    for (std::string line; std::getline(stream, line);)
      file.lines.push_back(line);
  }
  std::ranges::sort(files, {}, &ScenarioFile::name);
  return files;
}

/// The numbers (from 1) of the lines that were not kept; the file must be understood.
std::vector<std::size_t> failing_lines(const ScenarioFile& file,
                                       const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += line + '\n';
  auto scenario = parse_scenario(text, file.name);
  EXPECT_TRUE(scenario) << scenario.error().message;
  std::vector<std::size_t> failing;
  if (scenario)
    for (const ScenarioFailure& failure : play_scenario(*scenario).failures)
      failing.push_back(failure.line);
  return failing;
}

/// "score=74" becomes "score=75", "type=NEUTRAL" another word; comparisons that are not for
/// equality stay.
std::string with_other_value(const std::string& word) {
  std::size_t sign = word.find('=');
  bool equality = sign != std::string::npos &&
                  std::string_view("<>!").find(word[sign - 1]) == std::string_view::npos;
  if (!equality)
    return word;
  auto number = parse_decimal(std::string_view(word).substr(sign + 1));
  return word.substr(0, sign + 1) + (number ? format_decimal(*number + 1) : "other");
}

/// The line once for each of its values, with that value changed.
std::vector<std::string> with_one_value_changed(const std::string& line) {
  std::vector<std::string> changed;
  for (std::size_t begin = 0; begin < line.size();) {
    std::size_t end = std::min(line.find(' ', begin), line.size());
    std::string word = line.substr(begin, end - begin), other = with_other_value(word);
    if (other != word)
      changed.push_back(line.substr(0, begin) + other + line.substr(end));
    begin = end + 1;
  }
  return changed;
}

TEST(Scenarios, EachBeginsWithWhatHappens) {
  auto files = scenario_files();
  EXPECT_GE(files.size(), 30U);
  for (const ScenarioFile& file : files)
    EXPECT_TRUE(!file.lines.empty() && file.lines.front().starts_with("# ")) << file.name;
}

TEST(Scenarios, AnotherValueIsNoticedAtItsLine) {
  std::size_t broken = 0;
  for (const ScenarioFile& file : scenario_files())
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (!file.lines[i].starts_with("expect "))
        continue;
      for (const std::string& other : with_one_value_changed(file.lines[i])) {
        auto lines = file.lines;
        lines[i] = other;
        auto failing = failing_lines(file, lines);
        EXPECT_TRUE(std::ranges::count(failing, i + 1) > 0) << file.name << ": " << other;
        ++broken;
      }
    }
  EXPECT_GE(broken, 200U);
}

/// Whether the line takes effects of a kind that must not be left over.
bool takes_effects(const std::string& line) {
  return line.starts_with("expect candle ") || line.starts_with("expect signal ") ||
         line.starts_with("expect request ");
}

TEST(Scenarios, AnEffectThatNobodyExpectsIsNoticed) {
  for (const ScenarioFile& file : scenario_files())
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (!takes_effects(file.lines[i]))
        continue;
      auto lines = file.lines;
      lines[i] = "ignore notes";
      lines.emplace_back("expect stored signals>=0");  // where that was the only expectation
      EXPECT_FALSE(failing_lines(file, lines).empty()) << file.name << ": " << file.lines[i];
    }
}

TEST(Scenarios, AnEffectThatIsMissingIsNoticedAtItsLine) {
  for (const ScenarioFile& file : scenario_files())
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (!takes_effects(file.lines[i]))
        continue;
      auto lines = file.lines;
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(i), file.lines[i]);
      auto failing = failing_lines(file, lines);
      EXPECT_TRUE(std::ranges::count(failing, i + 2) > 0) << file.name << ": " << file.lines[i];
    }
}

}  // namespace
}  // namespace cscan
