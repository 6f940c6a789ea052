// cscan: a crypto market scanner. This file is the command line; everything else is in the rooms.

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/terminal.hpp"
#include "base/edit_distance.hpp"

namespace cscan {
namespace {

constexpr const char* footer = R"(Examples:
  cscan serve --demo --start            API on http://127.0.0.1:5001 over a synthetic market
  cscan run --demo                      scan and watch in the terminal
  cscan replay RECORDINGS               score recorded candles
  cscan scenario tests/scenarios         check the core against readable text files
  cscan config show                     every setting, its value and where it came from
  cscan doctor                          what stands in the way on this machine, and what to do

Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 port, lock, disk or network, 4 bad data,
130 interrupted.
A score says how rare a move is, not that it pays. Nothing here is advice.)";

/// Logs go to stderr, so that stdout stays data.
void set_up_log() {
  auto log = spdlog::stderr_color_mt("cscan");
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  spdlog::set_default_logger(log);
  spdlog::flush_on(spdlog::level::warn);
}

/// 1,024 connections, the database and the training files need more than the usual soft limit.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8'192);
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

/// CLI11 only says that a subcommand is missing; people who mistyped one want to know which.
bool explain_unknown_command(const CLI::App& program, std::string_view word) {
  if (word.starts_with('-'))
    return false;
  std::string nearest;
  for (const CLI::App* command : program.get_subcommands({})) {
    if (command->get_name() == word)
      return false;
    if (nearest.empty() || edit_distance(word, command->get_name()) < edit_distance(word, nearest))
      nearest = command->get_name();
  }
  std::string hint = edit_distance(word, nearest) <= 2 ? fmt::format("did you mean '{}'?", nearest)
                                                       : "see cscan --help";
  fmt::print(stderr, "cscan: unknown command '{}': {}\n", word, hint);
  return true;
}

int run_program(int argc, char** argv) {
  CLI::App program{
      "Continuous Scanner watches many crypto markets at once and scores every closed "
      "candle."};
  program.name("cscan");
  program.footer(footer);
  program.set_version_flag("--version", "cscan " CSCAN_VERSION);
  program.require_subcommand(1);
  program.failure_message(CLI::FailureMessage::simple);
  std::string color = "auto";
  program.add_option("--color", color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN")
      ->capture_default_str();
  program.parse_complete_callback([&] {
    set_color_mode(color == "always"  ? ColorMode::always
                   : color == "never" ? ColorMode::never
                                      : ColorMode::automatic);
  });
  int exit_code = exit_ok;
  add_serve_command(program, exit_code);
  add_run_command(program, exit_code);
  add_replay_command(program, exit_code);
  add_scenario_command(program, exit_code);
  add_record_command(program, exit_code);
  add_exchange_sim_command(program, exit_code);
  add_config_command(program, exit_code);
  add_doctor_command(program, exit_code);
  if (argc == 1) {
    fmt::print("{}", program.help());
    return exit_usage;
  }
  if (explain_unknown_command(program, argv[1]))
    return exit_usage;
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? exit_ok : exit_usage;
  }
  return exit_code;
}

}  // namespace
}  // namespace cscan

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  // A name server that does not answer would hold up a stop for half a minute.
  ::setenv("RES_OPTIONS", "timeout:2 attempts:1", 0);
  cscan::set_up_log();
  cscan::raise_descriptor_limit();
  try {
    return cscan::run_program(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "cscan: stopped by an unexpected failure: {}\n", error.what());
    return cscan::exit_failed;
  }
}
