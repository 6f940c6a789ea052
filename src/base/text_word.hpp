#pragma once
// Eight bytes of text at once, as a number: a handful of instructions where byte by byte would be
// a jump each, and a wrong guess wherever a length differs from the last one. The first byte is the
// lowest. What marks bytes does so with their high bit; the lowest mark is exact, those above it
// may be wrong.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cscan {

inline constexpr std::size_t text_word_bytes = 8;

/// The same byte in all eight places.
constexpr std::uint64_t repeated_byte(unsigned char byte) { return byte * 0x0101'0101'0101'0101U; }

/// Precondition: eight bytes can be read.
inline std::uint64_t load_text_word(const char* text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  if constexpr (std::endian::native == std::endian::big)
    word = std::byteswap(word);
  return word;
}

/// How many bytes stand before the first marked one.
constexpr std::size_t unmarked_bytes(std::uint64_t marks) {
  return static_cast<std::size_t>(std::countr_zero(marks & repeated_byte(0x80))) / 8;
}

/// Marks bytes that are not digits.
constexpr std::uint64_t mark_no_digits(std::uint64_t word) {
  std::uint64_t values = word ^ repeated_byte('0');
  return values | (values + repeated_byte(0x80 - 10));
}

/// Marks bytes that end a plain text in quotes, or make it another than it seems: quotes,
/// backslashes, control bytes and all beyond printable ASCII.
constexpr std::uint64_t mark_no_plain_text(std::uint64_t word) {
  auto mark_zeros = [](std::uint64_t w) { return (w - repeated_byte(1)) & ~w; };
  return word | (word - repeated_byte(' ')) | (word + repeated_byte(0x80 - 0x7f)) |
         mark_zeros(word ^ repeated_byte('"')) | mark_zeros(word ^ repeated_byte('\\'));
}

/// The number that the first `count` (1 to 8) bytes, all digits, are.
constexpr std::uint64_t digits_value(std::uint64_t word, std::size_t count) {
  // Zeros in front make them eight; then neighbours join: pairs, fours, all.
  std::uint64_t value = (word ^ repeated_byte('0')) << (8 * (text_word_bytes - count));
  value = (value * ((10U << 8) + 1) >> 8) & 0x00ff'00ff'00ff'00ffU;
  value = (value * ((100U << 16) + 1) >> 16) & 0x0000'ffff'0000'ffffU;
  return value * ((std::uint64_t{10'000} << 32) + 1) >> 32;
}

}  // namespace cscan
