// Any bytes given to the reader of blocks and headers: no crash, and what it accepts is what the
// writer would have written.

#include "base/check.hpp"
#include "core/input_log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cscan;
  std::string_view all(reinterpret_cast<const char*>(data), size), left = all;
  while (auto block = take_block(left)) {
    std::string again;
    append_block(again, *block);
    CHECK(all.substr(all.size() - left.size() - again.size(), again.size()) == again);
    CHECK(holds_block(all, block->sequence));
  }
  (void)holds_block(left, 1);  // in what is no block
  if (auto header = parse_header_payload(all))
    CHECK(header_payload(*header) == all);
  return 0;
}
