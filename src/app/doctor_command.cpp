// cscan doctor: what stands in the way of a run on this machine, and what to do about it.

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <optional>

#include "app/commands.hpp"
#include "app/doctor_report.hpp"
#include "app/exchange_probe.hpp"
#include "app/exchange_urls.hpp"
#include "app/exit_code.hpp"
#include "app/machine_probe.hpp"
#include "app/terminal.hpp"
#include "runtime/known_exchanges.hpp"

namespace cscan {
namespace {

namespace asio = boost::asio;

struct DoctorCommand {
  MachineQuestions machine;
  std::string data_dir = "training_data";
  std::vector<std::string> exchanges;
  std::vector<std::string> exchange_urls;
  bool offline = false;
  bool json = false;
};

/// Shows findings as they come, in an order that does not depend on who answers first.
class ReportPrinter {
 public:
  ReportPrinter(bool json, std::size_t subjects) : json_(json), done_(subjects) {}

  /// For the time until the next subject; gone from the screen when it comes.
  void say_waiting(std::size_t exchanges) const {
    if (!json_ && stderr_is_terminal())
      fmt::print(stderr, "asking {} exchange{} …", exchanges, exchanges == 1 ? "" : "s");
  }

  void stop_waiting() const {
    if (!json_ && stderr_is_terminal())
      fmt::print(stderr, "\r\033[K");
  }

  void take(std::size_t subject, Examination examination) {
    stop_waiting();
    done_[subject] = std::move(examination);
    for (; shown_ < done_.size() && done_[shown_]; ++shown_) {
      if (!json_) {
        fmt::print("{}\n", report_text(*done_[shown_]));
        std::fflush(stdout);
      }
    }
  }

  ExitCode finish() const {
    std::vector<Examination> all;
    for (const auto& examination : done_)
      if (examination)
        all.push_back(*examination);
    if (json_)
      fmt::print("{}\n", report_json(all));
    else
      fmt::print("{}", report_summary(all));
    return report_exit_code(all);
  }

 private:
  bool json_;
  std::vector<std::optional<Examination>> done_;  ///< by subject
  std::size_t shown_ = 0;
};

/// An exchange under examination. Lives until the io_context has stopped.
struct Patient {
  std::unique_ptr<Protocol> protocol;
  ExchangeHosts hosts;
};

std::vector<Patient> patients(const DoctorCommand& command, const ExchangeUrls& urls) {
  std::vector<Patient> all;
  for (const std::string& id : known_exchanges()) {
    bool chosen = command.exchanges.empty() ||
                  std::ranges::find(command.exchanges, id) != command.exchanges.end();
    if (!chosen || command.offline)
      continue;
    auto protocol = make_protocol(id);
    ExchangeHosts hosts = hosts_of(*protocol, urls);
    all.push_back({std::move(protocol), std::move(hosts)});
  }
  return all;
}

asio::awaitable<Examination> examine(ExchangeProber& prober, Patient& patient) {
  ExchangeAnswers answers = co_await prober.probe(*patient.protocol, patient.hosts);
  co_return Examination{std::string(patient.protocol->table().id),
                        examine_answers(*patient.protocol, patient.hosts, answers)};
}

/// All at once, subjects 1, 2, …; conflict when somebody wants to end it.
Status examine_all(std::vector<Patient>& patients, ReportPrinter& printer) {
  asio::io_context io(1);
  auto prober = ExchangeProber::make(io.get_executor());
  if (!prober)
    return fail(std::move(prober.error()));
  bool interrupted = false;
  std::exception_ptr trouble;
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    interrupted = !error;
    if (interrupted)
      io.stop();
  });
  std::size_t left = patients.size();
  for (std::size_t i = 0; i < patients.size(); ++i)
    asio::co_spawn(io, examine(**prober, patients[i]),
                   [&, i](const std::exception_ptr& thrown, Examination examination) {
                     if (thrown)
                       trouble = thrown;
                     else
                       printer.take(i + 1, std::move(examination));
                     if (--left == 0)
                       signals.cancel();
                   });
  io.run();
  if (trouble)
    std::rethrow_exception(trouble);
  if (interrupted)
    return fail(ErrorCode::conflict, "interrupted before every exchange was asked");
  return {};
}

int doctor(DoctorCommand& command) {
  auto urls = parse_exchange_urls(command.exchange_urls);
  if (!urls)
    return fail_with(urls.error());
  command.machine.data_dir = command.data_dir;
  std::vector<Patient> exchanges = patients(command, *urls);
  ReportPrinter printer(command.json, 1 + exchanges.size());
  printer.take(0, examine_machine(command.machine));
  if (!exchanges.empty()) {
    printer.say_waiting(exchanges.size());
    auto examined = examine_all(exchanges, printer);
    printer.stop_waiting();
    if (!examined && examined.error().code == ErrorCode::conflict) {
      print_error(examined.error());
      return exit_interrupted;
    }
    if (!examined)
      return fail_with(examined.error());
  }
  return printer.finish();
}

}  // namespace

void add_doctor_command(CLI::App& program, int& exit_code) {
  auto command = std::make_shared<DoctorCommand>();
  CLI::App* doctor_command = program.add_subcommand(
      "doctor", "check this machine and the way to the exchanges, and say what to mend");
  add_config_options(*doctor_command, command->machine.config);
  doctor_command->add_option("--port", command->machine.port, "the API's port")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  doctor_command->add_option("--bind", command->machine.bind, "IP address the API listens on")
      ->capture_default_str();
  doctor_command->add_option("--data-dir", command->data_dir, "where everything is stored")
      ->type_name("DIR")
      ->capture_default_str();
  doctor_command
      ->add_option("--exchange", command->exchanges, "exchanges to ask, comma-separated (all)")
      ->type_name("ID,…")
      ->delimiter(',')
      ->check(CLI::IsMember(
          std::vector<std::string>(known_exchanges().begin(), known_exchanges().end())));
  add_exchange_url_option(*doctor_command, command->exchange_urls);
  doctor_command->add_flag("--offline", command->offline, "ask no exchange");
  doctor_command->add_flag("--json", command->json, "one JSON object");
  doctor_command->footer(
      "Ends with 0 when nothing fails, warnings or not; with 2 when the configuration cannot be "
      "used, with 3 when anything else fails.\nIt opens no stream and changes nothing.");
  doctor_command->callback([command, &exit_code] { exit_code = doctor(*command); });
}

}  // namespace cscan
