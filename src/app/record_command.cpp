// cscan record: what exchanges say, word for word, with the time it came, for cscan replay.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "app/commands.hpp"
#include "app/exchange_urls.hpp"
#include "app/exit_code.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"
#include "frames/frame_recording_writer.hpp"
#include "runtime/exchange_feed.hpp"
#include "runtime/universe.hpp"

namespace cscan {
namespace {

std::atomic<bool> interrupted = false;
extern "C" void stop_recording(int) { interrupted = true; }

struct RecordCommand {
  EngineCommandOptions engine;
  std::string out = "frames";
  std::uint64_t max_mb = 20'000;
  std::uint64_t minutes = 0;
  std::size_t history = 0;
};

/// Which markets; nullopt after an interruption.
Result<Universe> resolve(const RecordCommand& command, ExchangeFeed& feed) {
  for (;;) {
    auto universe = resolve_universe(start_request(command.engine), feed);
    if (universe || universe.error().code != ErrorCode::unavailable || interrupted)
      return universe;
    spdlog::warn("{}", universe.error().message);
    for (int i = 0; i < 50 && !interrupted; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

void report(const RecordingHealth& health) {
  fmt::print(stderr, "{}: {:.1f} MB{}\n", health.folder, static_cast<double>(health.bytes) / 1e6,
             health.note.empty() ? "" : "; ended: " + health.note);
}

/// Until Ctrl-C, the time is over, or the recording ends by itself.
void record(const RecordCommand& command, const FrameRecordingWriter& writer, InputQueue& inputs) {
  const Stopwatch watch;
  const double end_ms = static_cast<double>(command.minutes) * 60'000;
  std::vector<Input> heard;
  double told_ms = 0;
  while (!interrupted && writer.health().note.empty() &&
         (command.minutes == 0 || watch.elapsed_ms() < end_ms)) {
    inputs.take_all(heard, std::chrono::milliseconds(200));  // nobody needs them here
    if (watch.elapsed_ms() - told_ms > 60'000) {
      told_ms = watch.elapsed_ms();
      report(writer.health());
    }
  }
}

int run(const RecordCommand& command) {
  auto settings = load_settings(command.engine.config);
  if (!settings)
    return fail_with(settings.error());
  auto hosts = parse_exchange_urls(command.engine.exchange_urls);
  if (!hosts)
    return fail_with(hosts.error());
  FrameRecordingOptions recording;
  recording.dir = command.out;
  recording.bytes_max = command.max_mb * 1'000'000;
  auto writer = FrameRecordingWriter::create(recording);
  if (!writer)
    return fail_with(writer.error());
  Clock clock(command.engine.speed);
  ExchangeFeedOptions options;
  options.hosts = std::move(*hosts);
  options.sink = writer->get();
  options.ban_file = command.out + "/exchange_bans";
  InputQueue inputs(65'536);
  auto feed = ExchangeFeed::make(clock, std::move(options));
  if (!feed)
    return fail_with(feed.error());
  std::signal(SIGINT, stop_recording);
  std::signal(SIGTERM, stop_recording);
  auto universe = resolve(command, **feed);
  if (!universe)
    return interrupted ? exit_interrupted : fail_with(universe.error());
  for (const RejectedSymbol& rejected : universe->rejected)
    spdlog::warn("not recorded: {} on {}: {}", rejected.requested, rejected.exchange,
                 rejected.reason);
  FeedPlan plan{universe->instruments, settings->settings.intervals(), command.history};
  if (auto started = (*feed)->start(std::move(plan), inputs); !started)
    return fail_with(started.error());
  fmt::print(stderr, "recording {} markets into {}, until Ctrl-C\n", universe->instruments.size(),
             command.out);
  record(command, **writer, inputs);
  inputs.close();
  (*feed)->stop();
  (*writer)->finish();
  report((*writer)->health());
  return (*writer)->health().note.empty() ? exit_ok : exit_resource;
}

}  // namespace

void add_record_command(CLI::App& program, int& exit_code) {
  auto command = std::make_shared<RecordCommand>();
  CLI::App* record = program.add_subcommand(
      "record", "write down what exchanges say, word for word, for cscan replay");
  record->add_option("--out", command->out, "folder of the recording; rotating files, zstd")
      ->type_name("DIR")
      ->capture_default_str();
  record->add_option("--max-mb", command->max_mb, "ends when the recording is that large")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  record->add_option("--minutes", command->minutes, "ends after that long; 0: with Ctrl-C")
      ->type_name("N")
      ->capture_default_str();
  record->add_option("--history", command->history, "candles of each series to ask for first")
      ->type_name("N")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  record->add_option("--speed", command->engine.speed, "that of a local exchange")
      ->type_name("N")
      ->check(CLI::Range(0.1, 10'000.0));
  record
      ->add_option("--symbols", command->engine.symbols,
                   "symbols or patterns, comma-separated (default: ten liquid pairs)")
      ->type_name("BTC/USDT,…")
      ->delimiter(',');
  record
      ->add_option("--exchanges", command->engine.exchanges,
                   "exchanges, comma-separated (default: binance,kucoinfutures)")
      ->type_name("ID,…")
      ->delimiter(',');
  add_exchange_url_option(*record, command->engine.exchange_urls);
  add_config_options(*record, command->engine.config);
  record->callback([command, &exit_code] { exit_code = run(*command); });
}

}  // namespace cscan
