// Any bytes given to the decoder of inputs: no crash, no memory beyond a small multiple of the
// bytes, and what it accepts is written again as something that reads the same.

#include "base/check.hpp"
#include "core/input_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cscan;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string first, second;
  InputDecoder decoder, again;
  InputEncoder encoder, encoder_again;
  while (!bytes.empty()) {
    auto input = decoder.take(bytes);
    if (!input)
      break;
    encoder.append(*input, first);
  }
  // Bytes are compared, for a NaN equals nothing.
  for (std::string_view left = first; !left.empty();) {
    auto input = again.take(left);
    CHECK(input.has_value());
    encoder_again.append(*input, second);
  }
  CHECK(first == second);
  return 0;
}
