#pragma once
// cscan replay of a recorded run; the other half of the command replays candles.

#include <functional>
#include <string>

namespace cscan {

struct InputLogCommand {
  std::string path;  ///< an input log (is_input_log)
  std::string signals_file;
  bool json = false;
};

/// Gives the exit code. Asks `interrupted` after each input.
[[nodiscard]] int replay_recorded_run(const InputLogCommand& command,
                                      const std::function<bool()>& interrupted);

}  // namespace cscan
