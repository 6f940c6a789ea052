#pragma once
// What `cscan doctor` thinks of the machine: pure functions of what machine_probe found out.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "app/finding.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace cscan {

/// The check whose failure is one of usage.
inline constexpr std::string_view configuration_check = "configuration";

/// `loaded`: how many settings differ from the defaults, or why none could be loaded. `file` may be
/// empty.
[[nodiscard]] Finding configuration_finding(std::string_view file,
                                            const Result<std::size_t>& loaded);

/// `cause`: what listening there came to. Port 0 is any free one.
[[nodiscard]] Finding port_finding(std::string_view address, int port, std::error_code cause);

enum class FolderState : std::uint8_t {
  writable,
  absent,        ///< and could be made
  cannot_make,   ///< its nearest existing parent cannot be written
  not_a_folder,  ///< something else has the name
  not_writable,
};
struct FolderFacts {
  std::string path{};
  FolderState state{};
  std::string cause{};  ///< the system's words where it refused
};
[[nodiscard]] Finding data_folder_finding(const FolderFacts& facts);

/// `free_bytes`: for us, where the folder is or would be; nullopt when the system does not say.
[[nodiscard]] Finding disk_space_finding(std::optional<std::uint64_t> free_bytes);

/// `taken`: what taking the folder's lock came to.
[[nodiscard]] Finding data_lock_finding(const Status& taken);

/// Bytes; nullopt where there is no such limit or it is not told.
struct MemoryFacts {
  std::optional<std::uint64_t> available{};      ///< without swapping
  std::optional<std::uint64_t> group_limit{};    ///< of the control group, as containers have
  std::optional<std::uint64_t> address_space{};  ///< RLIMIT_AS
};
[[nodiscard]] Finding memory_finding(const MemoryFacts& facts);

/// RLIMIT_NOFILE: what holds now, and how far it can be raised without privileges.
[[nodiscard]] Finding descriptor_finding(std::uint64_t soft, std::uint64_t hard);

enum class ClockSync : std::uint8_t { synchronised, not_synchronised, not_told };
/// Whether the clock can be right at all; how right it is, only the exchanges can say.
[[nodiscard]] Finding local_clock_finding(Timestamp now, ClockSync sync);

/// "1.5 GB", decimal units as disks are sold.
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

}  // namespace cscan
