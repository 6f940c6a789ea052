#pragma once
// For tests: a disk that refuses. It is made by a limit on the size of files, which the kernel
// enforces for this process alone and which can be taken back.

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

namespace cscan::testing {

/// While it lives, no file of this process can grow.
class FullDisk {
 public:
  FullDisk() {
    std::signal(SIGXFSZ, SIG_IGN);  // so that write() fails instead
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit full = before_;
    full.rlim_cur = 0;
    ::setrlimit(RLIMIT_FSIZE, &full);
  }
  FullDisk(const FullDisk&) = delete;
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

/// Whether the limit works here (it may not for every file system or sandbox).
inline bool disk_can_be_full(const std::filesystem::path& dir) {
  std::FILE* file = std::fopen((dir / "probe").c_str(), "wb");
  if (file == nullptr)
    return false;
  bool refused = false;
  {
    const FullDisk full;
    refused = std::fputs("x", file) < 0 || std::fflush(file) != 0;
  }
  std::fclose(file);
  return refused;
}

}  // namespace cscan::testing
