#include "store/data_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace cscan {
namespace {

/// What the owner wrote into the lock file, or nothing readable.
std::string owner_of(int descriptor) {
  char buffer[32] = {};
  ssize_t size = ::pread(descriptor, buffer, sizeof buffer - 1, 0);
  std::string_view text(buffer, size > 0 ? static_cast<std::size_t>(size) : 0);
  std::string digits(text.substr(0, text.find_first_not_of("0123456789")));
  return digits.empty() ? "another process" : "process " + digits;
}

}  // namespace

Result<DataLock> DataLock::take(const std::filesystem::path& data_dir) {
  std::filesystem::path path = data_dir / ".lock";
  int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0)
    return fail(ErrorCode::io,
                fmt::format("{} cannot be written ({}): make it writable or choose another "
                            "--data-dir",
                            data_dir.string(), std::strerror(errno)));
  DataLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return fail(ErrorCode::conflict,
                  fmt::format("{} is in use by {}: stop it or choose another --data-dir",
                              data_dir.string(), owner_of(descriptor)));
    return fail(ErrorCode::io, fmt::format("{} cannot be locked ({}): choose a --data-dir on a "
                                           "local disk",
                                           path.string(), std::strerror(errno)));
  }
  std::string text = fmt::format("{}\n", ::getpid());
  // The lock is what counts. A full disk only costs the number in somebody else's message.
  if (::ftruncate(descriptor, 0) == 0)
    (void)!::pwrite(descriptor, text.data(), text.size(), 0);
  return lock;
}

DataLock::DataLock(DataLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DataLock& DataLock::operator=(DataLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DataLock::~DataLock() { release(); }

void DataLock::release() {
  if (descriptor_ >= 0)
    ::close(std::exchange(descriptor_, -1));
}

}  // namespace cscan
