// cscan scenario: text files that say what the scanner hears and what it must do, against the core.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/terminal.hpp"
#include "replay/scenario_parser.hpp"
#include "replay/scenario_runner.hpp"
#include "wire/json_writer.hpp"

namespace cscan {
namespace {

struct ScenarioCommand {
  std::vector<std::string> paths;
  bool json = false;
};

/// What became of one file.
struct ScenarioReport {
  std::string file;
  std::string error;  ///< it was not understood: "FILE:7: …"
  ScenarioResult result;

  [[nodiscard]] bool passed() const { return error.empty() && result.failures.empty(); }
};

/// The files themselves, and those of folders, sorted.
Result<std::vector<std::string>> find_files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code failed;
    if (!std::filesystem::is_directory(path, failed)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path, failed))
      if (entry.path().extension() == ".scn")
        found.push_back(entry.path().string());
    if (found.empty())
      return fail(ErrorCode::not_found, fmt::format("{}: there is no .scn file in it", path));
    std::ranges::sort(found);
    std::ranges::move(found, std::back_inserter(files));
  }
  return files;
}

Result<std::string> read_file(const std::string& path) {
  constexpr std::size_t bytes_max = 2'000'000;  // a scenario of that size is refused anyway
  std::ifstream file(path, std::ios::binary);
  std::string text(bytes_max, '\0');
  if (!file || !(file.read(text.data(), std::ssize(text)) || file.eof()))
    return fail(ErrorCode::not_found, fmt::format("{}: cannot be read", path));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

Result<ScenarioReport> play(const std::string& file) {
  auto text = read_file(file);
  if (!text)
    return fail(std::move(text.error()));
  ScenarioReport report{file, {}, {}};
  if (auto scenario = parse_scenario(*text, file))
    report.result = play_scenario(*scenario);
  else
    report.error = scenario.error().message;
  return report;
}

void print_text(const ScenarioReport& report) {
  if (!report.error.empty())
    fmt::print("{}\n", paint(Color::red, report.error));
  for (const ScenarioFailure& failure : report.result.failures)
    fmt::print("{}", paint(Color::red, describe(failure, report.file)));
  if (report.passed())
    fmt::print("{} {}: {} expectations\n", paint(Color::green, "kept"), report.file,
               report.result.expectations);
}

void print_json(const std::vector<ScenarioReport>& reports) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("scenarios").begin_array();
  for (const ScenarioReport& report : reports) {
    json.begin_object()
        .field("file", report.file)
        .field("passed", report.passed())
        .field("inputs", report.result.inputs)
        .field("expectations", report.result.expectations);
    json.field("error", report.error).key("failures").begin_array();
    for (const ScenarioFailure& failure : report.result.failures)
      json.begin_object()
          .field("line", failure.line)
          .field("text", failure.text)
          .field("problem", failure.problem)
          .end_object();
    json.end_array().end_object();
  }
  json.end_array().end_object();
  fmt::print("{}\n", out);
}

int run_scenarios(const ScenarioCommand& command) {
  auto files = find_files(command.paths);
  if (!files)
    return fail_with(files.error());
  std::vector<ScenarioReport> reports;
  for (const std::string& file : *files) {
    auto report = play(file);
    if (!report)
      return fail_with(report.error());
    if (!command.json)
      print_text(*report);
    reports.push_back(std::move(*report));
  }
  auto unclear = std::ranges::count_if(reports, [](const auto& r) { return !r.error.empty(); });
  auto kept = std::ranges::count_if(reports, &ScenarioReport::passed);
  if (command.json)
    print_json(reports);
  else
    fmt::print("{} of {} scenarios kept\n", kept, reports.size());
  if (unclear > 0)
    return exit_usage;
  return kept == std::ssize(reports) ? exit_ok : exit_failed;
}

}  // namespace

void add_scenario_command(CLI::App& program, int& exit_code) {
  auto command = std::make_shared<ScenarioCommand>();
  CLI::App* scenario = program.add_subcommand(
      "scenario", "text files of what the scanner hears and what it must do, against the core");
  scenario
      ->add_option("PATH", command->paths, "scenario files, or folders of .scn (docs/scenarios.md)")
      ->required();
  scenario->add_flag("--json", command->json, "the result as one JSON object");
  scenario->footer(
      "Exit codes: 0 every line was kept, 1 some line was not, 2 a line was not understood,\n"
      "4 a file is not there.");
  scenario->callback([command, &exit_code] { exit_code = run_scenarios(*command); });
}

}  // namespace cscan
