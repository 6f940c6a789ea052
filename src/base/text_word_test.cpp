// Eight bytes at once mean what they mean one by one.

#include "base/text_word.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace cscan {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_plain_text(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

/// Every byte value at every place between plain ones, and every two of them side by side.
template <class Check>
void for_many_texts(Check check) {
  for (std::size_t at = 0; at < text_word_bytes; ++at)
    for (int first = 0; first < 256; ++first)
      for (int second :
           {0, 0x1f, 0x20, 0x22, 0x2f, 0x30, 0x39, 0x3a, 0x5c, 0x7e, 0x7f, 0x80, 0xff}) {
        std::string text = "01234567";
        text[at] = static_cast<char>(first);
        if (at + 1 < text.size())
          text[at + 1] = static_cast<char>(second);
        check(text);
      }
}

TEST(TextWord, FindsTheFirstByteThatIsNoDigit) {
  for_many_texts([](const std::string& text) {
    auto expected = std::ranges::find_if_not(text, is_digit) - text.begin();
    EXPECT_EQ(unmarked_bytes(mark_no_digits(load_text_word(text.data()))),
              static_cast<std::size_t>(expected))
        << testing::PrintToString(text);
  });
}

TEST(TextWord, FindsTheFirstByteThatIsNoPlainText) {
  for_many_texts([](const std::string& text) {
    auto expected = std::ranges::find_if_not(text, is_plain_text) - text.begin();
    EXPECT_EQ(unmarked_bytes(mark_no_plain_text(load_text_word(text.data()))),
              static_cast<std::size_t>(expected))
        << testing::PrintToString(text);
  });
}

TEST(TextWord, DigitsAreTheNumberThatTheyWrite) {
  for (std::string digits :
       {"00000000", "99999999", "12345678", "10000000", "00000001", "90807060"})
    for (std::size_t count = 1; count <= text_word_bytes; ++count)
      for (char behind : {'"', '.', '0', '\xff'}) {
        std::string text = digits.substr(0, count) + std::string(text_word_bytes - count, behind);
        EXPECT_EQ(digits_value(load_text_word(text.data()), count),
                  std::stoull(digits.substr(0, count)))
            << text;
      }
}

}  // namespace
}  // namespace cscan
