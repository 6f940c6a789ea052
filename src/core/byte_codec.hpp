#pragma once
// Plain values as bytes and back, for the input log. Little-endian; small numbers are short. The
// reader believes nothing: every read is checked against what is left, and after the first failure
// it gives zeros and says so.

#include <cstdint>
#include <string>
#include <string_view>

namespace cscan {

/// Appends to a string that outlives it.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void fixed32(std::uint32_t value);
  void fixed64(std::uint64_t value);
  /// Seven bits a byte, the lowest first; the high bit says that more follow.
  void varint(std::uint64_t value);
  /// A signed number near zero is short on either side of it (zigzag: 0, -1, 1, -2, …).
  void zigzag(std::int64_t value);
  /// Any double, bit for bit. One that is a whole number divided by a power of ten, as prices are,
  /// takes few bytes: the exponent and the whole number. Dividing rounds once and correctly, so
  /// that the reader gets the same double everywhere; the writer has tried it.
  void number(double value);
  /// Length, then the bytes.
  void text(std::string_view value);

 private:
  std::string& out_;
};

/// Reads from bytes that outlive it.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  std::uint8_t byte();
  std::uint32_t fixed32();
  std::uint64_t fixed64();
  std::uint64_t varint();
  std::int64_t zigzag();
  double number();
  /// At most `bytes_max` bytes, or it is a failure.
  std::string text(std::size_t bytes_max);
  /// A varint that must be less than `end`.
  std::uint64_t below(std::uint64_t end);
  /// A byte that must be 0 or 1.
  bool flag();

  [[nodiscard]] bool failed() const { return failed_; }
  /// Bytes not read yet.
  [[nodiscard]] std::string_view left() const { return left_; }
  /// Everything was read and nothing failed.
  [[nodiscard]] bool complete() const { return !failed_ && left_.empty(); }

 private:
  /// The next `count` bytes, or nothing and a failure.
  std::string_view take(std::size_t count);
  std::uint64_t fixed(std::size_t count);

  std::string_view left_;
  bool failed_ = false;
};

}  // namespace cscan
