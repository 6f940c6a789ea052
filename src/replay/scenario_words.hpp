#pragma once
// The words of a scenario's line, taken one after the other.

#include <string_view>
#include <vector>

#include "replay/scenario.hpp"

namespace cscan {

/// Splits at spaces; a word that begins with # ends the line.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view line);

/// "5s", "100ms", "2m", "1h", "3d", at most ten thousand days.
[[nodiscard]] Result<Duration> parse_scenario_duration(std::string_view word);

/// "10:00", "10:00:05", "23:55-1d", "00:00+2d" (of `day`, which must be known then), or
/// "2026-01-05T10:00[:05]".
[[nodiscard]] Result<Timestamp> parse_scenario_time(std::string_view word,
                                                    std::optional<Timestamp> day);

/// "score>=60", "c=101".
[[nodiscard]] Result<ScenarioTest> parse_scenario_test(std::string_view word);

/// Reads words from left to right. After the first failure everything gives an empty value and
/// error() says what was wrong.
class WordReader {
 public:
  WordReader(std::vector<std::string_view> words, std::optional<Timestamp> day)
      : words_(std::move(words)), day_(day) {}

  [[nodiscard]] bool empty() const { return at_ == words_.size(); }
  /// The next word, which stays; empty at the end.
  [[nodiscard]] std::string_view peek() const { return empty() ? std::string_view() : words_[at_]; }
  /// Takes the next word when it is this one.
  bool take(std::string_view word);
  /// Takes the next word; `what` names it in the failure.
  std::string_view word(std::string_view what);

  ScenarioMarket market();
  ScenarioSeries series();
  Timestamp time();
  Duration duration();
  /// "10:00", "10:00..11:00" (open times, both included) or "last 120".
  ScenarioRange range(Timeframe timeframe);
  double number(std::string_view text);
  std::int64_t integer(std::string_view text, std::int64_t min, std::int64_t max);
  /// All further words.
  std::vector<ScenarioTest> tests();

  void fail_with(std::string message);
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  template <class T>
  T value_of(Result<T> result);

  std::vector<std::string_view> words_;
  std::size_t at_ = 0;
  std::optional<Timestamp> day_;
  std::string error_;
};

}  // namespace cscan
