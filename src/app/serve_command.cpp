// cscan serve: the API on port 5001.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"
#include "runtime/store_history.hpp"
#include "server/http_api.hpp"

namespace cscan {
namespace {

constexpr std::chrono::seconds start_again_after{10};
constexpr std::chrono::seconds start_again_max{60};

struct ServeCommand {
  EngineCommandOptions engine;
  int port = 5001;
  std::string bind = "127.0.0.1";
  bool start = false;
  bool behind_proxy = false;
  std::string token_file;
  std::vector<std::string> allowed_hosts;
};

Result<std::string> read_token(const std::string& path) {
  std::ifstream file(path);
  std::string token;
  if (!file || !std::getline(file, token) || token.size() < 32)
    return fail(ErrorCode::invalid_argument,
                fmt::format("--token-file {}: cannot be read, or its first line has fewer than 32 "
                            "characters (make one with: openssl rand -hex 32)",
                            path));
  return token;
}

/// Who may reach the API: loopback freely, anything wider only with a token and a proxy that does
/// the encryption.
Result<GateOptions> gate_options(const ServeCommand& command) {
  GateOptions gate;
  gate.bind_address = command.bind;
  gate.allowed_hosts = command.allowed_hosts;
  if (!command.token_file.empty()) {
    auto token = read_token(command.token_file);
    if (!token)
      return fail(std::move(token.error()));
    gate.token = std::move(*token);
  }
  if (!is_loopback(command.bind) && (gate.token.empty() || !command.behind_proxy))
    return fail(ErrorCode::invalid_argument,
                fmt::format("--bind {} would open the scanner to the network: give --token-file "
                            "FILE and, behind a proxy that speaks TLS, --behind-proxy; or leave "
                            "--bind at 127.0.0.1",
                            command.bind));
  return gate;
}

void announce(const ServeCommand& command, std::uint16_t port) {
  fmt::print("cscan {}: API on http://{}:{}\n", CSCAN_VERSION, command.bind, port);
  if (command.engine.demo)
    fmt::print("{}\n", paint(Color::yellow,
                             "SYNTHETIC MARKET: prices are made up; every answer says \"source\": "
                             "\"synthetic\""));
  if (!command.start)
    fmt::print("start it: curl -X POST http://{}:{}/api/scanner/continuous/start\n", command.bind,
               port);
  std::fflush(stdout);
}

HttpServerOptions server_options(const ServeCommand& command, asio::any_io_executor workers) {
  HttpServerOptions options;
  options.bind_address = command.bind == "localhost" ? "127.0.0.1" : command.bind;
  options.port = static_cast<std::uint16_t>(command.port);
  options.workers = std::move(workers);
  options.on_error = [](std::string text) { spdlog::warn("http: {}", text); };
  return options;
}

/// Whether the exchange will say the same however often it is asked.
bool is_final(const Error& error) {
  return std::ranges::find(error.context, std::pair<std::string, std::string>(
                                              "state", "blocked")) != error.context.end();
}

/// Whether an exchange was out of reach; one that was is rejected as a whole.
bool is_complete(const StartReply& reply) {
  return std::ranges::none_of(reply.rejected, [](const RejectedSymbol& rejected) {
    return rejected.requested == every_symbol;
  });
}

/// Whether that run still goes on. People may have stopped it, or begun another.
bool is_running(const Engine& engine, const std::string& run_id) {
  const MarketViewPtr view = engine.view();
  return view->state != RunState::stopped && view->state != RunState::failed && view->run &&
         view->run->run_id == run_id;
}

/// Starts, again and again for as long as no exchange can be reached; the API answers from what is
/// stored meanwhile. Then until all can be: what becomes reachable joins by a new run.
int keep_starting(Engine& engine, const StartRequest& request, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::chrono::seconds pause = start_again_after;
  std::string run_id;  // empty: nothing is watched yet
  const bool can_join = request.symbols.kind != SymbolSelection::Kind::top;
  while (!stop.stop_requested() && (run_id.empty() || is_running(engine, run_id))) {
    auto started = engine.start(request);
    if (started && run_id.empty()) {
      run_id = started->run->run_id;
      for (const RejectedSymbol& rejected : started->rejected)
        spdlog::warn("not watched: {} on {}: {}", rejected.requested, rejected.exchange,
                     rejected.reason);
    }
    if (started && (is_complete(*started) || !can_join))
      return exit_ok;
    if (!started && !run_id.empty()) {
      if (started.error().code != ErrorCode::conflict)
        return exit_ok;  // what is watched goes on
      spdlog::info("an exchange that was out of reach has answered: a new run watches it, too");
      engine.stop();
      run_id.clear();
      continue;
    }
    if (!started && started.error().code != ErrorCode::unavailable)
      return fail_with(started.error());
    if (!started && is_final(started.error())) {
      spdlog::error("{}. Stored data is served; a start over the API asks again",
                    started.error().message);
      return exit_ok;
    }
    if (!started)
      spdlog::warn("{}; next try in {} s, stored data is served meanwhile", started.error().message,
                   pause.count());
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, pause, [] { return false; });
    pause = std::min(pause * 2, start_again_max);
  }
  return exit_ok;
}

int serve(ServeCommand command) {
  std::stop_source quit;
  command.engine.quit = quit.get_token();
  auto gate = gate_options(command);
  if (!gate)
    return fail_with(gate.error());
  auto engine = open_engine(command.engine, {});
  if (!engine)
    return fail_with(engine.error());
  StoreHistory history((*engine)->store());
  asio::io_context io(1);
  asio::thread_pool workers(2);
  HttpHandler handler;
  auto server =
      HttpServer::listen(io, server_options(command, workers.get_executor()),
                         [&handler](const HttpRequest& request) { return handler(request); });
  if (!server)
    return fail_with(server.error());
  // Before anybody is told that the program is up: from here on a signal means a clean stop.
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int number) {
    if (error)
      return;
    quit.request_stop();
    spdlog::info("{}: stopping, everything is flushed first",
                 number == SIGINT ? "SIGINT" : "SIGTERM");
    (*server)->stop();
  });
  gate->port = (*server)->port();
  handler = make_api_handler({**engine, history}, *gate, workers.get_executor());
  int exit = exit_ok;
  std::jthread starter;
  if (command.start && command.engine.demo) {
    auto started = (*engine)->start(start_request(command.engine));
    if (!started)
      return fail_with(started.error());
  } else if (command.start) {
    starter = std::jthread([&](const std::stop_token& stop) {
      exit = keep_starting(**engine, start_request(command.engine), stop);
      if (exit != exit_ok)
        asio::post(io, [&] {
          signals.cancel();
          (*server)->stop();
        });
    });
  }
  announce(command, gate->port);

  io.run();
  starter.request_stop();
  if (starter.joinable())
    starter.join();
  workers.join();
  StopReply stopped = (*engine)->stop();
  if (exit != exit_ok)
    return exit;
  return stopped.durable ? exit_ok : exit_resource;
}

}  // namespace

void add_serve_command(CLI::App& program, int& exit_code) {
  auto command = std::make_shared<ServeCommand>();
  CLI::App* serve_command = program.add_subcommand("serve", "the HTTP API");
  add_engine_options(*serve_command, command->engine);
  serve_command->add_flag("--start", command->start, "start scanning at once");
  serve_command->add_option("--port", command->port, "0 takes a free one")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  serve_command->add_option("--bind", command->bind, "IP address to listen on")
      ->capture_default_str();
  serve_command
      ->add_option("--token-file", command->token_file,
                   "require 'Authorization: Bearer …' with the first line of this file")
      ->type_name("FILE");
  serve_command->add_flag("--behind-proxy", command->behind_proxy,
                          "a proxy in front does TLS; needed to bind beyond this machine");
  serve_command
      ->add_option("--allowed-host", command->allowed_hosts,
                   "further Host value to answer for, exact, for example scanner.example:443")
      ->type_name("HOST[:PORT]");
  serve_command->footer("Stops on Ctrl-C or SIGTERM with everything on disk.");
  serve_command->callback([command, &exit_code] { exit_code = serve(*command); });
}

}  // namespace cscan
