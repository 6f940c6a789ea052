#include "app/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "app/exit_code.hpp"

namespace cscan {
namespace {
bool color_on = false;
constexpr std::uint64_t bar_width = 30;
}  // namespace

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }
bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

void set_color_mode(ColorMode mode) {
  const char* no_color = std::getenv("NO_COLOR");
  bool wanted = stdout_is_terminal() && (no_color == nullptr || *no_color == '\0');
  color_on = mode == ColorMode::always || (mode == ColorMode::automatic && wanted);
}

bool use_color() { return color_on; }

std::string paint(Color color, std::string_view text) {
  if (!color_on || color == Color::plain)
    return std::string(text);
  constexpr std::string_view codes[] = {"0", "1", "2", "31", "32", "33"};
  return fmt::format("\033[{}m{}\033[0m", codes[static_cast<std::size_t>(color)], text);
}

void print_error(const Error& error) { fmt::print(stderr, "cscan: {}\n", error.message); }

int fail_with(const Error& error) {
  print_error(error);
  return exit_code(error.code);
}

ProgressBar::ProgressBar(std::string label, std::uint64_t total)
    : label_(std::move(label)), total_(std::max<std::uint64_t>(1, total)) {}

void ProgressBar::update(std::uint64_t done) {
  std::uint64_t percent = std::min(done, total_) * 100 / total_;
  if (percent == shown_ || (!stderr_is_terminal() && percent % 10 != 0))
    return;
  shown_ = percent;
  if (!stderr_is_terminal()) {
    fmt::print(stderr, "{} {} %\n", label_, percent);
    return;
  }
  std::uint64_t filled = percent * bar_width / 100;
  fmt::print(stderr, "\r{} [{}{}] {:3} %", label_, std::string(filled, '#'),
             std::string(bar_width - filled, '.'), percent);
  std::fflush(stderr);
}

void ProgressBar::finish() {
  if (stderr_is_terminal())
    fmt::print(stderr, "\r\033[K");
}

}  // namespace cscan
