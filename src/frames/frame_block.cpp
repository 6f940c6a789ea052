#include "frames/frame_block.hpp"

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <new>

namespace cscan {
namespace {

/// A gigabyte a second packs; more would cost the feed more than it saves on disk.
constexpr int level = 3;
/// What a zstd frame begins with.
constexpr std::string_view frame_magic = "\x28\xb5\x2f\xfd";

}  // namespace

struct FrameBlockPacker::Context {
  Context() : zstd(ZSTD_createCCtx()) {
    if (zstd == nullptr)
      throw std::bad_alloc();
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
  }
  Context(const Context&) = delete;
  ~Context() { ZSTD_freeCCtx(zstd); }
  ZSTD_CCtx* zstd;
};

FrameBlockPacker::FrameBlockPacker() : context_(std::make_unique<Context>()) {}
FrameBlockPacker::~FrameBlockPacker() = default;

Result<std::string_view> FrameBlockPacker::pack(std::string_view block) {
  packed_.resize(ZSTD_compressBound(block.size()));
  std::size_t size =
      ZSTD_compress2(context_->zstd, packed_.data(), packed_.size(), block.data(), block.size());
  if (ZSTD_isError(size) != 0)
    return fail(ErrorCode::internal, fmt::format("zstd: {}", ZSTD_getErrorName(size)));
  return std::string_view(packed_).substr(0, size);
}

std::expected<UnpackedBlock, BlockDefect> unpack_block(std::string_view bytes) {
  std::size_t size = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
  if (ZSTD_isError(size) != 0)
    return std::unexpected(ZSTD_getErrorCode(size) == ZSTD_error_srcSize_wrong
                               ? BlockDefect::cut_off
                               : BlockDefect::damaged);
  unsigned long long content = ZSTD_getFrameContentSize(bytes.data(), size);
  // The two values that say "unknown" and "error" are larger than any block.
  if (!bytes.starts_with(frame_magic) || content > frame_block_bytes_max)
    return std::unexpected(BlockDefect::damaged);
  UnpackedBlock block{std::string(content, '\0'), size};
  std::size_t unpacked = ZSTD_decompress(block.text.data(), block.text.size(), bytes.data(), size);
  if (ZSTD_isError(unpacked) != 0 || unpacked != content)
    return std::unexpected(BlockDefect::damaged);
  return block;
}

bool holds_later_block(std::string_view bytes) {
  for (std::size_t at = bytes.find(frame_magic, 1); at != std::string_view::npos;
       at = bytes.find(frame_magic, at + 1))
    if (unpack_block(bytes.substr(at)))
      return true;
  return false;
}

}  // namespace cscan
