// Directional movement, against hand-worked numbers and Wilder's columns over the whole series.

#include "indicator/adx.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

TEST(Adx, OfASteadyRiseWorksAsByHand) {
  Adx adx;
  for (std::size_t i = 0; i < 28; ++i) {
    EXPECT_TRUE(!adx.value() || !adx.value()->adx);
    auto n = static_cast<double>(i);
    adx.update(candle_at(i, n + 102, n + 100, n + 101));
  }
  // Each candle goes 1 beyond the one before and has a true range of 2.
  EXPECT_EQ(adx.value(), (DirectionalMovement{50, 0, 100}));
}

TEST(Adx, WithoutMovementIsZero) {
  Adx flat, same_range;
  for (std::size_t i = 0; i < 30; ++i) {
    flat.update(candle_at(i, 7, 7, 7));
    same_range.update(candle_at(i, 9, 7, 8));
  }
  EXPECT_EQ(flat.value(), (DirectionalMovement{0, 0, 0}));
  EXPECT_EQ(same_range.value(), (DirectionalMovement{0, 0, 0}));
}

TEST(Adx, StaysWhatItIsWhileNothingHasADirection) {
  Adx adx;
  for (std::size_t i = 0; i < 40; ++i) {
    auto n = static_cast<double>(i);
    adx.update(candle_at(i, n + 102, n + 100, n + 101));
  }
  for (std::size_t i = 40; i < 100; ++i)
    adx.update(candle_at(i, 141, 139, 140));
  EXPECT_EQ(adx.value()->adx, 100);  // what direction is left in the sums is all upward
  EXPECT_LT(adx.value()->plus_di, 1);
}

/// Wilder's worksheet: smoothed sums and DX, candle by candle.
struct Worksheet {
  long double plus = 0, minus = 0, range = 0, plus_di = 0, minus_di = 0, adx = 0;
  std::size_t dx_count = 0;

  void take(const Candle& before, const Candle& now, std::size_t number) {
    long double up = static_cast<long double>(now.high) - before.high;
    long double down = static_cast<long double>(before.low) - now.low;
    long double keep = number < 14 ? 1 : 13.0L / 14;  // the first 13 movements are a plain sum
    plus = keep * plus + (up > down && up > 0 ? up : 0);
    minus = keep * minus + (down > up && down > 0 ? down : 0);
    range = keep * range + std::max(now.high, before.close) - std::min(now.low, before.close);
    if (number < 14)
      return;
    plus_di = range > 0 ? 100 * plus / range : 0;
    minus_di = range > 0 ? 100 * minus / range : 0;
    long double both = plus_di + minus_di;
    long double dx = both > 0 ? 100 * std::abs(plus_di - minus_di) / both : 0;
    if (++dx_count <= 14)
      adx += dx / 14;
    else if (both > 0)
      adx = (13 * adx + dx) / 14;
  }
};

RC_GTEST_PROP(Adx, EqualsWildersWorksheet, ()) {
  Candles candles = arbitrary_candles(28, 120);
  Worksheet sheet;
  for (std::size_t i = 1; i < candles.size(); ++i)
    sheet.take(candles[i - 1], candles[i], i);
  auto value = fed(Adx(), candles).value();
  RC_ASSERT(near(value->plus_di, static_cast<double>(sheet.plus_di), 100));
  RC_ASSERT(near(value->minus_di, static_cast<double>(sheet.minus_di), 100));
  RC_ASSERT(near(*value->adx, static_cast<double>(sheet.adx), 100));
}

RC_GTEST_PROP(Adx, OfAMirroredMarketSwapsItsSides, ()) {
  Candles candles = arbitrary_candles(28, 120), images;
  for (const Candle& candle : candles)
    images.push_back(mirrored(candle, 2000));
  auto value = fed(Adx(), candles).value(), image = fed(Adx(), images).value();
  RC_ASSERT(value->plus_di == image->minus_di);
  RC_ASSERT(value->minus_di == image->plus_di);
  RC_ASSERT(value->adx == image->adx);
}

}  // namespace
}  // namespace cscan
