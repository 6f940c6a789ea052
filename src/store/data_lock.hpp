#pragma once
// One process at a time owns a data directory. The lock is flock on <data_dir>/.lock, which the
// kernel releases however the process dies; the file holds the owner's process id for people.

#include <filesystem>

#include "base/result.hpp"

namespace cscan {

class DataLock {
 public:
  /// Does not wait. conflict: another process has it; io: the directory cannot be written.
  [[nodiscard]] static Result<DataLock> take(const std::filesystem::path& data_dir);
  DataLock(DataLock&& other) noexcept;
  DataLock& operator=(DataLock&& other) noexcept;
  ~DataLock();

  /// Lets go early; the directory may be taken by somebody else at once.
  void release();

 private:
  explicit DataLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace cscan
