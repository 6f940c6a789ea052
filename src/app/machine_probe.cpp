#include "app/machine_probe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <fstream>
#include <limits>

#include "base/decimal.hpp"
#include "runtime/clock.hpp"
#include "store/data_lock.hpp"

namespace cscan {
namespace {

namespace fs = std::filesystem;

std::string last_cause() { return std::generic_category().message(errno); }

Result<std::size_t> count_own_settings(const ConfigOptions& config) {
  auto effective = load_settings(config);
  if (!effective)
    return fail(std::move(effective.error()));
  return effective->origin.size();
}

/// `path` or the nearest folder above it that is there.
fs::path nearest_existing(const fs::path& path) {
  std::error_code ignored;
  fs::path at = fs::absolute(path, ignored);
  while (!fs::exists(at, ignored) && at.has_relative_path())
    at = at.parent_path();
  return at;
}

/// The rights alone do not tell: file systems are read-only, full, or over a quota.
bool can_write_into(const fs::path& folder) {
  std::string name = (folder / ".doctor_XXXXXX").string();
  int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0)
    return false;
  bool written = ::write(descriptor, "\n", 1) == 1 && ::fsync(descriptor) == 0;
  int cause = errno;
  ::close(descriptor);
  ::unlink(name.c_str());
  errno = cause;
  return written;
}

std::optional<std::uint64_t> free_bytes(const fs::path& path) {
  std::error_code error;
  fs::space_info space = fs::space(nearest_existing(path), error);
  if (error)
    return std::nullopt;
  return space.available;
}

/// The number that a file of the kernel begins with; nullopt for "max" and where there is none.
std::optional<std::uint64_t> read_number(const char* path) {
  std::ifstream file(path);
  std::string word;
  if (!(file >> word))
    return std::nullopt;
  auto number = parse_integer(word);
  // Old control groups write "no limit" as the largest number of whole pages.
  if (!number || *number < 0 || *number > std::numeric_limits<std::int64_t>::max() / 2)
    return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

std::optional<std::uint64_t> available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  std::uint64_t value = 0;
  while (file >> key >> value && std::getline(file, unit))
    if (key == "MemAvailable:")
      return value * 1'024;
  return std::nullopt;
}

MemoryFacts look_at_memory() {
  MemoryFacts facts;
  facts.available = available_memory();
  facts.group_limit = read_number("/sys/fs/cgroup/memory.max");
  if (!facts.group_limit)
    facts.group_limit = read_number("/sys/fs/cgroup/memory/memory.limit_in_bytes");
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    facts.address_space = limit.rlim_cur;
  return facts;
}

Finding look_at_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return descriptor_finding(limit.rlim_cur, limit.rlim_max);
}

ClockSync look_at_clock() {
  timex state{};
  int result = ::adjtimex(&state);
  if (result < 0)
    return ClockSync::not_told;
  return result == TIME_ERROR || (state.status & STA_UNSYNC) != 0 ? ClockSync::not_synchronised
                                                                  : ClockSync::synchronised;
}

}  // namespace

std::error_code try_port(const std::string& address, int port) {
  using boost::asio::ip::tcp;
  boost::system::error_code error;
  auto ip = boost::asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
  if (error)
    return std::make_error_code(std::errc::invalid_argument);
  tcp::endpoint endpoint(ip, static_cast<std::uint16_t>(port));
  boost::asio::io_context io;
  tcp::acceptor acceptor(io);
  acceptor.open(endpoint.protocol(), error);
  // As the server does it: connections of an earlier run that still linger are no hindrance.
  if (!error)
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error)
    acceptor.bind(endpoint, error);
  if (!error)
    acceptor.listen(1, error);
  return error ? std::error_code(error.value(), std::generic_category()) : std::error_code();
}

FolderFacts look_at_folder(const fs::path& path) {
  FolderFacts facts{path.string(), FolderState::writable, {}};
  std::error_code error;
  fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) {
    if (!can_write_into(path))
      facts = {facts.path, FolderState::not_writable, last_cause()};
  } else if (fs::exists(status)) {
    facts.state = FolderState::not_a_folder;
  } else if (status.type() == fs::file_type::not_found) {
    facts.state = FolderState::absent;
    fs::path parent = nearest_existing(path);
    if (!fs::is_directory(parent, error))
      facts = {facts.path, FolderState::cannot_make, parent.string() + " is no folder"};
    else if (::access(parent.c_str(), W_OK | X_OK) != 0)
      facts = {facts.path, FolderState::cannot_make,
               fmt::format("{}: {}", parent.string(), last_cause())};
  } else {
    facts = {facts.path, FolderState::cannot_make, error.message()};
  }
  return facts;
}

Status try_lock(const fs::path& data_dir) {
  std::error_code ignored;
  // Nobody holds a lock that is not there, and making one would leave something behind.
  if (!fs::exists(data_dir / ".lock", ignored))
    return {};
  auto lock = DataLock::take(data_dir);
  if (!lock)
    return fail(std::move(lock.error()));
  return {};
}

Examination examine_machine(const MachineQuestions& questions) {
  Examination machine{"this machine", {}};
  auto& found = machine.findings;
  found.push_back(
      configuration_finding(questions.config.file, count_own_settings(questions.config)));
  found.push_back(
      port_finding(questions.bind, questions.port, try_port(questions.bind, questions.port)));
  FolderFacts folder = look_at_folder(questions.data_dir);
  found.push_back(data_folder_finding(folder));
  found.push_back(disk_space_finding(free_bytes(questions.data_dir)));
  if (folder.state == FolderState::writable || folder.state == FolderState::absent)
    found.push_back(data_lock_finding(try_lock(questions.data_dir)));
  found.push_back(memory_finding(look_at_memory()));
  found.push_back(look_at_descriptors());
  found.push_back(local_clock_finding(Clock().now(), look_at_clock()));
  return machine;
}

}  // namespace cscan
