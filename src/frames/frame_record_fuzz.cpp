// Any bytes as a block, unpacked and packed: no crash, and what is accepted is what the writer
// would have written.

#include "base/check.hpp"
#include "frames/frame_block.hpp"
#include "frames/frame_record.hpp"

namespace {

using namespace cscan;

/// Reads `block` as far as it can be read.
void check_block(std::string_view block) {
  std::string again;
  std::string_view left = block;
  if (auto head = take_block_head(left)) {
    append_block_head(again, *head);
    CHECK(block.starts_with(again));
  }
  std::size_t before = block.size() - left.size();
  while (auto record = take_record(left)) {
    again.clear();
    append_record(again, *record);
    CHECK(record->time.ms >= 0);
    CHECK(block.substr(before, again.size()) == again);
    before += again.size();
    CHECK(before == block.size() - left.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_block(bytes);
  if (bytes.empty())
    return 0;
  if (auto block = unpack_block(bytes)) {
    CHECK(block->packed_bytes <= size && block->text.size() <= frame_block_bytes_max);
    check_block(block->text);
  }
  (void)holds_later_block(bytes);
  return 0;
}
