// Fibonacci retracement, against hand-worked swings and a search of the window.

#include "indicator/retracement.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

TEST(Retracement, OfASwingThatRoseCountsFromItsHigh) {
  Retracement<4> swing;
  swing.update(candle_at(0, 10, 9, 9.5));  // the low
  swing.update(candle_at(1, 15, 12, 14));
  swing.update(candle_at(2, 19, 15, 18));  // the high
  EXPECT_FALSE(swing.value());
  swing.update(candle_at(3, 18, 15, 15.18));
  auto value = swing.value();
  ASSERT_TRUE(value);
  EXPECT_EQ(value->high, 19);
  EXPECT_EQ(value->low, 9);
  EXPECT_EQ(value->swing, Direction::bullish);
  EXPECT_NEAR(value->position, 0.382, 1e-12);
}

TEST(Retracement, OfASwingThatFellCountsFromItsLow) {
  Retracement<3> swing;
  swing.update(candle_at(0, 20, 18, 19));
  swing.update(candle_at(1, 12, 10, 11));
  swing.update(candle_at(2, 17, 12, 16.18));
  EXPECT_EQ(swing.value()->swing, Direction::bearish);
  EXPECT_NEAR(swing.value()->position, 0.618, 1e-12);
}

TEST(Retracement, WithinOneCandleFollowsItsColour) {
  Retracement<1> swing;
  swing.update(candle_at(0, 11, 20, 10, 19, 1));  // rose: low first, then high
  EXPECT_EQ(swing.value(), (RetracementValue{20, 10, Direction::bullish, 0.1}));
  swing.update(candle_at(1, 19, 20, 10, 11, 1));  // fell
  EXPECT_EQ(swing.value(), (RetracementValue{20, 10, Direction::bearish, 0.1}));
}

TEST(Retracement, OfAFlatMarketIsZero) {
  Retracement<5> swing;
  for (std::size_t i = 0; i < 9; ++i)
    swing.update(candle_at(i, 7, 7, 7));
  EXPECT_EQ(swing.value()->position, 0);
}

RC_GTEST_PROP(Retracement, EqualsASearchOfTheWindow, ()) {
  Candles candles = arbitrary_candles(10, 60);
  std::size_t high = candles.size() - 10, low = high;
  for (std::size_t i = high; i < candles.size(); ++i) {
    if (candles[i].high >= candles[high].high)
      high = i;
    if (candles[i].low <= candles[low].low)
      low = i;
  }
  bool rose = high != low ? high > low : candles[high].close >= candles[high].open;
  double size = candles[high].high - candles[low].low, close = candles.back().close;
  double back = rose ? candles[high].high - close : close - candles[low].low;
  auto value = fed(Retracement<10>(), candles).value();
  RC_ASSERT(value->high == candles[high].high);
  RC_ASSERT(value->low == candles[low].low);
  RC_ASSERT((value->swing == Direction::bullish) == rose);
  double expected = size > 0 ? back / size : 0;
  RC_ASSERT(value->position == expected);
  RC_ASSERT(value->position >= 0);
  RC_ASSERT(value->position <= 1);
}

}  // namespace
}  // namespace cscan
