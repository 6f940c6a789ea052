#pragma once
// Text for people: colours that switch off in a pipe, one line for errors, a progress bar.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cscan {

enum class ColorMode : std::uint8_t { automatic, always, never };

/// Decides once, from --color, NO_COLOR, and whether stdout is a terminal.
void set_color_mode(ColorMode mode);
[[nodiscard]] bool use_color();
[[nodiscard]] bool stdout_is_terminal();
[[nodiscard]] bool stderr_is_terminal();

enum class Color : std::uint8_t { plain, bold, dim, red, green, yellow };
/// `text` in a colour, or as it is where colours are off.
[[nodiscard]] std::string paint(Color color, std::string_view text);

/// "cscan: <message>" on stderr.
void print_error(const Error& error);
/// The same, and the exit code of such an error.
[[nodiscard]] int fail_with(const Error& error);

/// A bar on stderr: redrawn on a terminal, a line every tenth otherwise.
class ProgressBar {
 public:
  ProgressBar(std::string label, std::uint64_t total);
  void update(std::uint64_t done);
  /// Removes the bar from a terminal.
  void finish();

 private:
  std::string label_;
  std::uint64_t total_;
  std::uint64_t shown_ = UINT64_MAX;  ///< last percentage printed
};

}  // namespace cscan
