#include "base/decimal.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/check.hpp"

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

constexpr std::size_t plain_digits_max = 18;
constexpr std::uint64_t exact_mantissa_max = std::uint64_t{1} << 53;

constexpr std::array<double, plain_digits_max + 1> powers_of_ten = [] {
  std::array<double, plain_digits_max + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i)
    powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// What prices and quantities look like: -?digits[.digits], few of them. Such a number is a whole
/// one over a power of ten, both of which a double holds exactly, so that the one division rounds
/// to the nearest, as from_chars does. nullopt: it takes from_chars to tell.
std::optional<double> parse_plain(std::string_view text) {
  bool negative = text.starts_with('-');
  text.remove_prefix(negative ? 1 : 0);
  if (text.empty() || text.size() > plain_digits_max)
    return std::nullopt;
  std::uint64_t mantissa = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i]))
      mantissa = mantissa * 10 + static_cast<std::uint64_t>(text[i] - '0');
    else if (text[i] == '.' && point == text.size())
      point = i;
    else
      return std::nullopt;
  }
  if (point == 0 || point + 1 == text.size() || mantissa > exact_mantissa_max)
    return std::nullopt;
  std::size_t places = point == text.size() ? 0 : text.size() - point - 1;
  double value = static_cast<double>(mantissa) / powers_of_ten[places];
  return negative ? -value : value;
}

}  // namespace

Result<double> parse_decimal(std::string_view text) {
  if (auto plain = parse_plain(text))
    return *plain;
  double value = 0;
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
