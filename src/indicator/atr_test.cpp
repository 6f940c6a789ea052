// ATR, against hand-worked numbers and the closed form of Wilder's smoothing.

#include "indicator/atr.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

TEST(Atr, WorksAsByHand) {
  Atr atr(2);
  atr.update(candle_at(0, 10, 8, 9));
  atr.update(candle_at(1, 12, 9, 11));  // true range 12 − 9 = 3
  EXPECT_FALSE(atr.value());
  atr.update(candle_at(2, 11, 7, 8));  // 11 − 7 = 4; mean 3.5
  EXPECT_EQ(atr.value(), 3.5);
  atr.update(candle_at(3, 20, 18, 19));  // a gap: 20 − 8 = 12; (3.5 × 1 + 12) / 2
  EXPECT_EQ(atr.value(), 7.75);
  atr.update(candle_at(4, 12, 11, 11));  // a gap down: 19 − 11 = 8
  EXPECT_EQ(atr.value(), 7.875);
}

RC_GTEST_PROP(Atr, EqualsTheClosedFormOfItsSmoothing, ()) {
  Candles candles = arbitrary_candles(15, 120);
  long double sum = 0, weight = 1.0L / 14;
  for (std::size_t i = candles.size(); --i > 0;) {
    double before = candles[i - 1].close;
    sum += weight * (std::max(candles[i].high, before) - std::min(candles[i].low, before));
    if (i > 14)
      weight *= 13.0L / 14;
  }
  RC_ASSERT(near(*fed(Atr(), candles).value(), static_cast<double>(sum)));
}

}  // namespace
}  // namespace cscan
