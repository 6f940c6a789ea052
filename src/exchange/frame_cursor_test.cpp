// The short way through a frame: what each step takes, and where it gives up.

#include "exchange/frame_cursor.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace cscan {
namespace {

TEST(FrameCursor, TakesWhatItExpectsAndNothingElse) {
  FrameCursor at(R"({"a":12,"b":"x y","c":"1.50","d":true,"e":-7})");
  std::int64_t a = 0;
  std::string_view b;
  double c = 0;
  bool d = false;
  EXPECT_TRUE(at.literal(R"({"a":)"));
  EXPECT_TRUE(at.whole(a));
  EXPECT_TRUE(at.literal(R"(,"b":")"));
  EXPECT_TRUE(at.text(b));
  EXPECT_TRUE(at.literal(R"(,"c":")"));
  EXPECT_TRUE(at.decimal(c));
  EXPECT_TRUE(at.literal(R"(,"d":)"));
  EXPECT_TRUE(at.flag(d));
  EXPECT_TRUE(at.literal(R"(,"e":)"));
  EXPECT_TRUE(at.skip_number());
  EXPECT_FALSE(at.is_at_end());
  EXPECT_TRUE(at.literal("}"));
  EXPECT_TRUE(at.is_at_end());
  EXPECT_EQ(a, 12);
  EXPECT_EQ(b, "x y");
  EXPECT_EQ(c, 1.5);
  EXPECT_TRUE(d);
}

TEST(FrameCursor, ALiteralOfAnyLengthIsComparedToItsLastByte) {
  EXPECT_TRUE(FrameCursor("a").literal("a"));
  EXPECT_FALSE(FrameCursor("b").literal("a"));
  EXPECT_FALSE(FrameCursor("").literal("a"));
  EXPECT_FALSE(FrameCursor("ab").literal("abc"));
  std::string text = "0123456789abcdefghijk";
  EXPECT_TRUE(FrameCursor(text).literal("0123456789abcdefghijk"));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string bent = text;
    bent[i] = '!';
    EXPECT_FALSE(FrameCursor(bent).literal("0123456789abcdefghijk")) << i;
    EXPECT_EQ(FrameCursor(bent).literal("0123456"), i > 6) << i;
    EXPECT_EQ(FrameCursor(bent).literal("012"), i > 2) << i;
  }
}

TEST(FrameCursor, GivesUpWhereAQuestionRemains) {
  std::string_view text;
  for (const char* frame : {"", "abc", "a\\u0041\"", "a\\\"b\"", "\xc3\x89\"", "a\tb\"", "a\x01\""})
    EXPECT_FALSE(FrameCursor(frame).text(text)) << frame;
  EXPECT_TRUE(FrameCursor(std::string(63, 'a') + '"').text(text));
  EXPECT_FALSE(FrameCursor(std::string(65, 'a') + '"').text(text));
  std::int64_t number = 0;
  for (const char* frame :
       {"", "-1", "+1", "x", "9223372036854775808", "12345678901234567890", "00000000000000000001"})
    EXPECT_FALSE(FrameCursor(frame).whole(number)) << frame;
  EXPECT_TRUE(FrameCursor("9223372036854775807").whole(number));
  EXPECT_EQ(number, std::numeric_limits<std::int64_t>::max());
  bool flag = false;
  EXPECT_FALSE(FrameCursor("tru").flag(flag));
  EXPECT_FALSE(FrameCursor("True").flag(flag));
}

TEST(FrameCursor, ATextOfAnyLengthEndsAtItsQuote) {
  std::string_view text;
  for (std::size_t size = 0; size <= 40; ++size) {
    std::string plain(size, 'a'), frame = plain + "\",\"";
    EXPECT_TRUE(FrameCursor(frame).text(text));
    EXPECT_EQ(text, plain);
    EXPECT_FALSE(FrameCursor(plain).text(text));  // nothing ends it
    for (std::size_t at = 0; at < size; ++at)
      for (char with : {'\\', '\n', '\x7f', '\x80', '\xff'}) {
        std::string bent = frame;
        bent[at] = with;
        EXPECT_FALSE(FrameCursor(bent).text(text)) << size << ' ' << at;
      }
  }
}

TEST(FrameCursor, NumbersWithoutQuotesEndAtACommaOrBracket) {
  const std::pair<const char*, double> table[] = {{"0,", 0},
                                                  {"4433.86,", 4433.86},
                                                  {"-160.5]", -160.5},
                                                  {"2.0E-4}", 0.0002},
                                                  {"9007199254740993,", 9007199254740992.0}};
  double value = 0;
  for (const auto& [frame, expected] : table) {
    EXPECT_TRUE(FrameCursor(frame).number(value)) << frame;
    EXPECT_EQ(value, expected);
    EXPECT_TRUE(FrameCursor(frame).skip_number()) << frame;
  }
  for (const char* frame :
       {"", ",", "1", "1.", "1 ,", "1x,", "1.,", ".5,", "1e999,", "--1,", "1\"", "\"1\",", "null,"})
    EXPECT_FALSE(FrameCursor(frame).number(value)) << frame;
  for (const char* frame : {"", ",", "1", "1 ,", "1x,", "\"1\",", "null,", "true}"})
    EXPECT_FALSE(FrameCursor(frame).skip_number()) << frame;
}

TEST(FrameCursor, TimesAreThoseToBeBelieved) {
  constexpr Timestamp received{1'760'000'000'000};
  Timestamp time;
  EXPECT_TRUE(FrameCursor("1760000000123").time(time, TimeUnit::ms, received));
  EXPECT_EQ(time, Timestamp{1'760'000'000'123});
  EXPECT_TRUE(FrameCursor("1760000000123456789").time(time, TimeUnit::ns, received));
  EXPECT_EQ(time, Timestamp{1'760'000'000'123});
  for (const char* frame : {"", "1760000000", "1760000000123456", "1790000000000", "0"})
    EXPECT_FALSE(FrameCursor(frame).time(time, TimeUnit::ms, received)) << frame;
}

TEST(FrameCursor, DecimalsAreThoseOfTheStrictReader) {
  const std::pair<const char*, double> table[] = {
      {"0.00012\"", 0.00012},
      {"-3\"", -3},
      {"1e-3\"", 0.001},
      {"123456789012345678901234567890.5\"", 123456789012345678901234567890.5},
      {"9007199254740993\"", 9007199254740992.0},
  };
  double value = 0;
  for (const auto& [frame, expected] : table) {
    EXPECT_TRUE(FrameCursor(frame).decimal(value)) << frame;
    EXPECT_EQ(value, expected);
  }
  for (const char* frame : {"", "\"", "1", "1.\"", ".5\"", "1.5x\"", "nan\"", "1 \"", "1..2\"",
                            "1e999\"", "--1\"", "12345678901234567890123456789012345.\""})
    EXPECT_FALSE(FrameCursor(frame).decimal(value)) << frame;
}

}  // namespace
}  // namespace cscan
