// The session's volume-weighted average price.

#include "indicator/session_vwap.hpp"

#include "indicator/indicator_test_support.hpp"
#include "indicator/typical_price.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

TEST(SessionVwap, WorksAsByHand) {
  SessionVwap vwap;
  vwap.update(candle_at(0, 10, 12, 9, 9, 1));    // typical price 10
  vwap.update(candle_at(1, 28, 33, 27, 30, 3));  // 30
  EXPECT_EQ(vwap.value(), 25);
  vwap.update(candle_at(24, 7, 9, 6, 6, 2));  // the next day: 7
  EXPECT_EQ(vwap.value(), 7);
}

TEST(SessionVwap, IsSilentOfASessionWhoseBeginningItDidNotSee) {
  SessionVwap vwap;
  for (std::size_t hour = 5; hour < 24; ++hour) {
    vwap.update(candle_at(hour, 10, 12, 9, 9));
    EXPECT_FALSE(vwap.value()) << hour;
  }
  vwap.update(candle_at(24, 10, 12, 9, 9));
  EXPECT_EQ(vwap.value(), 10);
}

TEST(SessionVwap, IsSilentWhileNothingWasTraded) {
  SessionVwap vwap;
  vwap.update(flat_candle(start, 10));
  EXPECT_FALSE(vwap.value());
  vwap.update(candle_at(1, 10, 12, 9, 9));
  EXPECT_EQ(vwap.value(), 10);
}

TEST(SessionVwap, OfADailyCandleIsItsTypicalPrice) {
  SessionVwap vwap;
  for (std::size_t day = 0; day < 3; ++day)
    vwap.update(candle_at(24 * day, 10, 12, 9, 9 + static_cast<double>(day)));
  EXPECT_DOUBLE_EQ(*vwap.value(), 32.0 / 3);
}

RC_GTEST_PROP(SessionVwap, IsTheMeanOfTheDaysCandlesByVolume, ()) {
  Candles candles = arbitrary_candles(1, 100);
  long double value = 0, volume = 0;
  for (std::size_t i = (candles.size() - 1) / 24 * 24; i < candles.size(); ++i) {
    value += static_cast<long double>(typical_price(candles[i])) * candles[i].volume;
    volume += candles[i].volume;
  }
  auto vwap = fed(SessionVwap(), candles).value();
  RC_ASSERT(vwap.has_value() == (volume > 0));
  RC_ASSERT(!vwap || near(*vwap, static_cast<double>(value / volume)));
}

}  // namespace
}  // namespace cscan
