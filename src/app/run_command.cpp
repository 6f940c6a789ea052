// cscan run: scan and watch in the terminal.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"

namespace cscan {
namespace {

std::atomic<bool> interrupted = false;
extern "C" void on_interrupt(int) { interrupted = true; }

struct RunCommand {
  EngineCommandOptions engine;
  int rows = 20;
};

Color color_of(Direction direction) {
  return direction == Direction::bullish   ? Color::green
         : direction == Direction::bearish ? Color::red
                                           : Color::plain;
}

const char* glyph_of(Direction direction) {
  return direction == Direction::bullish ? "▲" : direction == Direction::bearish ? "▼" : "·";
}

std::string headline(const MarketView& view, const std::string& source) {
  std::string text =
      fmt::format("{}  {}  {}", format_rfc3339(view.as_of), to_string(view.state),
                  source == "synthetic" ? paint(Color::yellow, "SYNTHETIC MARKET") : source);
  if (const auto& state = view.market_state)
    text += fmt::format(
        "\nbreadth {} up / {} down, {}   trend {}   volatility {}   active signals {}",
        state->breadth.advancing, state->breadth.declining, to_string(state->breadth.bias),
        to_string(state->trend.trend), to_string(state->volatility.regime), state->active_signals);
  return text + fmt::format("\nbuffers: {} ticks, {} candles, {} signals", view.buffers.ticks,
                            view.buffers.candles, view.buffers.signals);
}

std::string table_row(const MarketView& view, const RenderedSignal& rendered) {
  const Signal& s = rendered.signal;
  const Instrument& instrument = view.run->instruments[s.instrument.value];
  std::string type = fmt::format("{} {:<18}", glyph_of(s.direction), to_string(s.type));
  return fmt::format("{:<14}{:<18}{:<5}{}{:>7.2f}  {:<10}{:>14}  {}", instrument.exchange,
                     instrument.symbol(), to_string(s.timeframe),
                     paint(color_of(s.direction), type), s.combined.value(),
                     to_string(quality_of(s.combined)), fmt::format("{:.8g}", s.price),
                     format_rfc3339(s.close_time()).substr(11, 5));
}

/// The newest signals, best score first.
std::vector<SignalPtr> best_signals(const MarketView& view, std::size_t count) {
  std::vector<SignalPtr> signals;
  for (const SeriesView& series : view.series)
    if (series.closed)
      signals.push_back(series.closed);
  std::ranges::stable_sort(signals, std::greater{},
                           [](const SignalPtr& s) { return s->signal.combined; });
  signals.resize(std::min(signals.size(), count));
  return signals;
}

/// One screen, drawn over the one before.
void draw(const MarketView& view, const std::string& source, int rows) {
  std::string screen = "\033[H" + headline(view, source);
  screen += fmt::format(
      "\n\n{}\n", paint(Color::bold, fmt::format("{:<14}{:<18}{:<5}{:<20}{:>7}  {:<10}{:>14}  {}",
                                                 "EXCHANGE", "SYMBOL", "TF", "SIGNAL", "SCORE",
                                                 "QUALITY", "PRICE", "CLOSED")));
  for (const SignalPtr& signal : best_signals(view, static_cast<std::size_t>(rows)))
    screen += table_row(view, *signal) + '\n';
  screen +=
      "\nCtrl-C stops and stores everything. A score says how rare a move is, not that it pays.";
  // Clear what is left of each line and of the screen before.
  std::string cleared;
  for (char c : screen)
    cleared += c == '\n' ? std::string("\033[K\n") : std::string(1, c);
  fmt::print("{}\033[J", cleared);
  std::fflush(stdout);
}

/// Plain lines for a pipe: the picture once, then every new closed signal.
class LinePrinter {
 public:
  void on_signal(const SignalPtr& signal) {
    std::lock_guard lock(mutex_);
    fresh_.push_back(signal);
  }
  void print(const MarketView& view, const std::string& source) {
    std::vector<SignalPtr> lines;
    {
      std::lock_guard lock(mutex_);
      lines.swap(fresh_);
    }
    if (!introduced_ && view.state != RunState::starting && !best_signals(view, 1).empty()) {
      introduced_ = true;
      fmt::print("{}\n", headline(view, source));
      lines = best_signals(view, 20);
    }
    for (const SignalPtr& signal : lines)
      fmt::print("{}\n", table_row(view, *signal));
    std::fflush(stdout);
  }

 private:
  std::mutex mutex_;
  std::vector<SignalPtr> fresh_;
  bool introduced_ = false;
};

int run(const RunCommand& command) {
  LinePrinter lines;
  bool screen = stdout_is_terminal();
  auto engine = open_engine(
      command.engine,
      screen ? std::function<void(SignalPtr)>{} : [&](SignalPtr s) { lines.on_signal(s); });
  if (!engine) {
    print_error(engine.error());
    return exit_code(engine.error().code);
  }
  auto started = (*engine)->start(start_request(command.engine));
  if (!started) {
    print_error(started.error());
    return exit_code(started.error().code);
  }
  for (const RejectedSymbol& rejected : started->rejected)
    spdlog::warn("{} on {}: {}", rejected.requested, rejected.exchange, rejected.reason);
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  if (screen)
    fmt::print("\033[?1049h\033[2J");
  for (int tick = 0; !interrupted; ++tick) {
    MarketViewPtr view = (*engine)->view();
    if (screen && tick % 5 == 0)
      draw(*view, (*engine)->source(), command.rows);
    else if (!screen)
      lines.print(*view, (*engine)->source());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  if (screen)
    fmt::print("\033[?1049l");
  StopReply stopped = (*engine)->stop();
  if (!stopped.durable)
    print_error({ErrorCode::io, stopped.problem, {}});
  return stopped.durable ? exit_ok : exit_resource;
}

}  // namespace

void add_run_command(CLI::App& program, int& exit_code) {
  auto command = std::make_shared<RunCommand>();
  CLI::App* run_command =
      program.add_subcommand("run", "scan at once and show a live table in the terminal");
  add_engine_options(*run_command, command->engine);
  run_command->add_option("--rows", command->rows, "lines of the live table")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  run_command->footer("In a pipe it prints one line per new signal, without colours.");
  run_command->callback([command, &exit_code] { exit_code = run(*command); });
}

}  // namespace cscan
