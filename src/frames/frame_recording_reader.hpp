#pragma once
// Gives back everything that was recorded in a folder, of all exchanges together.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frames/frame_file_reader.hpp"

namespace cscan {

/// A record and whose it is. Views, valid until the next one is taken.
struct RecordedFrame {
  std::string_view exchange{};
  FrameRecord record{};
};

/// Reads the files of one folder, or one file, at once as far as their times overlap: records come
/// by time; of equal times, that of the file that began first. Within a file they come as they were
/// recorded. One thread; memory: the files that overlap, packed, and a block of each.
class FrameRecordingReader {
 public:
  /// `exchange`: only this one; empty: all. Errors as list_frame_files; not_found also when the
  /// exchange has no file.
  [[nodiscard]] static Result<std::unique_ptr<FrameRecordingReader>> open(
      const std::filesystem::path& path, std::string_view exchange = {});
  FrameRecordingReader(const FrameRecordingReader&) = delete;

  /// The next record; nothing at the end. Errors as FrameFileReader's; final.
  [[nodiscard]] Result<std::optional<RecordedFrame>> next();

  /// Files that break off, as after a crash, so far: where, and how.
  [[nodiscard]] const std::vector<std::string>& torn() const { return torn_; }
  [[nodiscard]] std::size_t files() const { return files_.size(); }
  [[nodiscard]] std::uint64_t bytes_total() const { return bytes_total_; }
  /// Of bytes_total(), for a progress bar.
  [[nodiscard]] std::uint64_t bytes_read() const;

 private:
  /// A file that is being read, and the record it offers.
  struct Source {
    std::unique_ptr<FrameFileReader> file;
    FrameRecord head;
  };

  explicit FrameRecordingReader(std::vector<FrameFile> files);
  [[nodiscard]] Status open_next_file();
  /// Offers the source's next record, or removes the source at its end.
  [[nodiscard]] Status advance(std::size_t source);
  [[nodiscard]] Status prepare();
  [[nodiscard]] std::size_t earliest() const;

  std::vector<FrameFile> files_;  ///< by start
  std::size_t opened_ = 0;
  std::vector<Source> sources_{};           ///< in the order of files_
  std::optional<std::size_t> delivered_{};  ///< the source whose head was given out
  std::vector<std::string> torn_{};
  std::uint64_t bytes_total_ = 0;
  std::uint64_t bytes_closed_ = 0;  ///< of files read to their end
  bool failed_ = false;
};

}  // namespace cscan
