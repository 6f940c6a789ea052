// A scenario that is kept says nothing; one that is not fails at the right line, with what was
// there instead.

#include "replay/scenario_runner.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay/scenario_parser.hpp"

namespace cscan {
namespace {

using testing::HasSubstr;

ScenarioResult play(const std::string& text, std::int64_t work_max = scenario_work_max) {
  auto scenario = parse_scenario(text, "x.scn");
  EXPECT_TRUE(scenario) << scenario.error().message;
  return scenario ? play_scenario(*scenario, work_max) : ScenarioResult();
}

/// Lines 1 to 8: a flat market that jumps to 190, which the classic model scores 74.
const std::string jump = R"(settings score_model=classic timeframes=5m
watch binance BTC/USDT flat price=100
clock 2026-01-05 10:00
start
history BTC/USDT 5m last 99
ignore candles
candle BTC/USDT 5m 10:00 closed c=190 at 10:05
clock 10:05:05
)";
const std::string jump_candle = "expect candle BTC/USDT 5m 10:00 final c=190\n";  // line 9
const std::string jump_signal = "expect signal BTC/USDT 5m 10:00 score=74\n";     // line 10

TEST(ScenarioRunner, SaysNothingWhenEveryLineIsKept) {
  ScenarioResult result = play(jump + jump_candle + jump_signal + "expect nothing\n");
  EXPECT_TRUE(result.failures.empty()) << describe(result.failures.front(), "x.scn");
  EXPECT_EQ(result.inputs, 7U);
  EXPECT_EQ(result.expectations, 3U);
}

struct Broken {
  std::string text;
  std::size_t line;
  const char* words;
};
class BrokenScenario : public testing::TestWithParam<Broken> {};

TEST_P(BrokenScenario, FailsAtTheRightLineAndSaysWhatWasThere) {
  ScenarioResult result = play(GetParam().text);
  ASSERT_FALSE(result.failures.empty());
  const ScenarioFailure& failure = result.failures.front();
  EXPECT_EQ(failure.line, GetParam().line);
  EXPECT_THAT(failure.problem, HasSubstr(GetParam().words));
  EXPECT_THAT(describe(failure, "x.scn"),
              testing::StartsWith(fmt::format("x.scn:{}: {}\n", failure.line, failure.text)));
}

INSTANTIATE_TEST_SUITE_P(
    Expectations, BrokenScenario,
    testing::Values(
        Broken{jump + jump_candle + "expect signal BTC/USDT 5m 10:00 score=75\n", 10, "score=74"},
        Broken{jump + jump_candle + "expect signal BTC/USDT 5m 10:00 type=NEUTRAL\n", 10,
               "type=MOMENTUM_BUY"},
        Broken{jump + jump_candle + "expect signal BTC/USDT 5m 10:00 scoer=74\n", 10,
               "there is no 'scoer': use type, direction, score"},
        Broken{jump + jump_candle + "expect signal BTC/USDT 5m 10:05\n", 10,
               "the next is not that of 10:05 but signal binance BTC/USDT 5m 10:00"},
        Broken{jump + jump_candle + jump_signal + "expect signal BTC/USDT 5m 10:00\n", 11,
               "no (further) signal"},
        Broken{jump + jump_candle + jump_candle, 10, "no (further) candle"},
        Broken{jump + "expect no signal\n", 9, "there is signal binance BTC/USDT 5m 10:00"},
        Broken{jump + jump_candle + jump_signal + "expect request BTC/USDT 5m 10:00\n", 11,
               "no (further) request"},
        Broken{jump + jump_candle + jump_signal + "expect preview BTC/USDT 5m 10:05\n", 11,
               "no (further) preview"},
        Broken{jump + jump_candle + jump_signal + "expect note dropped\n", 11, "no such note"},
        Broken{jump + jump_candle + jump_signal + "expect counters gaps=1\n", 11, "gaps=0"},
        Broken{jump + jump_candle + jump_signal + "expect market total=2\n", 11, "total=1"},
        Broken{jump + jump_candle + jump_signal + "expect stored signals=2\n", 11, "signals=1"},
        Broken{jump + jump_candle + jump_signal + "expect ranking BTC/USDT 1h rank=1\n", 11,
               "not ranked"},
        Broken{jump + jump_candle + jump_signal + "restart\nexpect same bodies\n", 12,
               "no signal was made"}));

INSTANTIATE_TEST_SUITE_P(WhatNobodyExpected, BrokenScenario,
                         testing::Values(Broken{jump + jump_candle, 9,
                                                "nothing more was expected, but there is"},
                                         Broken{jump + jump_candle + "clock +1s\n" + jump_signal, 9,
                                                "signal binance BTC/USDT"},
                                         Broken{jump + "restart\nexpect nothing\n", 8,
                                                "candle binance BTC/USDT 5m 10:00"}));

INSTANTIATE_TEST_SUITE_P(
    LinesThatCannotBeDone, BrokenScenario,
    testing::Values(
        Broken{"clock 2026-01-05 10:00\nstart\nexpect nothing\n", 2, "say what to watch first"},
        Broken{"watch binance BTC/USDT walk\nstart\nexpect nothing\n", 2, "what time it is"},
        Broken{"clock +5s\nexpect nothing\n", 1, "what time it is"},
        Broken{"clock 9999-12-31 23:59\nclock +1m\nexpect nothing\n", 2, "the year 9999"},
        Broken{"restart\nexpect nothing\n", 1, "write start before"},
        Broken{"dropped 1\nexpect nothing\n", 1, "write start before"},
        Broken{"settings momentum_bias=7\nexpect nothing\n", 1, "momentum_bias"},
        Broken{"settings timeframes=7m\nexpect nothing\n", 1, "'7m'"},
        Broken{"settings timeframes=\nexpect nothing\n", 1, "timeframe"},
        Broken{jump + "start\nexpect nothing\n", 8, "nothing more was expected"},
        Broken{jump + jump_candle + jump_signal + "price ETH/USDT 5\nexpect nothing\n", 11,
               "ETH/USDT is not watched"},
        Broken{jump + jump_candle + jump_signal + "watch kucoin BTC/USDT flat\n" + jump_candle, 12,
               "watched at binance and kucoin"},
        Broken{jump + jump_candle + jump_signal + "watch binance BTC/USDT flat\nexpect nothing\n",
               11, "watched already"}));

TEST(ScenarioRunner, StopsAfterTheBlockThatFails) {
  ScenarioResult result = play(jump + "expect candle BTC/USDT 5m 10:00 c=1\n" +
                               "expect signal BTC/USDT 5m 10:00 score=1\n" +
                               "clock +1h\nexpect signal BTC/USDT 5m 11:00\n");
  ASSERT_EQ(result.failures.size(), 2U);
  EXPECT_EQ(result.failures[0].line, 9U);
  EXPECT_EQ(result.failures[1].line, 10U);
}

TEST(ScenarioRunner, ABoundOnTheWorkIsAFailureOfTheLineThatAsksForIt) {
  ScenarioResult result =
      play(jump + jump_candle + jump_signal + "clock +1d every 1s\nignore requests\n", 100'000);
  ASSERT_FALSE(result.failures.empty());
  EXPECT_EQ(result.failures.front().line, 11U);
  EXPECT_THAT(result.failures.front().problem, HasSubstr("asks for too much"));
}

TEST(ScenarioRunner, ARestartMakesTheSameBodiesAndAnotherPastIsCounted) {
  const std::string again = "ignore candles\nignore signals\n";
  ScenarioResult same = play(
      "settings score_model=classic timeframes=5m\nwatch binance BTC/USDT walk\n"
      "clock 2026-01-05 10:00\nstart\nhistory BTC/USDT 5m last 150\n" +
      again +
      "restart\nhistory BTC/USDT 5m last 150\nexpect same bodies\n"
      "expect stored signals=51 recomputed_equal=51 recomputed_different=0\n" +
      again);
  EXPECT_TRUE(same.failures.empty()) << describe(same.failures.front(), "x.scn");
  // The exchange tells of other volumes now.
  ScenarioResult other = play(
      "settings score_model=classic timeframes=5m\nwatch binance BTC/USDT walk\n"
      "clock 2026-01-05 10:00\nstart\nhistory BTC/USDT 5m last 100\n" +
      again +
      "restart\nhistory BTC/USDT 5m last 100 v=1\n"
      "expect stored signals=1 recomputed_equal=0 recomputed_different=1\n"
      "expect same bodies\n" +
      again);
  ASSERT_EQ(other.failures.size(), 1U);
  EXPECT_THAT(other.failures.front().problem, HasSubstr("had another body before"));
}

}  // namespace
}  // namespace cscan
