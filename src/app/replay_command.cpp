// cscan replay: recorded candles, the traffic of exchanges, or everything a recorded run heard,
// through the very same core.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <csignal>
#include <fstream>
#include <map>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/input_log_command.hpp"
#include "app/options.hpp"
#include "app/replay_report.hpp"
#include "app/terminal.hpp"
#include "frames/frame_file_name.hpp"
#include "replay/candle_replay.hpp"
#include "replay/frame_recording.hpp"
#include "replay/input_log_files.hpp"
#include "runtime/clock.hpp"
#include "runtime/known_exchanges.hpp"

namespace cscan {
namespace {

volatile std::sig_atomic_t replay_interrupted = 0;
extern "C" void on_replay_interrupt(int) { replay_interrupted = 1; }

struct ReplayCommand {
  std::string path;
  std::string exchange;
  std::vector<std::string> symbols;
  std::vector<std::string> timeframes;
  std::string score_model;
  std::string signals_file;
  std::string data_dir;
  bool from_listing = false;
  bool json = false;
  ConfigOptions config;
};

Result<RecordingFilter> make_filter(const ReplayCommand& command) {
  RecordingFilter filter{command.exchange, command.symbols, {}};
  for (const std::string& name : command.timeframes) {
    auto timeframe = parse_timeframe(name);
    if (!timeframe)
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("--timeframes {}: not a timeframe, use for example 5m,1h,4h,1d", name));
    filter.timeframes.push_back(*timeframe);
  }
  return filter;
}

Result<Settings> make_settings(const ReplayCommand& command) {
  auto effective = load_settings(command.config);
  if (!effective)
    return fail(std::move(effective.error()));
  if (!command.score_model.empty())
    if (auto set = apply_setting(effective->settings, "score_model=" + command.score_model); !set)
      return fail(std::move(set.error()));
  return effective->settings;
}

/// The recording that the path means, and what is to be said about it on the way.
Result<FrameRecording> load(const ReplayCommand& command, const RecordingFilter& filter,
                            const Settings& settings) {
  ProgressBar bar("loading", 1'000);
  auto progress = [&](std::size_t done, std::size_t total) {
    bar.update(done * 1'000 / std::max<std::size_t>(1, total));
  };
  auto loaded = [&]() -> Result<FrameRecording> {
    if (is_frame_recording(command.path))
      return load_frame_recording(command.path, {filter, seconds(settings.settle_delay)},
                                  make_protocol, progress);
    auto candles = load_recording(command.path, filter, progress);
    if (!candles)
      return fail(std::move(candles.error()));
    return FrameRecording{std::move(*candles), {}};
  }();
  bar.finish();
  return loaded;
}

/// Feeds the recording; true when it went through to the end.
Result<bool> play(const CandleRecording& recording, const ReplayOptions& options,
                  ReplayReport& report) {
  ProgressBar bar("replaying", recording.candles);
  Status problem;
  bool complete = true;
  replay_candles(recording, options, [&](const EffectBuffer& effects, std::uint64_t done) {
    problem = report.take(effects);
    bar.update(done);
    complete = replay_interrupted == 0;
    return problem.has_value() && complete;
  });
  bar.finish();
  if (problem)
    problem = report.finish();
  if (!problem)
    return fail(std::move(problem.error()));
  return complete;
}

/// Names the first option that only makes sense for candles; nullptr when there is none.
const char* candle_option(const ReplayCommand& command) {
  const std::pair<bool, const char*> options[] = {{!command.exchange.empty(), "--exchange"},
                                                  {!command.symbols.empty(), "--symbols"},
                                                  {!command.timeframes.empty(), "--timeframes"},
                                                  {!command.score_model.empty(), "--score-model"},
                                                  {!command.data_dir.empty(), "--data-dir"},
                                                  {command.from_listing, "--from-listing"},
                                                  {!command.config.file.empty(), "--config"},
                                                  {!command.config.assignments.empty(), "--set"}};
  for (const auto& [given, name] : options)
    if (given)
      return name;
  return nullptr;
}

int replay_run(const ReplayCommand& command) {
  if (const char* option = candle_option(command))
    return fail_with({ErrorCode::invalid_argument,
                      fmt::format("{} is a recorded run, replayed exactly as it was: leave out {}",
                                  command.path, option),
                      {}});
  std::signal(SIGINT, on_replay_interrupt);
  return replay_recorded_run({command.path, command.signals_file, command.json},
                             [] { return replay_interrupted != 0; });
}

int replay(const ReplayCommand& command) {
  if (is_input_log(command.path))
    return replay_run(command);
  auto filter = make_filter(command);
  if (!filter)
    return fail_with(filter.error());
  auto settings = make_settings(command);
  if (!settings)
    return fail_with(settings.error());
  auto loaded = load(command, *filter, *settings);
  if (!loaded)
    return fail_with(loaded.error());
  for (const std::string& note : loaded->notes)
    fmt::print(stderr, "cscan: {}\n", note);
  const CandleRecording& recording = loaded->candles;
  ReplayOptions options{*settings,
                        command.from_listing ? FileStart::listing : FileStart::somewhere};
  auto report = ReplayReport::open(recording, replay_settings(*settings, recording),
                                   command.signals_file, command.data_dir);
  if (!report)
    return fail_with(report.error());
  std::signal(SIGINT, on_replay_interrupt);
  Stopwatch watch;
  auto complete = play(recording, options, **report);
  if (!complete)
    return fail_with(complete.error());
  (*report)->print(watch.elapsed_ms() / 1000, command.json);
  if (!*complete) {
    fmt::print(stderr, "cscan: interrupted; the figures above are of the part that was replayed\n");
    return exit_interrupted;
  }
  return exit_ok;
}

}  // namespace

void add_replay_command(CLI::App& program, int& exit_code) {
  auto command = std::make_shared<ReplayCommand>();
  CLI::App* replay_command = program.add_subcommand(
      "replay",
      "recorded Parquet candles, recorded traffic of exchanges, or a whole recorded run, through "
      "the very same core, with a digest of all signals");
  replay_command
      ->add_option("RECORDING", command->path,
                   "folder of <exchange>_<BASE><QUOTE>_<timeframe>.parquet, folder of "
                   "<exchange>_<time>.frames.zst, or a run recorded with --record")
      ->required();
  replay_command->add_option("--exchange", command->exchange, "only this exchange");
  replay_command->add_option("--symbols", command->symbols, "only these, comma-separated")
      ->type_name("BTC/USDT,…")
      ->delimiter(',');
  replay_command->add_option("--timeframes", command->timeframes, "only these, comma-separated")
      ->type_name("5m,1h,…")
      ->delimiter(',');
  replay_command->add_option("--score-model", command->score_model, "classic or rarity");
  replay_command
      ->add_option("--signals", command->signals_file,
                   "write every closed signal, one JSON object a line")
      ->type_name("FILE");
  replay_command
      ->add_option("--data-dir", command->data_dir,
                   "also store candles and signals and publish the training files here")
      ->type_name("DIR");
  replay_command->add_flag("--from-listing", command->from_listing,
                           "files begin with the listing: score from the minimum of candles on");
  replay_command->add_flag("--json", command->json, "the result as one JSON object");
  add_config_options(*replay_command, command->config);
  replay_command->callback([command, &exit_code] { exit_code = replay(*command); });
}

}  // namespace cscan
