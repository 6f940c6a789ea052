// What decodes must encode back to text that decodes to the same, and never hold a NUL.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "net/percent_encoding.hpp"

namespace {

std::string encode(std::string_view text) {
  std::string out;
  for (const char c : text)
    fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto decoded = cscan::percent_decode(text)) {
    CHECK(!decoded->contains('\0'));
    CHECK(decoded->size() <= text.size());
    CHECK(cscan::percent_decode(encode(*decoded)) == *decoded);
  }
  if (const auto parameters = cscan::parse_query(text)) {
    std::string target = "/?";
    for (const auto& [name, value] : *parameters)
      target += encode(name) + "=" + encode(value) + "&";
    const auto again = cscan::parse_query(target);
    CHECK(again.has_value() && *again == *parameters, "{}", target);
  }
  return 0;
}
