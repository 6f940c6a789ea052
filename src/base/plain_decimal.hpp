#pragma once
// What prices and quantities look like nearly always: digits, a point, digits, and few of them.
// Such a number is a whole one over a power of ten, both of which a double holds exactly, so that
// one division rounds it to the nearest double, as std::from_chars does.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text_word.hpp"

namespace cscan {

inline constexpr std::size_t plain_digits_max = 18;

inline constexpr std::array<std::uint64_t, plain_digits_max + 1> whole_powers_of_ten = [] {
  std::array<std::uint64_t, plain_digits_max + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i)
    powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// Passes the digits at `at` and takes them behind those of `number`. Returns how many they were;
/// with more than 19 in all the number may have overflowed.
inline std::size_t read_digits(const char*& at, const char* end, std::uint64_t& number) {
  const char* begin = at;
  while (static_cast<std::size_t>(end - at) >= text_word_bytes) {
    std::uint64_t word = load_text_word(at);
    std::size_t count = unmarked_bytes(mark_no_digits(word));
    if (count > 0)
      number = number * whole_powers_of_ten[count] + digits_value(word, count);
    at += count;
    if (count < text_word_bytes)
      return static_cast<std::size_t>(at - begin);
  }
  for (; at < end && *at >= '0' && *at <= '9'; ++at)
    number = number * 10 + static_cast<std::uint64_t>(*at - '0');
  return static_cast<std::size_t>(at - begin);
}

inline constexpr std::array<double, plain_digits_max + 1> powers_of_ten = [] {
  std::array<double, plain_digits_max + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i)
    powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// Reads -?digits[.digits] from the front of a text. Returns how many bytes it took; 0 when it does
/// not begin so, or has more digits than can be read in this way.
inline std::size_t read_plain_decimal(std::string_view text, double& out) {
  constexpr std::uint64_t exact_max = std::uint64_t{1} << 53;
  const char* at = text.data();
  const char* end = at + text.size();
  bool negative = at < end && *at == '-';
  at += negative;
  std::uint64_t mantissa = 0;
  std::size_t whole = read_digits(at, end, mantissa), places = 0;
  if (whole > 0 && at < end && *at == '.') {
    ++at;
    places = read_digits(at, end, mantissa);
    if (places == 0)
      return 0;
  }
  if (whole == 0 || whole + places > plain_digits_max || mantissa > exact_max)
    return 0;
  // (From a signed number the processor converts in one step.)
  double value = static_cast<double>(static_cast<std::int64_t>(mantissa)) / powers_of_ten[places];
  out = negative ? -value : value;
  return static_cast<std::size_t>(at - text.data());
}

}  // namespace cscan
