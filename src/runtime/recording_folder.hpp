#pragma once
// The folder of recordings (--record DIR): one folder per run, named by when the run started, with
// the run's numbered input log files in it. Runs are removed whole, the oldest first: a run whose
// first file is gone cannot be replayed.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace cscan {

/// "20260105T000000Z_ab12cd34ef56": sorts by time.
[[nodiscard]] std::string recorded_run_name(Timestamp started_at, std::string_view run_id);

/// Makes the folder where there is none. io when it cannot be made or written.
[[nodiscard]] Status prepare_recording_folder(const std::filesystem::path& dir);

/// A run of its own in `dir`, taken by this process until it is destroyed: nobody removes a folder
/// that is taken.
class RunFolder {
 public:
  /// io when it cannot be made; conflict when it is there already.
  [[nodiscard]] static Result<RunFolder> create(const std::filesystem::path& path);
  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&& other) noexcept;
  ~RunFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  RunFolder(std::filesystem::path path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Removes the oldest runs of `dir` until those left take at most `bytes_max`, and gives the names
/// of what was removed. Runs that a process has taken, and files that are no input log, stay.
std::vector<std::string> remove_oldest_runs(const std::filesystem::path& dir,
                                            std::uint64_t bytes_max);

}  // namespace cscan
