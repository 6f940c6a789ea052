#pragma once
// For the tests of this room: recorded runs, written with core's codec and nothing else.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/input_codec.hpp"
#include "core/input_log.hpp"

namespace cscan::testing {

/// A folder for recorded runs that goes with the test.
class LogDir {
 public:
  LogDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cscan_log_XXXXXX").string();
    const char* made = ::mkdtemp(pattern.data());
    path_ = made != nullptr ? made : "";
  }
  LogDir(const LogDir&) = delete;
  ~LogDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The files of one run as bytes. Each block holds one chunk of inputs.
class LogBytes {
 public:
  LogBytes() { next_file(); }

  void next_file() {
    header.file_number = files.size() + 1;
    files.emplace_back(input_log_magic);
    block(InputLogBlockKind::header, header_payload(header));
  }
  void inputs(const std::vector<Input>& chunk) {
    std::string records;
    InputEncoder encoder;
    for (const Input& input : chunk)
      encoder.append(input, records);
    block(InputLogBlockKind::inputs, records);
  }
  void end(const std::string& reason = "") { block(InputLogBlockKind::end, reason); }
  void block(InputLogBlockKind kind, std::string_view payload) {
    append_block(files.back(), {kind, sequence++, payload});
  }

  void write(const std::filesystem::path& folder) const {
    std::filesystem::create_directories(folder);
    for (std::size_t i = 0; i < files.size(); ++i)
      std::ofstream(folder / input_log_file_name(i + 1), std::ios::binary) << files[i];
  }

  InputLogHeader header{"1.0", "build", "run", "synthetic", Timestamp{}, 1};
  std::vector<std::string> files;
  std::uint64_t sequence = 0;
};

}  // namespace cscan::testing
