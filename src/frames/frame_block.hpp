#pragma once
// How blocks of records lie in a file: each a zstd frame of its own with a checksum of its content,
// one after the other, so that any zstd reads the whole file, a block is either sound or not there,
// and a file that breaks off has lost its last block and no more.

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cscan {

/// The longest block, unpacked. The largest record fits, with whatever waited before it.
inline constexpr std::size_t frame_block_bytes_max = 96 * 1024 * 1024;

/// Packs blocks; keeps its working memory, a megabyte or two. One thread.
class FrameBlockPacker {
 public:
  FrameBlockPacker();
  FrameBlockPacker(const FrameBlockPacker&) = delete;
  ~FrameBlockPacker();

  /// Valid until the next call. Precondition: at most frame_block_bytes_max. internal when zstd
  /// fails, as without memory.
  [[nodiscard]] Result<std::string_view> pack(std::string_view block);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::string packed_;
};

enum class BlockDefect : std::uint8_t {
  cut_off,  ///< more bytes would be needed: what a killed process leaves, or a damaged length
  damaged,  ///< all bytes are there, and they are not what was written
};

struct UnpackedBlock {
  std::string text{};
  std::size_t packed_bytes = 0;  ///< what it takes in the file
};

/// The block at the front of `bytes`, which are not empty.
[[nodiscard]] std::expected<UnpackedBlock, BlockDefect> unpack_block(std::string_view bytes);

/// Whether a whole block begins anywhere behind the first byte.
[[nodiscard]] bool holds_later_block(std::string_view bytes);

}  // namespace cscan
