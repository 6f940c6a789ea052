// On-balance volume and its slope.

#include "indicator/obv.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

Candle traded(std::size_t n, double close, double volume) {
  return candle_at(n, close, close, close, close, volume);
}

TEST(Obv, WorksAsByHand) {
  Obv obv;
  double expected[] = {5, 8, 8, 4, 10};
  Candle candles[] = {traded(0, 10, 5), traded(1, 11, 3), traded(2, 11, 2), traded(3, 9, 4),
                      traded(4, 12, 6)};
  for (std::size_t i = 0; i < 5; ++i) {
    obv.update(candles[i]);
    EXPECT_EQ(obv.value()->level, expected[i]);
    EXPECT_FALSE(obv.value()->slope);
  }
}

TEST(Obv, HasASlopeOfOneWhenAllVolumeRose) {
  Obv up, down, quiet;
  for (std::size_t i = 0; i < 21; ++i) {
    auto n = static_cast<double>(i);
    EXPECT_FALSE(up.value() && up.value()->slope);
    up.update(traded(i, 100 + n, 1 + n));
    down.update(traded(i, 100 - n, 1 + n));
    quiet.update(traded(i, 100 + n, 0));
  }
  EXPECT_EQ(up.value()->slope, 1);
  EXPECT_EQ(down.value()->slope, -1);
  EXPECT_EQ(quiet.value()->slope, 0);
}

RC_GTEST_PROP(Obv, SlopeIsItsChangeOverTheVolumeOfTheWindow, ()) {
  Candles candles = arbitrary_candles(21, 100);
  auto before = fed(Obv(), {candles.begin(), candles.end() - 20}).value();
  auto value = fed(Obv(), candles).value();
  double volume = 0;
  for (const Candle& candle : std::span(candles).last(20))
    volume += candle.volume;
  double expected = volume > 0 ? (value->level - before->level) / volume : 0;
  RC_ASSERT(*value->slope == expected);  // whole numbers: exact
  RC_ASSERT(std::abs(expected) <= 1);
}

}  // namespace
}  // namespace cscan
