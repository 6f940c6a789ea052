// What a candle from outside may look like, and the names of what we know about it.

#include "model/candle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/timeframe.hpp"

namespace cscan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

Candle candle(double open, double high, double low, double close, double volume) {
  return {Timestamp{}, open, high, low, close, volume};
}

TEST(Candle, SoundValuesHaveNoDefect) {
  EXPECT_EQ(candle_defect(candle(2, 3, 1, 2.5, 10)), nullptr);
  EXPECT_EQ(candle_defect(candle(2, 2, 2, 2, 0)), nullptr);
  EXPECT_EQ(candle_defect(candle(1e-9, 1e-9, 1e-12, 1e-9, 1e18)), nullptr);
}

TEST(Candle, EveryDefectIsNamed) {
  for (double bad : {nan, inf, -inf}) {
    EXPECT_STREQ(candle_defect(candle(bad, 3, 1, 2, 1)), "a value is not finite");
    EXPECT_STREQ(candle_defect(candle(2, bad, 1, 2, 1)), "a value is not finite");
    EXPECT_STREQ(candle_defect(candle(2, 3, bad, 2, 1)), "a value is not finite");
    EXPECT_STREQ(candle_defect(candle(2, 3, 1, bad, 1)), "a value is not finite");
    EXPECT_STREQ(candle_defect(candle(2, 3, 1, 2, bad)), "a value is not finite");
  }
  EXPECT_STREQ(candle_defect(candle(2, 3, 0, 2, 1)), "a price is not positive");
  EXPECT_STREQ(candle_defect(candle(-2, -1, -3, -2, 1)), "a price is not positive");
  EXPECT_STREQ(candle_defect(candle(2, 3, 1, 2, -1)), "volume is negative");
  const char* outside = "high and low do not enclose open and close";
  EXPECT_STREQ(candle_defect(candle(4, 3, 1, 2, 1)), outside);
  EXPECT_STREQ(candle_defect(candle(2, 3, 1, 4, 1)), outside);
  EXPECT_STREQ(candle_defect(candle(0.5, 3, 1, 2, 1)), outside);
  EXPECT_STREQ(candle_defect(candle(2, 3, 1, 0.5, 1)), outside);
}

TEST(Candle, AHoleIsNotSettledAndAConfirmedSilenceIs) {
  EXPECT_FALSE(is_settled(unknown_candle(Timestamp{}).state));
  EXPECT_TRUE(is_settled(flat_candle(Timestamp{}, 5).state));
  EXPECT_TRUE(is_settled(CandleState::revised));
  EXPECT_FALSE(is_settled(CandleState::closed_provisional));
  EXPECT_FALSE(is_settled(CandleState::forming));
}

TEST(Candle, StatesReadBackFromTheirNames) {
  for (auto state : {CandleState::final, CandleState::no_trade, CandleState::revised,
                     CandleState::closed_provisional, CandleState::forming, CandleState::unknown})
    EXPECT_EQ(parse_candle_state(to_string(state)), state);
  EXPECT_EQ(to_string(CandleState::closed_provisional), "closed_provisional");
  EXPECT_FALSE(parse_candle_state("Final"));
  EXPECT_FALSE(parse_candle_state(""));
}

TEST(Timeframe, LengthsAndNamesAgree) {
  EXPECT_EQ(length(Timeframe::m5), minutes(5));
  EXPECT_EQ(length(Timeframe::h4), hours(4));
  EXPECT_EQ(length(Timeframe::d1), days(1));
  for (Timeframe timeframe : all_timeframes) {
    EXPECT_EQ(parse_timeframe(to_string(timeframe)), timeframe);
    EXPECT_EQ(days(1).ms % length(timeframe).ms, 0) << to_string(timeframe);
    auto name = to_string(timeframe);
    auto count = std::stoll(std::string(name.substr(0, name.size() - 1)));
    Duration unit = name.back() == 'm' ? minutes(1) : name.back() == 'h' ? hours(1) : days(1);
    EXPECT_EQ(length(timeframe), unit * count);
  }
}

TEST(Timeframe, NamesMatchExactly) {
  for (const char* text : {"", "5", "m5", "5M", "1D", "5min", "60m", "1w", " 5m"})
    EXPECT_FALSE(parse_timeframe(text)) << text;
}

}  // namespace
}  // namespace cscan
