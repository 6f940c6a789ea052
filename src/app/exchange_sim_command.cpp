// cscan exchange-sim: Binance spot, Binance USD-M and KuCoin Futures on one port of this machine.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fstream>
#include <sstream>

#include "app/commands.hpp"
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

/// exchange,symbol,timeframe,open time,open,high,low,close,volume
std::string ledger_line(const LedgerLine& line) {
  const Candle& c = line.candle;
  return fmt::format("{},{},{},{},{},{},{},{},{}\n", line.exchange,
                     line.market->instrument.symbol(), to_string(line.timeframe), c.open_time.ms,
                     format_decimal(c.open), format_decimal(c.high), format_decimal(c.low),
                     format_decimal(c.close), format_decimal(c.volume));
}

void announce(const ExchangeSimCommand& command, std::uint16_t port, std::size_t faults) {
  const std::string url = fmt::format("http://{}:{}", command.bind, port);
  fmt::print("{}\n", paint(Color::yellow,
                           "SYNTHETIC EXCHANGES: prices are made up, nothing can be traded"));
  fmt::print("binance, binanceusdm and kucoinfutures on {} (seed {}, {}x, {} faults)\n", url,
             command.seed, command.speed, faults);
  fmt::print(
      "watch them: cscan serve --start --exchange-url binance={0} --exchange-url "
      "kucoinfutures={0}{1}\n",
      url, command.speed == 1 ? "" : fmt::format(" --speed {}", command.speed));
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
  const Clock clock(command.speed);
  auto now = [&clock] { return SimTime{clock.now(), clock.real_now()}; };
  std::shared_ptr<const MarketTruth> truth =
      std::make_shared<SyntheticTruth>(std::make_shared<SyntheticMarket>(command.seed));
  if (command.copies > 1)
    truth = std::make_shared<CopiedTruth>(std::move(truth), command.copies);
  auto sim = std::make_unique<ExchangeSim>(std::move(truth),
                                           ExchangeSimOptions{*faults, !command.unlimited}, now());
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
  announce(command, (*server)->port(), faults->size());
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
      "exchange-sim", "three synthetic exchanges on a port of this machine, with faults on demand");
  sim->add_option("--port", command->port, "0 takes a free one")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  sim->add_option("--bind", command->bind, "IP address to listen on")->capture_default_str();
  sim->add_option("--seed", command->seed, "which synthetic market")
      ->type_name("N")
      ->capture_default_str();
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
