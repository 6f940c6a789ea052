#include "core/byte_codec.hpp"

#include <array>
#include <bit>
#include <cmath>

namespace cscan {
namespace {

/// Says that the eight bytes of the double follow; smaller tags are powers of ten.
constexpr std::uint8_t raw_double = 0xff;
constexpr std::array<double, 13> powers_of_ten = {1,   1e1, 1e2, 1e3,  1e4,  1e5, 1e6,
                                                  1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
/// Up to here every whole number is a double.
constexpr double whole_max = 9'007'199'254'740'992.0;  // 2^53
constexpr unsigned varint_bits = 7;

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

void ByteWriter::fixed32(std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i)
    byte(static_cast<std::uint8_t>(value >> (8 * i)));
}

void ByteWriter::fixed64(std::uint64_t value) {
  for (unsigned i = 0; i < 8; ++i)
    byte(static_cast<std::uint8_t>(value >> (8 * i)));
}

void ByteWriter::varint(std::uint64_t value) {
  for (; value >= 1U << varint_bits; value >>= varint_bits)
    byte(static_cast<std::uint8_t>(value | 0x80));
  byte(static_cast<std::uint8_t>(value));
}

void ByteWriter::zigzag(std::int64_t value) {
  auto bits = static_cast<std::uint64_t>(value);
  varint(bits << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

void ByteWriter::number(double value) {
  // The comparison is false for NaN.
  bool may_be_short = value >= 0 && value < whole_max && !std::signbit(value);
  for (std::size_t i = 0; may_be_short && i < powers_of_ten.size(); ++i) {
    double scaled = value * powers_of_ten[i];
    if (scaled >= whole_max)
      break;
    auto whole = static_cast<std::uint64_t>(scaled + 0.5);
    if (!same_bits(static_cast<double>(whole) / powers_of_ten[i], value))
      continue;
    byte(static_cast<std::uint8_t>(i));
    varint(whole);
    return;
  }
  byte(raw_double);
  fixed64(std::bit_cast<std::uint64_t>(value));
}

void ByteWriter::text(std::string_view value) {
  varint(value.size());
  out_ += value;
}

std::string_view ByteReader::take(std::size_t count) {
  if (failed_ || left_.size() < count) {
    failed_ = true;
    return {};
  }
  std::string_view taken = left_.substr(0, count);
  left_.remove_prefix(count);
  return taken;
}

std::uint64_t ByteReader::fixed(std::size_t count) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (char c : take(count)) {
    value |= std::uint64_t{static_cast<std::uint8_t>(c)} << shift;
    shift += 8;
  }
  return value;
}

std::uint8_t ByteReader::byte() { return static_cast<std::uint8_t>(fixed(1)); }
std::uint32_t ByteReader::fixed32() { return static_cast<std::uint32_t>(fixed(4)); }
std::uint64_t ByteReader::fixed64() { return fixed(8); }

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; !failed_; shift += varint_bits) {
    std::uint64_t part = byte();
    std::uint64_t bits = part & 0x7f;
    // The tenth byte holds the one bit that is left; a last byte of zero says nothing.
    bool too_long = shift == 63 && part > 1;
    bool padded = shift > 0 && part == 0;
    if (too_long || padded)
      failed_ = true;
    value |= bits << shift;
    if ((part & 0x80) == 0)
      break;
  }
  return failed_ ? 0 : value;
}

std::int64_t ByteReader::zigzag() {
  std::uint64_t bits = varint();
  return static_cast<std::int64_t>(bits >> 1 ^ ((bits & 1) != 0 ? UINT64_MAX : 0));
}

double ByteReader::number() {
  std::uint8_t tag = byte();
  if (tag == raw_double)
    return std::bit_cast<double>(fixed64());
  std::uint64_t whole = varint();
  if (tag >= powers_of_ten.size() || whole >= static_cast<std::uint64_t>(whole_max)) {
    failed_ = true;
    return 0;
  }
  return static_cast<double>(whole) / powers_of_ten[tag];
}

std::string ByteReader::text(std::size_t bytes_max) {
  std::uint64_t size = below(bytes_max + 1);
  return std::string(take(size));
}

std::uint64_t ByteReader::below(std::uint64_t end) {
  std::uint64_t value = varint();
  if (value >= end)
    failed_ = true;
  return failed_ ? 0 : value;
}

bool ByteReader::flag() {
  std::uint8_t value = byte();
  if (value > 1)
    failed_ = true;
  return !failed_ && value == 1;
}

}  // namespace cscan
