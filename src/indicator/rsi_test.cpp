// RSI, against hand-worked numbers and the closed form of Wilder's smoothing.

#include "indicator/rsi.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

TEST(Rsi, WorksAsByHand) {
  Rsi rsi(3);
  for (double close : {10.0, 12.0, 11.0})
    rsi.update(close);
  EXPECT_FALSE(rsi.value());
  // +2, -1, +3: mean gain 5/3, mean loss 1/3.
  EXPECT_DOUBLE_EQ(*rsi.peek(14), 100 * 5.0 / 6);
  rsi.update(14);
  // -4: gain (5/3 × 2 + 0) / 3 = 10/9, loss (1/3 × 2 + 4) / 3 = 14/9.
  EXPECT_DOUBLE_EQ(*rsi.peek(10), 100 * 10.0 / 24);
}

TEST(Rsi, OfOneDirectionIsExtreme) {
  Rsi up, down, flat;
  for (int i = 0; i < 20; ++i) {
    up.update(100 + i);
    down.update(100 - i);
    flat.update(100);
  }
  EXPECT_EQ(up.value(), 100);
  EXPECT_EQ(down.value(), 0);
  EXPECT_EQ(flat.value(), 0);  // TA-Lib's choice
}

TEST(Rsi, KeepsItsValueThroughAHalt) {
  Rsi rsi;
  for (int i = 0; i < 15; ++i)
    rsi.update(i % 3 == 0 ? 101 : 100);
  double before = *rsi.value();
  for (int i = 0; i < 400; ++i)  // TA-Lib says 0 after some of them: see the header
    rsi.update(100);
  EXPECT_NEAR(*rsi.value(), before, 20);
  EXPECT_GT(*rsi.value(), 1);
}

RC_GTEST_PROP(Rsi, EqualsTheClosedFormOfItsSmoothing, ()) {
  Candles candles = arbitrary_candles(15, 120);
  // A change's weight: 1/14 × (13/14)^(changes after it), the first 14 as if they came at once.
  long double gain = 0, loss = 0, weight = 1.0L / 14;
  for (std::size_t i = candles.size(); --i > 0;) {
    long double change = static_cast<long double>(candles[i].close) - candles[i - 1].close;
    (change > 0 ? gain : loss) += std::abs(change) * weight;
    if (i > 14)
      weight *= 13.0L / 14;
  }
  long double expected = gain + loss > 0 ? 100 * gain / (gain + loss) : 0;
  RC_ASSERT(near(*fed(Rsi(), candles).value(), static_cast<double>(expected), 100));
}

RC_GTEST_PROP(Rsi, OfAMirroredMarketIsTheRest, ()) {
  Candles candles = arbitrary_candles(16, 120), images;
  RC_PRE(
      std::ranges::any_of(candles, [&](const Candle& c) { return c.close != candles[0].close; }));
  for (const Candle& candle : candles)
    images.push_back(mirrored(candle, 2000));
  RC_ASSERT(near(*fed(Rsi(), images).value(), 100 - *fed(Rsi(), candles).value(), 100));
}

}  // namespace
}  // namespace cscan
