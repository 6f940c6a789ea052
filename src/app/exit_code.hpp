#pragma once
// What the program's exit codes mean; --help prints the same.

#include "base/result.hpp"

namespace cscan {

enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,         ///< something nobody planned for
  exit_usage = 2,          ///< options or configuration
  exit_resource = 3,       ///< port taken, data directory locked or not writable, disk full, no
                           ///< way to an exchange
  exit_bad_data = 4,       ///< recorded or stored data is corrupt or missing
  exit_interrupted = 130,  ///< Ctrl-C before the work was done
};

[[nodiscard]] constexpr ExitCode exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::unsupported: return exit_usage;
    case ErrorCode::conflict:
    case ErrorCode::io:
    case ErrorCode::unavailable: return exit_resource;
    case ErrorCode::corrupt:
    case ErrorCode::not_found: return exit_bad_data;
    case ErrorCode::internal: return exit_failed;
  }
  return exit_failed;
}

}  // namespace cscan
