// Bollinger bands, against hand-worked numbers and two passes over the window.

#include "indicator/bollinger.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

TEST(Bollinger, WorksAsByHand) {
  Bollinger<4> bands;
  for (double close : {99.0, 2.0, 4.0, 6.0, 8.0})
    bands.update(close);
  // 2, 4, 6, 8: mean 5, variance (9 + 1 + 1 + 9) / 4 = 5.
  auto value = bands.value();
  ASSERT_TRUE(value);
  double sigma = std::sqrt(5.0);
  EXPECT_DOUBLE_EQ(value->middle, 5);
  EXPECT_DOUBLE_EQ(value->upper, 5 + 2 * sigma);
  EXPECT_DOUBLE_EQ(value->lower, 5 - 2 * sigma);
  EXPECT_DOUBLE_EQ(value->width, 4 * sigma / 5);
  EXPECT_DOUBLE_EQ(value->position, (8 - (5 - 2 * sigma)) / (4 * sigma));
}

TEST(Bollinger, OfAFlatMarketAreOneLineWithTheCloseInTheirMiddle) {
  Bollinger<20> bands;
  for (double close : {1e9, 3.0, 1e-9})
    bands.update(close);
  for (int i = 0; i < 20; ++i)
    bands.update(0.1);  // not a number of the binary system
  EXPECT_EQ(bands.value(), (BollingerValue{0.1, 0.1, 0.1, 0.5, 0}));
}

TEST(Bollinger, KeepTheDigitsOfASmallSpreadAtAHighPrice) {
  // Half of them one tick above the other half: the deviation is half a tick, to the last digits.
  double tick = std::ldexp(1.0, -20), price = 65'536;
  Bollinger<20> bands;
  for (int i = 0; i < 20; ++i)
    bands.update(i % 2 == 0 ? price : price + tick);
  EXPECT_DOUBLE_EQ(bands.value()->width * bands.value()->middle, 2 * tick);
}

RC_GTEST_PROP(Bollinger, EqualTwoPassesOverTheWindow, ()) {
  Candles candles = arbitrary_candles(20, 100);
  long double mean = 0, squares = 0;
  std::span window = std::span(candles).last(20);
  for (const Candle& candle : window)
    mean += static_cast<long double>(candle.close) / 20;
  for (const Candle& candle : window)
    squares += (candle.close - mean) * (candle.close - mean);
  auto reach = static_cast<double>(2 * std::sqrt(squares / 20));
  auto value = fed(Bollinger<20>(), candles).value();
  RC_ASSERT(near(value->middle, static_cast<double>(mean)));
  RC_ASSERT(near(value->upper - value->middle, reach, 1000));
  RC_ASSERT(near(value->width * value->middle, 2 * reach, 1000));
  double position = (candles.back().close - value->lower) / (value->upper - value->lower);
  RC_ASSERT(near(value->position, reach > 1e-6 ? position : 0.5));
}

}  // namespace
}  // namespace cscan
