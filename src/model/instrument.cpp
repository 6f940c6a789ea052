#include "model/instrument.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cscan {
namespace {

bool is_part(std::string_view part) {
  return !part.empty() && part.size() <= 40 && std::ranges::none_of(part, [](unsigned char c) {
    return c <= ' ' || c == 0x7f || c == '/' || c == ':' || c == '\\' || c == '"';
  });
}

}  // namespace

std::string Instrument::symbol() const {
  std::string text = base + "/" + quote;
  if (!settle.empty())
    text += ":" + settle;
  return text;
}

Result<Instrument> parse_symbol(std::string_view exchange, std::string_view symbol) {
  std::size_t slash = symbol.find('/');
  std::size_t colon = symbol.find(':');
  if (slash != std::string_view::npos && (colon == std::string_view::npos || colon > slash)) {
    std::string_view base = symbol.substr(0, slash);
    bool has_settle = colon != std::string_view::npos;
    std::string_view quote =
        symbol.substr(slash + 1, has_settle ? colon - slash - 1 : std::string_view::npos);
    std::string_view settle = has_settle ? symbol.substr(colon + 1) : std::string_view{};
    if (is_part(base) && is_part(quote) && (!has_settle || is_part(settle)))
      return Instrument{std::string(exchange), std::string(base), std::string(quote),
                        std::string(settle)};
  }
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is not a symbol: use BASE/QUOTE such as BTC/USDT, or "
                          "BASE/QUOTE:SETTLE for a swap",
                          symbol.substr(0, 64)));
}

}  // namespace cscan
