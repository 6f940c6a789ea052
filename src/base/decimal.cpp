#include "base/decimal.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/check.hpp"
#include "base/plain_decimal.hpp"

namespace cscan {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at]))
    ++at;
  return at;
}

/// Whether `text` is exactly -?digits[.digits][e[+-]digits].
bool is_decimal_form(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  std::size_t end = skip_digits(text, at);
  if (end == at)
    return false;
  if (end < text.size() && text[end] == '.') {
    at = end + 1;
    end = skip_digits(text, at);
    if (end == at)
      return false;
  }
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    at = end + 1;
    if (at < text.size() && (text[at] == '+' || text[at] == '-'))
      ++at;
    end = skip_digits(text, at);
    if (end == at)
      return false;
  }
  return end == text.size();
}

}  // namespace

Result<double> parse_decimal(std::string_view text) {
  double value = 0;
  if (!text.empty() && read_plain_decimal(text, value) == text.size())
    return value;
  if (text.size() <= 400 && is_decimal_form(text)) {
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    // An underflow to zero is a value; an overflow is not.
    if (end == text.data() + text.size() && ec == std::errc{} && std::isfinite(value))
      return value;
  }
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is not a finite decimal number", text.substr(0, 64)));
}

Result<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!text.empty() && ec == std::errc{} && end == text.data() + text.size())
    return value;
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is not a whole number", text.substr(0, 64)));
}

void append_decimal(std::string& out, double value) {
  CHECK(std::isfinite(value));
  char buffer[32];
  auto plain = std::to_chars(buffer, buffer + 24, value, std::chars_format::fixed);
  if (plain.ec != std::errc{})
    plain = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, plain.ptr);
}

std::string format_decimal(double value) {
  std::string out;
  append_decimal(out, value);
  return out;
}

}  // namespace cscan
