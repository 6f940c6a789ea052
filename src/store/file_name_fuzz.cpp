// Any text as a stem, and any bytes as a market: names go out and come back unchanged.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "store/file_name.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cscan;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (Result<Instrument> parsed = parse_stem(text)) {
    std::optional<std::string> plain = plain_stem(*parsed);
    CHECK(plain == text || escaped_stem(*parsed) == text, "{}", text);
  }
  std::size_t cut = text.find('\n');
  std::string_view exchange = text.substr(0, cut);
  if (cut == std::string_view::npos || exchange.empty())
    return 0;
  Result<Instrument> instrument = parse_symbol(exchange, text.substr(cut + 1));
  if (!instrument)
    return 0;
  std::string stem = escaped_stem(*instrument);
  CHECK(stem.size() <= file_stem_bytes_max && stem.find_first_of("/\\. ") == std::string::npos);
  if (stem.find("%H") == std::string::npos)
    CHECK(parse_stem(stem) == *instrument, "{}", stem);
  return 0;
}
