#include "replay/scenario_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/decimal.hpp"

namespace cscan {
namespace {

constexpr std::int64_t days_max = 10'000;
constexpr std::int64_t candles_max = 10'000;

std::string quoted(std::string_view word) { return fmt::format("'{}'", word.substr(0, 64)); }

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid_argument, std::move(message));
}

/// "-1d" as a number of days.
Result<std::int64_t> parse_day_offset(std::string_view text) {
  text.remove_suffix(1);
  if (text.starts_with('+'))
    text.remove_prefix(1);
  auto days = parse_integer(text);
  if (!days || *days > days_max || *days < -days_max)
    return refuse(fmt::format("'{}d' is no number of days", text));
  return days;
}

}  // namespace

std::vector<std::string_view> split_words(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos || line[begin] == '#')
      return words;
    line.remove_prefix(begin);
    std::size_t size = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, size));
    line.remove_prefix(size);
  }
}

Result<Duration> parse_scenario_duration(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Duration>, 5> units = {{{"ms", milliseconds(1)},
                                                                           {"s", seconds(1)},
                                                                           {"m", minutes(1)},
                                                                           {"h", hours(1)},
                                                                           {"d", days(1)}}};
  for (const auto& [name, unit] : units) {
    if (!word.ends_with(name))
      continue;
    auto count = parse_integer(word.substr(0, word.size() - name.size()));
    if (count && *count >= 0 && *count <= days(days_max) / unit)
      return unit * *count;
  }
  return refuse(quoted(word) + " is no duration: use for example 5s, 100ms, 2m, 1h or 3d");
}

Result<Timestamp> parse_scenario_time(std::string_view word, std::optional<Timestamp> day) {
  std::string text(word);
  if (!word.contains('T')) {
    if (!day)
      return refuse(quoted(word) + " has no date: begin with a line like clock 2026-01-05 10:00");
    if (std::size_t sign = word.find_first_of("+-"); sign != word.npos && word.ends_with('d')) {
      auto offset = parse_day_offset(word.substr(sign));
      if (!offset)
        return fail(std::move(offset.error()));
      day = *day + days(*offset);
      text.resize(sign);
    }
    text = format_day(*day) + "T" + text;
  }
  constexpr std::size_t to_the_minute = 16;
  if (text.size() == to_the_minute)
    text += ":00";
  auto time = parse_timestamp(text + "Z");
  if (!time || time->ms < 0)
    return refuse(quoted(word) +
                  " is no time: use for example 10:00, 10:00:05, 23:55-1d or 2026-01-05T10:00");
  return time;
}

Result<ScenarioTest> parse_scenario_test(std::string_view word) {
  using enum ScenarioTest::Comparison;
  constexpr std::array<std::pair<std::string_view, ScenarioTest::Comparison>, 6> signs = {
      {{">=", at_least},
       {"<=", at_most},
       {"!=", not_equal},
       {"=", equal},
       {">", greater},
       {"<", less}}};
  std::size_t at = word.find_first_of("=<>!");
  for (const auto& [sign, comparison] : signs)
    if (at != word.npos && at > 0 && word.substr(at).starts_with(sign))
      return ScenarioTest{std::string(word.substr(0, at)), comparison,
                          std::string(word.substr(at + sign.size()))};
  return refuse(quoted(word) + " is no comparison: use for example score>=60");
}

void WordReader::fail_with(std::string message) {
  if (error_.empty())
    error_ = std::move(message);
}

template <class T>
T WordReader::value_of(Result<T> result) {
  if (result)
    return std::move(*result);
  fail_with(std::move(result.error().message));
  return {};
}

bool WordReader::take(std::string_view word) {
  bool is_next = peek() == word && !empty();
  at_ += is_next;
  return is_next;
}

std::string_view WordReader::word(std::string_view what) {
  if (!empty())
    return words_[at_++];
  fail_with(fmt::format("{} is missing", what));
  return {};
}

ScenarioMarket WordReader::market() {
  ScenarioMarket market;
  if (!peek().contains('/'))
    market.exchange = word("the market (BTC/USDT or binance BTC/USDT)");
  market.symbol = word("the symbol (BTC/USDT)");
  if (error_.empty())
    (void)value_of(parse_symbol(market.exchange.empty() ? "x" : market.exchange, market.symbol));
  return market;
}

ScenarioSeries WordReader::series() {
  ScenarioSeries series{market(), {}};
  std::string_view name = word("the timeframe (5m)");
  auto timeframe = parse_timeframe(name);
  if (!timeframe)
    fail_with(quoted(name) + " is no timeframe: use for example 5m, 1h, 4h or 1d");
  series.timeframe = timeframe.value_or(Timeframe::m5);
  return series;
}

Timestamp WordReader::time() {
  std::string_view text = word("the time (10:00)");
  return error_.empty() ? value_of(parse_scenario_time(text, day_)) : Timestamp{};
}

Duration WordReader::duration() {
  std::string_view text = word("the duration (5s)");
  return error_.empty() ? value_of(parse_scenario_duration(text)) : Duration{};
}

ScenarioRange WordReader::range(Timeframe timeframe) {
  if (take("last"))
    return {{}, {}, integer(word("the number of candles"), 1, candles_max)};
  std::string_view text = word("the candles (10:00, 10:00..11:00 or last 100)");
  if (!error_.empty())
    return {};
  std::size_t dots = text.find("..");
  ScenarioRange range;
  range.first = value_of(parse_scenario_time(text.substr(0, dots), day_));
  range.last =
      dots == text.npos ? range.first : value_of(parse_scenario_time(text.substr(dots + 2), day_));
  if (error_.empty() &&
      (range.last < range.first || (range.last - range.first) / length(timeframe) >= candles_max))
    fail_with(
        fmt::format("{} must run forward and hold at most {} candles", quoted(text), candles_max));
  return range;
}

double WordReader::number(std::string_view text) {
  if (text == "nan")
    return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf")
    return std::numeric_limits<double>::infinity();
  return error_.empty() ? value_of(parse_decimal(text)) : 0;
}

std::int64_t WordReader::integer(std::string_view text, std::int64_t min, std::int64_t max) {
  if (!error_.empty())
    return min;
  auto value = parse_integer(text);
  if (value && *value >= min && *value <= max)
    return *value;
  fail_with(fmt::format("{} is no whole number from {} to {}", quoted(text), min, max));
  return min;
}

std::vector<ScenarioTest> WordReader::tests() {
  std::vector<ScenarioTest> tests;
  while (!empty() && error_.empty())
    tests.push_back(value_of(parse_scenario_test(word(""))));
  return tests;
}

}  // namespace cscan
