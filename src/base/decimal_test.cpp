// Numbers as text, strictly.

#include "base/decimal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "base/plain_decimal.hpp"

namespace cscan {
namespace {

TEST(Decimal, ReadsDecimals) {
  const std::pair<const char*, double> table[] = {
      {"0", 0.0},
      {"-0", -0.0},
      {"1", 1.0},
      {"0.1", 0.1},
      {"-12.50", -12.5},
      {"007", 7.0},
      {"1e3", 1000.0},
      {"1E-2", 0.01},
      {"2.5e+1", 25.0},
      {"67123.45", 67123.45},
      {"0000000000000000.1", 0.1},
      {"9007199254740991", 9007199254740991.0},
      {"9007199254740993", 9007199254740992.0},
      {"900719925474099.3", 900719925474099.3},
      {"0.00000001", 1e-8},
      {"1.7976931348623157e308", std::numeric_limits<double>::max()},
      {"4.9e-324", std::numeric_limits<double>::denorm_min()},
  };
  for (const auto& [text, value] : table) {
    auto parsed = parse_decimal(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(*parsed), std::bit_cast<std::uint64_t>(value)) << text;
  }
}

TEST(Decimal, RefusesEverythingElse) {
  for (const char* text :
       {"",      " ",        "-",     "+1",   " 1",    "1 ",     "1.5abc", "nan", "NaN", "-nan",
        "inf",   "Infinity", "-inf",  "0x10", "1e",    "1e+",    "e5",     ".5",  "5.",  "1..2",
        "1.2.3", "1,5",      "1_000", "--1",  "1e400", "-1e400", "1e5.5",  "1\n"}) {
    auto parsed = parse_decimal(text);
    EXPECT_FALSE(parsed) << text;
    EXPECT_TRUE(parsed || parsed.error().code == ErrorCode::invalid_argument) << text;
  }
  EXPECT_FALSE(parse_decimal(std::string_view("1\0", 2)));
}

TEST(Decimal, ReadsLongTextUpToABoundAndShortensWhatItQuotes) {
  EXPECT_EQ(parse_decimal("0." + std::string(300, '3')), 1.0 / 3);
  EXPECT_FALSE(parse_decimal(std::string(400, '9')));  // overflows
  auto too_long = parse_decimal("1." + std::string(10'000, '0'));
  ASSERT_FALSE(too_long);
  EXPECT_LT(too_long.error().message.size(), 200U);
}

TEST(Decimal, RunsOfDigitsOfAnyLengthReadAlike) {
  // Up to 16 digits, which a double holds, with a point anywhere, and what follows untouched.
  const std::string digits = "80706050403020101";
  for (std::size_t size = 1; size <= digits.size(); ++size)
    for (std::size_t point = 1; point <= size; ++point)
      for (std::string_view behind : {"", "\"", ",\"x\":\"1234567890"}) {
        std::string number = digits.substr(0, point);
        if (point < size)
          number += "." + digits.substr(point, size - point);
        std::string text = number + std::string(behind);
        double value = 0;
        EXPECT_EQ(read_plain_decimal(text, value), size == 17 ? 0 : number.size()) << text;
        if (size < 17) {
          EXPECT_EQ(value, std::strtod(number.c_str(), nullptr)) << text;
        }
      }
}

TEST(Decimal, ReadsWholeNumbersThatFit) {
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* text : {"", "-", "+1", "1.0", "1e3", "0x1", " 1", "1 ", "9223372036854775808"})
    EXPECT_FALSE(parse_integer(text)) << text;
}

TEST(Decimal, WritesPlainNotationWhereItIsShort) {
  const std::pair<double, const char*> table[] = {
      {0.1, "0.1"},     {67123.5, "67123.5"},       {0.0, "0"},
      {-2.0, "-2"},     {1e15, "1000000000000000"}, {1e-8, "0.00000001"},
      {1e-30, "1e-30"}, {1e300, "1e+300"},
  };
  for (const auto& [value, text] : table)
    EXPECT_EQ(format_decimal(value), text);
}

/// By the C library, which the program does not use for it.
RC_GTEST_PROP(Decimal, DigitsAndAPointReadAsTheCLibraryReadsThem, ()) {
  auto digits = [](std::size_t count) {
    return rc::gen::container<std::string>(count, rc::gen::inRange<char>('0', '9' + 1));
  };
  std::string text = *rc::gen::element("", "-");
  text += *digits(*rc::gen::inRange<std::size_t>(1, 20));
  if (auto places = *rc::gen::inRange<std::size_t>(0, 24); places > 0)
    text += "." + *digits(places);
  auto parsed = parse_decimal(text);
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(std::bit_cast<std::uint64_t>(*parsed) ==
            std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)));
}

RC_GTEST_PROP(Decimal, TextReadsBackAsTheSameBits, (std::uint64_t bits)) {
  auto value = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(value));
  auto parsed = parse_decimal(format_decimal(value));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(std::bit_cast<std::uint64_t>(*parsed) == bits);
}

TEST(Decimal, TheSmallestAndLargestNumbersReadBack) {
  using Limits = std::numeric_limits<double>;
  for (double value : {Limits::denorm_min(), -Limits::denorm_min(), Limits::min(), Limits::max(),
                       Limits::lowest(), Limits::epsilon(), 5e-324, 123456789012345678.0})
    EXPECT_EQ(parse_decimal(format_decimal(value)), value);
}

}  // namespace
}  // namespace cscan
