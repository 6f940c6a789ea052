#pragma once
// Reads the inputs of one recorded run, one after the other.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/input_codec.hpp"
#include "core/input_log.hpp"

namespace cscan {

/// How a recording ends.
enum class InputLogEnding : std::uint8_t {
  complete,  ///< in order, with the run or for the reason it gives
  torn,      ///< the last block breaks off or is damaged: the process was killed
  damaged,   ///< whole blocks follow the fault: inputs are missing in the middle
};

struct InputLogEnd {
  InputLogEnding ending = InputLogEnding::complete;
  std::string text;  ///< the recorder's reason, or what is wrong and where; may be empty
};

/// One thread. Holds one file in memory (64 MB and a little).
class InputLogReader {
 public:
  /// Errors as find_input_log; corrupt when the first file is no input log of this format.
  [[nodiscard]] static Result<std::unique_ptr<InputLogReader>> open(
      const std::filesystem::path& path);
  InputLogReader(const InputLogReader&) = delete;
  InputLogReader& operator=(const InputLogReader&) = delete;

  /// The next input; nothing at the end, and then end() says how that came.
  [[nodiscard]] std::optional<Input> next();

  [[nodiscard]] const InputLogHeader& header() const { return header_; }
  [[nodiscard]] const InputLogEnd& end() const { return end_; }
  [[nodiscard]] std::size_t files() const { return files_.size(); }
  [[nodiscard]] std::uint64_t bytes_total() const { return bytes_total_; }
  /// Of bytes_total(), for a progress bar.
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_opened_ - left_.size(); }

 private:
  explicit InputLogReader(std::vector<std::filesystem::path> files);
  [[nodiscard]] Status open_next_file();
  [[nodiscard]] Status take_header();
  /// The block must be the next one of the recording.
  [[nodiscard]] Status take_place(const InputLogBlock& block);
  /// On a fault left_ stays at the block at fault.
  [[nodiscard]] Status take_records();
  [[nodiscard]] bool find_records();
  /// Whether nothing whole stands from left_ on, as when the process was killed there.
  [[nodiscard]] bool is_torn() const;
  void stop_at_fault(const Error& fault);

  std::vector<std::filesystem::path> files_;
  std::uint64_t bytes_total_ = 0;
  InputLogHeader header_;  ///< of the newest file opened
  InputLogEnd end_;
  bool at_end_ = false;
  std::size_t opened_ = 0;          ///< files opened so far
  std::uint64_t bytes_opened_ = 0;  ///< their bytes
  std::string bytes_;               ///< of the newest of them
  std::string_view left_;           ///< of these, what was not read yet
  std::uint64_t sequence_ = 0;      ///< of the block that must come next
  std::string_view records_;        ///< of the current block, what was not read yet
  InputDecoder decoder_;
};

}  // namespace cscan
