#include "replay/scenario_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cscan {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// What is wrong with a line that follows a clock line.
std::string error_of(const std::string& line) {
  auto scenario = parse_scenario("clock 2026-01-05 10:00\n" + line + "\nexpect nothing\n", "x.scn");
  return scenario ? "" : scenario.error().message;
}

template <class Action>
Action action_of(const std::string& line) {
  auto scenario = parse_scenario("clock 2026-01-05 10:00\n" + line + "\nexpect nothing\n", "x.scn");
  EXPECT_TRUE(scenario) << line;
  return scenario ? std::get<Action>(scenario->lines[1].action) : Action();
}

const Timestamp day = *parse_timestamp("2026-01-05");

TEST(ScenarioParser, EveryKindOfLineIsUnderstood) {
  for (const char* line : {"settings score_model=classic timeframes=5m,1h",
                           "rank binance kucoin",
                           "watch binance BTC/USDT walk seed=7 price=100",
                           "watch binance BTC/USDT flat volume=2",
                           "unwatch BTC/USDT",
                           "start",
                           "restart",
                           "clock 10:05",
                           "clock +5s",
                           "clock 10:05 every 1s",
                           "history BTC/USDT 5m last 500",
                           "history BTC/USDT 5m 09:00..09:55 except 09:30",
                           "history BTC/USDT 1d 00:00-9d..00:00-1d listing",
                           "history BTC/USDT 5m 09:00 no_trade",
                           "candle BTC/USDT 5m 10:00 forming c=101 at 10:01",
                           "candle binance BTC/USDT 5m 10:00 final",
                           "stream BTC/USDT 5m 10:00..10:55",
                           "stream all 10:00..12:00",
                           "price BTC/USDT 101 volume_24h=5 at 10:00:01",
                           "dropped 3",
                           "ignore candles",
                           "ignore signals BTC/USDT 5m",
                           "expect candle BTC/USDT 5m 10:00 final c=101",
                           "expect signal BTC/USDT 5m last 3 score>=60 type=STRONG_BUY",
                           "expect preview BTC/USDT 5m 10:00",
                           "expect request BTC/USDT 5m 10:00",
                           "expect market bias=bullish",
                           "expect counters gaps=0",
                           "expect buffers ticks=1",
                           "expect streams price.runs=2",
                           "expect stored recomputed_different=0",
                           "expect ranking BTC/USDT 5m rank=1",
                           "expect note watching 1",
                           "expect no signal",
                           "expect no candles BTC/USDT 5m",
                           "expect nothing BTC/USDT 5m",
                           "expect same bodies",
                           "expect new ids"})
    EXPECT_EQ(error_of(line), "") << line;
}

TEST(ScenarioParser, ACandleWithWhatDiffersFromThePath) {
  auto step = action_of<CandleStep>("candle BTC/USDT 5m 10:00 closed c=101 v=nan at 10:05:01");
  EXPECT_EQ(step.series.market.symbol, "BTC/USDT");
  EXPECT_EQ(step.open_time, day + hours(10));
  EXPECT_EQ(step.state, CandleState::closed_provisional);
  EXPECT_EQ(step.values.close, 101);
  EXPECT_TRUE(std::isnan(step.values.volume.value()));
  EXPECT_FALSE(step.values.open);
  EXPECT_EQ(step.received, day + hours(10) + minutes(5) + seconds(1));
}

TEST(ScenarioParser, AHistoryWithAHole) {
  auto step = action_of<HistoryStep>("history BTC/USDT 5m last 500 except 09:00..09:10 listing");
  EXPECT_EQ(step.range.newest, 500);
  ASSERT_TRUE(step.except);
  EXPECT_EQ(step.except->first, day + hours(9));
  EXPECT_EQ(step.except->last, day + hours(9) + minutes(10));
  EXPECT_TRUE(step.from_listing);
  EXPECT_EQ(step.state, CandleState::final);
}

TEST(ScenarioParser, AnExpectedCandlesStateIsOneOfItsTests) {
  auto expectation = action_of<SeriesExpectation>("expect candle BTC/USDT 5m 10:00 revised v=2");
  ASSERT_EQ(expectation.tests.size(), 2U);
  EXPECT_EQ(expectation.tests[0].field, "state");
  EXPECT_EQ(expectation.tests[0].value, "revised");
  EXPECT_EQ(expectation.tests[1].field, "v");
}

TEST(ScenarioParser, SaysWhichLineAndWhatWouldDo) {
  const std::pair<const char*, const char*> wrong[] = {
      {"cande BTC/USDT 5m 10:00 final", "'cande' is no command: did you mean 'candle'?"},
      {"candle BTC/USDT 5m 10:00 shut", "say its state"},
      {"candle BTC/USDT 7m 10:00 final", "'7m' is no timeframe"},
      {"candle BTC/USDT 5m ten final", "'ten' is no time"},
      {"candle BTC/USDT 5m 10:00 final c=1O1", "1O1"},
      {"candle BTC/USDT 5m 10:00 final x=1", "'x=1' was not expected here"},
      {"watch binance BTC walk", "BTC"},
      {"watch binance BTC/USDT", "walk [seed=N] or flat"},
      {"watch binance BTC/USDT flat price=0", "price must be"},
      {"stream BTC/USDT 5m last 3", "stream wants times"},
      {"dropped 0", "'0' is no whole number"},
      {"price BTC/USDT inf", "finite"},
      {"clock 10:05 every 0s", "at most 100000 steps"},
      {"expect wonders", "'wonders' cannot be expected"},
      {"expect no wonders", "say what must not be"},
      {"expect signal BTC/USDT 5m 10:00 score", "is no comparison"},
      {"expect same signals", "same bodies or new ids"},
      {"ignore everything", "say what to ignore"}};
  for (const auto& [line, words] : wrong) {
    EXPECT_THAT(error_of(line), StartsWith("x.scn:2: ")) << line;
    EXPECT_THAT(error_of(line), HasSubstr(words)) << line;
  }
}

TEST(ScenarioParser, LinesAreCountedAsAnEditorCountsThem) {
  auto scenario =
      parse_scenario("# head\n\nclock 2026-01-05 10:00\n  # more\nstart\nwhat", "x.scn");
  ASSERT_FALSE(scenario);
  EXPECT_THAT(scenario.error().message, StartsWith("x.scn:6: 'what'"));
}

TEST(ScenarioParser, TheFirstDateIsTheDay) {
  auto scenario =
      parse_scenario("clock 2026-01-05 10:00\nclock 2026-01-06 10:00\nexpect nothing", "x.scn");
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->day, day);
}

TEST(ScenarioParser, WhatExpectsNothingShowsNothing) {
  auto scenario = parse_scenario("clock 2026-01-05 10:00\n# expect nothing\n", "x.scn");
  ASSERT_FALSE(scenario);
  EXPECT_THAT(scenario.error().message, HasSubstr("it expects nothing"));
}

TEST(ScenarioParser, AHugeTextIsRefused) {
  auto scenario = parse_scenario(std::string(1'000'001, '\n'), "x.scn");
  ASSERT_FALSE(scenario);
  EXPECT_THAT(scenario.error().message, HasSubstr("at most"));
}

}  // namespace
}  // namespace cscan
