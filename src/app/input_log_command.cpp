#include "app/input_log_command.hpp"

#include <fmt/format.h>

#include "app/exit_code.hpp"
#include "app/input_log_report.hpp"
#include "app/terminal.hpp"
#include "replay/input_log_replay.hpp"
#include "runtime/clock.hpp"

namespace cscan {
namespace {

/// True when it went through to the end.
Result<bool> play(InputLogReader& reader, InputLogReport& report,
                  const std::function<bool()>& interrupted) {
  ProgressBar bar("replaying", std::max<std::uint64_t>(1, reader.bytes_total()));
  Status problem;
  bool complete = true;
  replay_input_log(reader, [&](const EffectBuffer& effects, const RunNames& names) {
    problem = report.take(effects, names);
    bar.update(reader.bytes_read());
    complete = !interrupted();
    return problem.has_value() && complete;
  });
  bar.finish();
  if (problem)
    problem = report.finish();
  if (!problem)
    return fail(std::move(problem.error()));
  return complete;
}

}  // namespace

int replay_recorded_run(const InputLogCommand& command, const std::function<bool()>& interrupted) {
  auto reader = InputLogReader::open(command.path);
  if (!reader)
    return fail_with(reader.error());
  auto report = InputLogReport::open(**reader, command.signals_file);
  if (!report)
    return fail_with(report.error());
  Stopwatch watch;
  auto complete = play(**reader, **report, interrupted);
  if (!complete)
    return fail_with(complete.error());
  (*report)->print(watch.elapsed_ms() / 1000, command.json);
  if (!*complete) {
    fmt::print(stderr, "cscan: interrupted; the figures above are of the part that was replayed\n");
    return exit_interrupted;
  }
  const InputLogEnd& end = (*reader)->end();
  if (end.ending != InputLogEnding::complete)
    fmt::print(stderr, "cscan: the recording is {}: {}\n",
               end.ending == InputLogEnding::torn ? "torn, as after a crash" : "damaged", end.text);
  return end.ending == InputLogEnding::damaged ? exit_bad_data : exit_ok;
}

}  // namespace cscan
