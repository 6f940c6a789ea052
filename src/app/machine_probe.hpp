#pragma once
// Asks the operating system what machine_checks judges.

#include <filesystem>
#include <string>
#include <system_error>

#include "app/machine_checks.hpp"
#include "app/options.hpp"

namespace cscan {

/// As `cscan serve` takes them.
struct MachineQuestions {
  ConfigOptions config{};
  std::string bind = "127.0.0.1";
  int port = 5001;
  std::filesystem::path data_dir{};
};

/// Changes nothing that lasts: a port is listened on for a moment, a file written into the data
/// folder and removed, the folder's lock taken and let go. Makes no folder.
[[nodiscard]] Examination examine_machine(const MachineQuestions& questions);

/// The parts of it that tests play with.
[[nodiscard]] std::error_code try_port(const std::string& address, int port);
[[nodiscard]] FolderFacts look_at_folder(const std::filesystem::path& path);
/// Takes the lock of a folder that has been used before, and lets it go.
[[nodiscard]] Status try_lock(const std::filesystem::path& data_dir);

}  // namespace cscan
