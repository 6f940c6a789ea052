#pragma once
// Reads the records of one file of raw exchange traffic.

#include <memory>
#include <optional>
#include <string>

#include "frames/frame_file_name.hpp"
#include "frames/frame_record.hpp"

namespace cscan {

/// One thread. Holds the file, packed, and one block of it, unpacked.
class FrameFileReader {
 public:
  /// io when it cannot be read; corrupt when it is far too long for one.
  [[nodiscard]] static Result<std::unique_ptr<FrameFileReader>> open(const FrameFile& file);
  FrameFileReader(const FrameFileReader&) = delete;

  /// The next record, valid until the next call; nothing at the end. corrupt, with file and byte,
  /// when something whole follows what cannot be read, or when it is all there and is damaged:
  /// records would be missing in the middle. Nothing can be read afterwards.
  [[nodiscard]] Result<std::optional<FrameRecord>> next();

  /// At the end: where and how the file breaks off, as after a crash; empty when it was closed in
  /// order.
  [[nodiscard]] const std::string& torn() const { return torn_; }
  [[nodiscard]] const std::string& exchange() const { return file_.name.exchange; }
  /// Of the file, packed.
  [[nodiscard]] std::uint64_t bytes_read() const { return read_; }

 private:
  FrameFileReader(FrameFile file, std::string bytes);
  [[nodiscard]] Status take_block();
  [[nodiscard]] Status take_head();
  void break_off(std::string_view why);
  [[nodiscard]] std::unexpected<Error> corrupt(std::string_view why) const;
  [[nodiscard]] std::string place() const;

  FrameFile file_;
  std::string bytes_;
  std::size_t read_ = 0;         ///< of bytes_: in blocks that were taken
  std::size_t block_start_ = 0;  ///< in bytes_, of the current block
  std::string block_{};
  std::string_view left_{};  ///< of block_
  std::uint64_t sequence_ = 0;
  bool at_end_ = false;
  std::string torn_{};
};

}  // namespace cscan
