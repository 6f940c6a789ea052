#include "exchange/rest_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cscan {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_unreserved(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string_view find_header(const RestResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (std::ranges::equal(key, name, {}, lower, lower))
      return value;
  return {};
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (is_unreserved(c))
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < ' ')
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  out += '"';
}

std::string_view to_string(Verdict verdict) {
  constexpr std::array<std::string_view, 9> names = {
      "ok",          "rate_limited", "banned", "region_blocked", "forbidden",
      "maintenance", "refused",      "failed", "malformed"};
  return names[static_cast<std::size_t>(verdict)];
}

}  // namespace cscan
