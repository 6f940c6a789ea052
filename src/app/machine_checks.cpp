#include "app/machine_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/limits.hpp"

namespace cscan {
namespace {

constexpr std::uint64_t megabyte = 1'000'000;
constexpr std::uint64_t gigabyte = 1'000 * megabyte;

/// A day of ten markets is some ten megabytes; DuckDB needs room to rewrite what it merges.
constexpr std::uint64_t disk_warning = gigabyte;
constexpr std::uint64_t disk_failure = 100 * megabyte;
/// The database may use a gigabyte before it spills to disk; a few markets need far less.
constexpr std::uint64_t memory_warning = gigabyte;
constexpr std::uint64_t memory_failure = 128 * megabyte;
/// Libraries, stacks and the allocator's arenas reserve much more than they use.
constexpr std::uint64_t address_space_warning = 4 * gigabyte;
/// All connections the API takes, as many again for exchanges, database and files.
constexpr std::uint64_t descriptors_warning = 2 * limits::http_connections_max;
constexpr std::uint64_t descriptors_failure = 256;
/// No version of this program was there before; a clock that says so was never set.
constexpr Timestamp clock_min{1'767'225'600'000};  // 2026-01-01
constexpr Timestamp clock_max{4'102'444'800'000};  // 2100-01-01

std::optional<std::uint64_t> least(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
  return a && b ? std::min(*a, *b) : a ? a : b;
}

}  // namespace

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < units.size(); ++unit)
    value /= 1'000;
  return fmt::format("{:.{}f} {}", value, unit > 0 && value < 99.95 ? 1 : 0, units[unit]);
}

Finding configuration_finding(std::string_view file, const Result<std::size_t>& loaded) {
  std::string name(configuration_check);
  std::string source = file.empty() ? "no file" : std::string(file);
  if (loaded)
    return fine(
        name, *loaded == 0
                  ? fmt::format("{}: the defaults", source)
                  : fmt::format("{}: valid, {} of its own", source,
                                *loaded == 1 ? "1 setting" : fmt::format("{} settings", *loaded)));
  return failure(name, loaded.error().message,
                 "correct it; cscan config show lists every setting with its range");
}

Finding port_finding(std::string_view address, int port, std::error_code cause) {
  const std::string name = "API port";
  std::string place = fmt::format("{} port {}", address, port);
  if (!cause)
    return fine(name, port == 0 ? fmt::format("{}: any free one", address) : place + " is free");
  if (cause == std::errc::address_in_use)
    return failure(name, place + " is in use",
                   fmt::format("stop the program that has it ('ss -ltnp sport = :{}' names it; it "
                               "may be another cscan serve) or choose another --port",
                               port));
  if (cause == std::errc::address_not_available)
    return failure(name, fmt::format("{} is no address of this machine", address),
                   "choose another --bind, such as 127.0.0.1");
  if (cause == std::errc::invalid_argument)
    return failure(name, fmt::format("{} is no IP address", address),
                   "give --bind an IP address, such as 127.0.0.1");
  if (cause == std::errc::permission_denied)
    return failure(name, place + " may not be used", "choose a --port above 1023");
  return failure(name, fmt::format("{}: {}", place, cause.message()),
                 "choose another --port or --bind");
}

Finding data_folder_finding(const FolderFacts& facts) {
  const std::string name = "data folder";
  const std::string& path = facts.path;
  switch (facts.state) {
    case FolderState::writable: return fine(name, path + " can be written");
    case FolderState::absent: return fine(name, path + " is not there yet and can be made");
    case FolderState::cannot_make:
      return failure(name, fmt::format("{} cannot be made: {}", path, facts.cause),
                     "make it for this user, or choose another --data-dir");
    case FolderState::not_a_folder:
      return failure(name, path + " is no folder", "choose another --data-dir");
    case FolderState::not_writable: break;
  }
  return failure(name, fmt::format("{} cannot be written: {}", path, facts.cause),
                 "give this user the right to write there, or choose another --data-dir");
}

Finding disk_space_finding(std::optional<std::uint64_t> free_bytes) {
  const std::string name = "disk space";
  if (!free_bytes)
    return warning(name, "the system does not say how much is free",
                   "see to it yourself that there is a gigabyte");
  std::string words = format_bytes(*free_bytes) + " free";
  if (*free_bytes >= disk_warning)
    return fine(name, words);
  std::string fix = fmt::format("free some, or choose a --data-dir on another disk: {} are few",
                                format_bytes(disk_warning));
  return *free_bytes >= disk_failure ? warning(name, words, fix) : failure(name, words, fix);
}

Finding data_lock_finding(const Status& taken) {
  const std::string name = "data lock";
  if (taken)
    return fine(name, "no other process uses the folder");
  std::string_view message = taken.error().message;
  if (taken.error().code == ErrorCode::conflict)
    return failure(name, std::string(message.substr(0, message.find(": "))),
                   "stop that process (it may be another cscan) or choose another --data-dir");
  return failure(name, std::string(message), "choose a --data-dir on a local disk");
}

Finding memory_finding(const MemoryFacts& facts) {
  const std::string name = "memory";
  auto usable = least(facts.available, facts.group_limit);
  if (!usable)
    return fine(name, "the system does not say how much is available");
  std::string words = format_bytes(*usable) + " available";
  if (facts.group_limit && *usable == *facts.group_limit)
    words += " within the control group's limit";
  std::string fix = "stop other programs, raise the container's limit, or watch fewer markets";
  if (*usable < memory_failure)
    return failure(name, words, fix);
  if (*usable < memory_warning)
    return warning(name, words, fix);
  if (facts.address_space && *facts.address_space < address_space_warning)
    return warning(name,
                   fmt::format("{}, but an address space of only {}", words,
                               format_bytes(*facts.address_space)),
                   "lift the limit: ulimit -v unlimited");
  return fine(name, words);
}

Finding descriptor_finding(std::uint64_t soft, std::uint64_t hard) {
  const std::string name = "open files";
  std::string words = fmt::format("{} allowed", soft);
  if (soft >= descriptors_warning)
    return fine(name, words);
  std::string fix = fmt::format(
      "allow {}: ulimit -n, LimitNOFILE= of a systemd unit, or --ulimit nofile= of a container",
      descriptors_warning);
  if (hard > soft)
    words += fmt::format(" (up to {} could be)", hard);
  return soft >= descriptors_failure ? warning(name, words, fix) : failure(name, words, fix);
}

Finding local_clock_finding(Timestamp now, ClockSync sync) {
  const std::string name = "local clock";
  const std::string fix =
      "run a time service: timedatectl set-ntp true, or chrony; in a container or a virtual "
      "machine, on its host";
  std::string words = format_rfc3339(now);
  if (now < clock_min || now > clock_max)
    return failure(name, words + " cannot be", fix);
  switch (sync) {
    case ClockSync::synchronised: return fine(name, words + ", kept by a time service");
    case ClockSync::not_told: return fine(name, words);
    case ClockSync::not_synchronised: break;
  }
  return warning(name, words + ", and the system knows of no time service that keeps it", fix);
}

}  // namespace cscan
