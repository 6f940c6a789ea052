#include "replay/scenario_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cscan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Timestamp day = *parse_timestamp("2026-01-05");

TEST(SplitWords, WordsEndAtSpacesAndTheLineAtAComment) {
  EXPECT_THAT(split_words("  clock\t10:00  every 1s \r"),
              ElementsAre("clock", "10:00", "every", "1s"));
  EXPECT_THAT(split_words("start # now"), ElementsAre("start"));
  EXPECT_THAT(split_words("note a#b"), ElementsAre("note", "a#b"));  // not at the word's front
  EXPECT_THAT(split_words("# all of it"), IsEmpty());
  EXPECT_THAT(split_words(" \t"), IsEmpty());
}

TEST(ScenarioDuration, ACountAndAUnit) {
  EXPECT_EQ(parse_scenario_duration("100ms"), milliseconds(100));
  EXPECT_EQ(parse_scenario_duration("5s"), seconds(5));
  EXPECT_EQ(parse_scenario_duration("2m"), minutes(2));
  EXPECT_EQ(parse_scenario_duration("1h"), hours(1));
  EXPECT_EQ(parse_scenario_duration("3d"), days(3));
  for (const char* wrong : {"", "5", "s", "-5s", "1.5h", "5 s", "10001d", "9223372036854775807d"})
    EXPECT_FALSE(parse_scenario_duration(wrong)) << wrong;
}

TEST(ScenarioTime, OfTheDayOrWithADate) {
  EXPECT_EQ(parse_scenario_time("10:00", day), day + hours(10));
  EXPECT_EQ(parse_scenario_time("10:00:05", day), day + hours(10) + seconds(5));
  EXPECT_EQ(parse_scenario_time("23:55-1d", day), day - minutes(5));
  EXPECT_EQ(parse_scenario_time("00:00+2d", day), day + days(2));
  EXPECT_EQ(parse_scenario_time("2026-01-06T10:00", std::nullopt), day + days(1) + hours(10));
  for (const char* wrong : {"", "10", "25:00", "10:60", "10:00-d", "10:00-99999d",
                            "1900-01-01T00:00", "10:00Z", "2026-13-01T10:00"})
    EXPECT_FALSE(parse_scenario_time(wrong, day)) << wrong;
}

TEST(ScenarioTime, ATimeWithoutADateNeedsADay) {
  auto time = parse_scenario_time("10:00", std::nullopt);
  ASSERT_FALSE(time);
  EXPECT_THAT(time.error().message, HasSubstr("clock 2026-01-05 10:00"));
}

TEST(ScenarioComparison, SixSigns) {
  using enum ScenarioTest::Comparison;
  auto comparison = [](const char* word) { return parse_scenario_test(word)->comparison; };
  EXPECT_EQ(comparison("score=1"), equal);
  EXPECT_EQ(comparison("score!=1"), not_equal);
  EXPECT_EQ(comparison("score<1"), less);
  EXPECT_EQ(comparison("score<=1"), at_most);
  EXPECT_EQ(comparison("score>1"), greater);
  EXPECT_EQ(comparison("score>=1"), at_least);
  auto test = parse_scenario_test("type!=STRONG_BUY");
  ASSERT_TRUE(test);
  EXPECT_EQ(test->field, "type");
  EXPECT_EQ(test->value, "STRONG_BUY");
  for (const char* wrong : {"", "score", "=1", "score!1"})
    EXPECT_FALSE(parse_scenario_test(wrong)) << wrong;
}

TEST(WordReader, KeepsTheFirstFailure) {
  WordReader words({"BTC/USDT", "7m"}, day);
  (void)words.series();
  EXPECT_THAT(words.error(), HasSubstr("'7m' is no timeframe"));
  (void)words.time();
  EXPECT_THAT(words.error(), HasSubstr("'7m' is no timeframe"));
}

TEST(WordReader, AMarketWithAndWithoutItsExchange) {
  WordReader with({"kucoin", "ETH/USDT:USDT", "5m"}, day);
  ScenarioSeries series = with.series();
  EXPECT_EQ(series.market.exchange, "kucoin");
  EXPECT_EQ(series.market.symbol, "ETH/USDT:USDT");
  EXPECT_EQ(series.timeframe, Timeframe::m5);
  WordReader without({"ETH/USDT"}, day);
  EXPECT_EQ(without.market().exchange, "");
  EXPECT_EQ(with.error() + without.error(), "");
}

TEST(WordReader, RangesRunForwardAndEnd) {
  auto error_of = [](const char* text) {
    WordReader words({text}, day);
    (void)words.range(Timeframe::m1);
    return words.error();
  };
  EXPECT_EQ(error_of("10:00..10:05"), "");
  EXPECT_EQ(error_of("10:00"), "");
  EXPECT_THAT(error_of("10:05..10:00"), HasSubstr("must run forward"));
  EXPECT_THAT(error_of("10:00..10:00+30d"), HasSubstr("at most 10000 candles"));
  EXPECT_THAT(error_of("last"), HasSubstr("number of candles"));
  WordReader last({"last", "120"}, day);
  EXPECT_EQ(last.range(Timeframe::m5).newest, 120);
}

}  // namespace
}  // namespace cscan
