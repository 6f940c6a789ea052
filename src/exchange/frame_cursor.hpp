#pragma once
// The short way through a frame whose layout is known to the byte, which is how nearly all of them
// come. It gives up at the first byte that is not as expected; the frame is then read the long way
// (json_reader.hpp), which relies on no order and says what is wrong. What it does accept, the long
// way would read the same: it takes only bytes that leave no question, so no escapes, no text
// beyond ASCII, no space between.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/decimal.hpp"
#include "base/plain_decimal.hpp"
#include "exchange/wire_time.hpp"

namespace cscan {

/// Its steps are inlined, whatever the compiler thinks of it: a call a step would double the time.
/// Each step says whether it found what it wants and has then passed it. After a step that did not,
/// the cursor is of no use, unless it was a literal: then it stands where it stood. Texts point
/// into the frame.
class FrameCursor {
 public:
  explicit FrameCursor(std::string_view frame) : at_(frame.data()), end_(at_ + frame.size()) {}

  /// Exactly these bytes (a string literal, whose length the compiler knows).
  template <std::size_t N>
  [[nodiscard, gnu::always_inline]] bool literal(const char (&bytes)[N]) {
    constexpr std::size_t size = N - 1;
    if (left() < size || !is_same<size>(at_, bytes))
      return false;
    at_ += size;
    return true;
  }

  /// A short text and the quote that ends it.
  [[nodiscard, gnu::always_inline]] bool text(std::string_view& out) {
    const char* begin = at_;
    pass_words<mark_no_plain_text>();
    while (at_ < end_ && is_plain_text(*at_))
      ++at_;
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    return out.size() <= text_bytes_max && literal("\"");
  }

  /// A decimal in such a text.
  [[nodiscard, gnu::always_inline]] bool decimal(double& out) {
    std::size_t size = read_plain_decimal({at_, left()}, out);
    if (size > 0 && size < left() && at_[size] == '"') {
      at_ += size + 1;
      return true;
    }
    std::string_view digits;
    return text(digits) && parse(digits, out);
  }

  /// A decimal without quotes, up to the comma or bracket behind it.
  [[nodiscard, gnu::always_inline]] bool number(double& out) {
    std::size_t size = read_plain_decimal({at_, left()}, out);
    if (size > 0 && size < left() && is_after_number(at_[size])) {
      at_ += size;
      return true;
    }
    const char* begin = at_;
    return skip_number() && parse({begin, static_cast<std::size_t>(at_ - begin)}, out);
  }

  /// A whole number that fits, and not less than zero.
  [[nodiscard, gnu::always_inline]] bool whole(std::int64_t& out) {
    std::uint64_t number = 0;
    std::size_t digits = read_digits(at_, end_, number);
    out = static_cast<std::int64_t>(number);
    return digits > 0 && digits <= whole_digits_max && out >= 0;
  }

  /// A time to be believed (wire_time.hpp), as such a number.
  [[nodiscard, gnu::always_inline]] bool time(Timestamp& out, TimeUnit unit, Timestamp received) {
    std::int64_t number = 0;
    if (!whole(number))
      return false;
    auto time = plausible_time(number, unit, received);
    out = time.value_or(Timestamp{});
    return time.has_value();
  }

  [[nodiscard, gnu::always_inline]] bool flag(bool& out) {
    out = literal("true");
    return out || literal("false");
  }

  [[nodiscard, gnu::always_inline]] bool skip_text() {
    std::string_view ignored;
    return text(ignored);
  }
  /// What can only be a number, whether or not it is one, up to the comma or bracket behind it.
  [[nodiscard, gnu::always_inline]] bool skip_number() {
    const char* begin = at_;
    pass_words<mark_no_digits>();  // most are nothing else
    while (at_ < end_ && is_in_number(*at_))
      ++at_;
    return at_ > begin && at_ < end_ && is_after_number(*at_);
  }
  [[nodiscard, gnu::always_inline]] bool skip_flag() { return literal("true") || literal("false"); }
  [[nodiscard]] bool is_at_end() const { return at_ == end_; }

 private:
  static constexpr std::size_t text_bytes_max = 64;
  static constexpr std::size_t whole_digits_max = 19;  ///< so many never overflow 64 bits

  static bool is_plain_text(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }
  static bool is_in_number(char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
  }
  static bool is_after_number(char c) { return c == ',' || c == '}' || c == ']'; }

  /// Passes bytes up to the first that `mark` marks, or some of them near the frame's end.
  template <auto mark>
  [[gnu::always_inline]] void pass_words() {
    std::size_t passed = text_word_bytes;
    while (passed == text_word_bytes && left() >= text_word_bytes) {
      passed = unmarked_bytes(mark(load_text_word(at_)));
      at_ += passed;
    }
  }

  static bool parse(std::string_view digits, double& out) {
    auto number = parse_decimal(digits);
    out = number.value_or(0);
    return number.has_value();
  }

  template <class Word>
  [[gnu::always_inline]] static bool is_same_word(const char* a, const char* b) {
    Word x, y;
    std::memcpy(&x, a, sizeof x);
    std::memcpy(&y, b, sizeof y);
    return x == y;
  }

  /// memcmp, word by word with the last overlapping: against constants a handful of instructions,
  /// where a call would take longer than all the rest.
  template <std::size_t size>
  [[gnu::always_inline]] static bool is_same(const char* a, const char* b) {
    using Word = std::conditional_t<(size >= 8), std::uint64_t,
                                    std::conditional_t<(size >= 4), std::uint32_t, char>>;
    constexpr std::size_t step = sizeof(Word);
    bool same = is_same_word<Word>(a + size - step, b + size - step);
    for (std::size_t i = 0; i + step < size; i += step)
      same &= is_same_word<Word>(a + i, b + i);
    return same;
  }

  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  const char* at_;
  const char* end_;
};

}  // namespace cscan
