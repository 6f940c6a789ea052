#pragma once
// For the tests of this room: recorded runs, written with core's codec and nothing else.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/temp_dir.hpp"
#include "core/input_codec.hpp"
#include "core/input_log.hpp"

namespace cscan::testing {

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
