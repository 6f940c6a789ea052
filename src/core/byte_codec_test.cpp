#include "core/byte_codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace cscan {
namespace {

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

/// Writes one value, reads it back and says how many bytes it took.
std::size_t round_trip(double value) {
  std::string bytes;
  ByteWriter(bytes).number(value);
  ByteReader reader(bytes);
  EXPECT_EQ(bits(reader.number()), bits(value)) << value;
  EXPECT_TRUE(reader.complete());
  return bytes.size();
}

TEST(ByteCodec, NumbersOfTheMarketAreShort) {
  // exponent, then 7 bits a byte: 6712345 needs four, 1 one.
  EXPECT_EQ(round_trip(67'123.45), 5U);
  EXPECT_EQ(round_trip(1), 2U);
  EXPECT_EQ(round_trip(0), 2U);
  EXPECT_EQ(round_trip(0.00001234), 3U);
  EXPECT_EQ(round_trip(0.1), 2U);
}

TEST(ByteCodec, EveryOtherDoubleIsEightBytesAndATag) {
  using Limits = std::numeric_limits<double>;
  for (double value : {-0.0, -1.5, 1.0 / 3, Limits::infinity(), -Limits::infinity(),
                       Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::signaling_NaN(),
                       Limits::max(), Limits::denorm_min(), Limits::epsilon(), 0.1 + 0.2})
    EXPECT_EQ(round_trip(value), 9U) << value;
}

TEST(ByteCodec, WholeNumbersUpToTheLastThatIsADouble) {
  constexpr double two_to_53 = 9'007'199'254'740'992.0;
  for (double value : {two_to_53 - 1, two_to_53, two_to_53 + 2, 1e15, 1e16, 1e22, 1e300})
    round_trip(value);
}

RC_GTEST_PROP(ByteCodec, AnyBitsOfADoubleComeBack, (std::uint64_t pattern)) {
  round_trip(std::bit_cast<double>(pattern));
}

RC_GTEST_PROP(ByteCodec, AnyPriceComesBackShort, ()) {
  auto ticks = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  auto decimals = *rc::gen::inRange(0, 9);
  double price = static_cast<double>(ticks) / std::pow(10.0, decimals);
  RC_ASSERT(round_trip(price) < 9U);
}

RC_GTEST_PROP(ByteCodec, AnyMixtureComesBack, (std::uint64_t a, std::int64_t b, std::string c)) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.varint(a);
  writer.zigzag(b);
  writer.text(c);
  writer.fixed64(a);
  writer.fixed32(static_cast<std::uint32_t>(a));
  writer.byte(1);
  ByteReader reader(bytes);
  RC_ASSERT(reader.varint() == a);
  RC_ASSERT(reader.zigzag() == b);
  RC_ASSERT(reader.text(c.size()) == c);
  RC_ASSERT(reader.fixed64() == a);
  RC_ASSERT(reader.fixed32() == static_cast<std::uint32_t>(a));
  RC_ASSERT(reader.flag());
  RC_ASSERT(reader.complete());
}

TEST(ByteCodec, KnownBytes) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.varint(300);
  writer.zigzag(-1);
  writer.zigzag(1);
  writer.fixed32(0x01020304);
  EXPECT_EQ(bytes, std::string("\xac\x02\x01\x02\x04\x03\x02\x01"));
  for (std::int64_t value : {INT64_MIN, INT64_MAX, std::int64_t{0}}) {
    std::string out;
    ByteWriter(out).zigzag(value);
    EXPECT_EQ(ByteReader(out).zigzag(), value);
  }
}

TEST(ByteCodec, ReadingBeyondTheEndFailsAndStaysFailed) {
  ByteReader reader("\x01");
  EXPECT_EQ(reader.fixed32(), 0U);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.byte(), 0U) << "the byte that is there must not be read after a failure";
  EXPECT_FALSE(reader.complete());
}

TEST(ByteCodec, RefusesWhatNoWriterWrites) {
  auto refuses = [](std::string_view bytes, auto read) {
    ByteReader reader(bytes);
    read(reader);
    return reader.failed();
  };
  auto varint = [](ByteReader& r) { r.varint(); };
  auto number = [](ByteReader& r) { (void)r.number(); };
  EXPECT_TRUE(refuses("\x80", varint)) << "unfinished";
  EXPECT_TRUE(refuses(std::string_view("\x80\x00", 2), varint)) << "padded";
  EXPECT_TRUE(refuses("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", varint)) << "65 bits";
  EXPECT_FALSE(refuses("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", varint)) << "64 bits";
  EXPECT_TRUE(refuses("\x0d\x01", number)) << "no such power of ten";
  EXPECT_TRUE(refuses("\xff\x01\x02", number)) << "half a double";
  EXPECT_TRUE(refuses(std::string_view("\x00\x80\x80\x80\x80\x80\x80\x80\x10", 9), number))
      << "2^53";
  EXPECT_TRUE(
      refuses("\x03"
              "ab",
              [](ByteReader& r) { (void)r.text(9); }))
      << "cut off";
  EXPECT_TRUE(
      refuses("\x03"
              "abc",
              [](ByteReader& r) { (void)r.text(2); }))
      << "too long";
  EXPECT_TRUE(refuses("\x05", [](ByteReader& r) { r.below(5); }));
  EXPECT_TRUE(refuses("\x02", [](ByteReader& r) { (void)r.flag(); }));
}

}  // namespace
}  // namespace cscan
