#pragma once
// For tests: a folder of their own that goes with them.

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace cscan {

/// Empty path where none could be made.
class TempDir {
 public:
  TempDir() {
    // mkdtemp puts six characters of its own in the place of the last six.
    std::string pattern = std::filesystem::temp_directory_path() / "cscan_test_XXXXXX";
    if (::mkdtemp(pattern.data()) != nullptr)
      path_ = pattern;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace cscan
