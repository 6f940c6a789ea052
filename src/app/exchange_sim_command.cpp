// cscan exchange-sim: Binance spot, Binance USD-M and KuCoin Futures on one port of this machine.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fstream>
#include <sstream>

#include "app/commands.hpp"
#include "app/exchange_play.hpp"
#include "app/exit_code.hpp"
#include "app/terminal.hpp"
#include "base/decimal.hpp"
#include "runtime/clock.hpp"
#include "sim/exchange_server.hpp"

namespace cscan {
namespace {

struct ExchangeSimCommand {
  int port = 5002;
  std::string bind = "127.0.0.1";
  std::uint64_t seed = 42;
  std::string data_dir;
  std::string data_start;
  double speed = 1;
  std::string fault_file;
  std::string ledger_file;
  bool unlimited = false;
  int copies = 1;
};

Result<std::vector<Fault>> read_faults(const std::string& path) {
  if (path.empty())
    return std::vector<Fault>{};
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return fail(ErrorCode::invalid_argument, fmt::format("--fault {}: cannot be read", path));
  auto faults = parse_faults(text.str());
  if (!faults)
    faults.error().message = fmt::format("{}: {}", path, faults.error().message);
  return faults;
}

/// exchange,symbol,timeframe,open time,open,high,low,close,volume,time at which that is told
std::string ledger_line(const LedgerLine& line) {
  const Candle& c = line.candle;
  const std::string told_at = line.told_at ? fmt::format("{}", line.told_at->ms) : "";
  return fmt::format("{},{},{},{},{},{},{},{},{},{}\n", line.exchange,
                     line.market->instrument.symbol(), to_string(line.timeframe), c.open_time.ms,
                     format_decimal(c.open), format_decimal(c.high), format_decimal(c.low),
                     format_decimal(c.close), format_decimal(c.volume), told_at);
}

Result<ExchangePlay> make_play(const ExchangeSimCommand& command) {
  if (command.data_dir.empty())
    return copied(play_synthetic(command.seed), command.copies);
  ProgressBar bar("loading", 1'000);
  auto play = play_recording(command.data_dir, command.data_start,
                             [&bar](std::size_t done, std::size_t total) {
                               bar.update(done * 1'000 / std::max<std::size_t>(1, total));
                             });
  bar.finish();
  if (!play)
    return play;
  if (play->left_out > 0)
    fmt::print(stderr, "cscan: {} markets of {} are left out: no local exchange trades them\n",
               play->left_out, command.data_dir);
  return copied(std::move(*play), command.copies);
}

/// The command that watches what is played.
std::string watch_command(const ExchangeSimCommand& command, const ExchangePlay& play,
                          std::string_view url) {
  constexpr std::array<std::string_view, 3> all = {"binance", "binanceusdm", "kucoinfutures"};
  std::string words = "cscan serve --start";
  std::string ids;
  for (std::string_view id : all) {
    const bool is_usual = id != "binanceusdm";  // as far as serve watches it by itself
    if (play.start ? play.truth->markets(id).empty() : !is_usual)
      continue;
    ids += fmt::format("{}{}", ids.empty() ? "" : ",", id);
    words += fmt::format(" --exchange-url {}={}", id, url);
  }
  if (play.start)
    words += " --exchanges " + ids;
  if (command.speed != 1)
    words += fmt::format(" --speed {}", command.speed);
  return words;
}

void announce(const ExchangeSimCommand& command, const ExchangePlay& play, std::uint16_t port,
              std::size_t faults) {
  const std::string url = fmt::format("http://{}:{}", command.bind, port);
  fmt::print("{}\n",
             paint(Color::yellow,
                   play.start ? "LOCAL EXCHANGES: prices are of the past, nothing can be traded"
                              : "SYNTHETIC EXCHANGES: prices are made up, nothing can be traded"));
  fmt::print("binance, binanceusdm and kucoinfutures on {} ({}, {}x, {} faults)\n", url, play.words,
             command.speed, faults);
  fmt::print("watch them: {}\n", watch_command(command, play, url));
  std::fflush(stdout);
}

int run(const ExchangeSimCommand& command) {
  auto faults = read_faults(command.fault_file);
  if (!faults)
    return fail_with(faults.error());
  std::ofstream ledger;
  if (!command.ledger_file.empty()) {
    ledger.open(command.ledger_file, std::ios::trunc);
    if (!ledger)
      return fail_with(
          {ErrorCode::io, fmt::format("--ledger {}: cannot be written", command.ledger_file), {}});
  }
  auto play = make_play(command);
  if (!play)
    return fail_with(play.error());
  Clock clock(command.speed);
  if (play->start)
    clock.set_back(clock.now() - *play->start);
  auto now = [&clock] { return SimTime{clock.now(), clock.real_now()}; };
  const std::string source = play->start ? "recorded" : "synthetic";
  auto sim = std::make_unique<ExchangeSim>(
      play->truth, ExchangeSimOptions{*faults, !command.unlimited, source}, now());
  if (ledger.is_open())
    sim->set_ledger(
        [&ledger](const LedgerLine& line) { ledger << ledger_line(line) << std::flush; });
  boost::asio::io_context io(1);
  auto server = ExchangeServer::listen(io, std::move(sim), now,
                                       {command.bind, static_cast<std::uint16_t>(command.port)});
  if (!server)
    return fail_with(server.error());
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error)
      (*server)->stop();
  });
  announce(command, *play, (*server)->port(), faults->size());
  io.run();
  if (ledger.is_open() && !ledger)
    return fail_with({ErrorCode::io,
                      fmt::format("--ledger {}: not everything was written, is the disk full?",
                                  command.ledger_file),
                      {}});
  return exit_ok;
}

}  // namespace

void add_exchange_sim_command(CLI::App& program, int& exit_code) {
  auto command = std::make_shared<ExchangeSimCommand>();
  CLI::App* sim = program.add_subcommand(
      "exchange-sim", "three local exchanges on a port of this machine, with faults on demand");
  sim->add_option("--port", command->port, "0 takes a free one")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  sim->add_option("--bind", command->bind, "IP address to listen on")->capture_default_str();
  CLI::Option* seed = sim->add_option("--seed", command->seed, "which synthetic market")
                          ->type_name("N")
                          ->capture_default_str();
  CLI::Option* data =
      sim->add_option("--data", command->data_dir,
                      "play recorded candles instead: a folder as for cscan replay, "
                      "<exchange>_<BASE><QUOTE>_<timeframe>.parquet")
          ->type_name("DIR")
          ->excludes(seed);
  sim->add_option("--data-start", command->data_start,
                  "market time at which they begin to play (default: 70 % into them)")
      ->type_name("RFC3339")
      ->needs(data);
  sim->add_option("--speed", command->speed, "run the market's clock N times faster")
      ->type_name("N")
      ->check(CLI::Range(0.1, 10'000.0));
  sim->add_option("--fault", command->fault_file,
                  "what goes wrong and when, one fault a line (docs/exchange_sim.md)")
      ->type_name("FILE");
  sim->add_option("--ledger", command->ledger_file,
                  "write every candle that ends in a series somebody listens to, as CSV")
      ->type_name("FILE");
  sim->add_option("--copies", command->copies,
                  "list every market so many times, for larger exchanges than there are")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  sim->add_flag("--unlimited", command->unlimited, "no limits of requests");
  sim->footer(
      "Speaks as the exchanges do: a client library pointed at it by its own options works.\n"
      "GET /sim/candles and /sim/report tell the truth. Stops on Ctrl-C.");
  sim->callback([command, &exit_code] { exit_code = run(*command); });
}

}  // namespace cscan
