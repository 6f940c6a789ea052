#pragma once
// Writes the records of one exchange, one file after the other: a new one with every UTC hour and
// whenever one has grown to its bound.

#include <cstdint>
#include <filesystem>
#include <string>

#include "frames/frame_block.hpp"
#include "frames/frame_record.hpp"

namespace cscan {

struct FrameRecordingOptions {
  std::filesystem::path dir{};
  std::uint64_t file_bytes_max = 32'000'000;  ///< of one file; it may exceed this by a block
  std::uint64_t bytes_max = 20'000'000'000;   ///< of all files of one recording
  std::size_t block_bytes = 256 * 1'024;      ///< unpacked; a block of that size is written
  Duration block_time = seconds(2);           ///< as is one whose first record is that old
};

/// One thread. Once something failed (io; internal when zstd did), nothing further may be appended.
class FrameFileWriter {
 public:
  /// The options outlive it.
  FrameFileWriter(const FrameRecordingOptions& options, std::string exchange);
  FrameFileWriter(const FrameFileWriter&) = delete;
  ~FrameFileWriter();

  [[nodiscard]] Status append(const FrameRecord& record, FrameBlockPacker& packer);
  /// Writes what has waited for block_time by `now`.
  [[nodiscard]] Status step(Timestamp now, FrameBlockPacker& packer);
  /// Ends the current file in order and syncs it. The next append begins another.
  [[nodiscard]] Status finish(FrameBlockPacker& packer);

  /// Written to disk, over all its files.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  [[nodiscard]] bool belongs_to_next_file(Timestamp time) const;
  void begin_block(Timestamp time);
  [[nodiscard]] Status write_block(FrameBlockPacker& packer);
  [[nodiscard]] Status create_file();
  [[nodiscard]] Status write(std::string_view bytes);
  [[nodiscard]] std::unexpected<Error> failure(int error) const;

  const FrameRecordingOptions& options_;
  std::string exchange_;
  std::string block_{};  ///< records that are not written yet, under their head
  Timestamp block_start_{};
  bool in_file_ = false;  ///< a file has begun, though maybe not on disk
  Timestamp file_start_{};
  std::filesystem::path path_{};
  int descriptor_ = -1;         ///< of a file on disk
  std::uint64_t sequence_ = 0;  ///< of the next block in the file
  std::uint64_t file_bytes_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace cscan
