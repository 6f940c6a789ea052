// MACD, against hand-worked numbers and EMAs worked out over the whole series.

#include "indicator/macd.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

TEST(Macd, WorksAsByHand) {
  Macd macd(2, 3, 2);
  for (double value : {1.0, 2.0, 6.0})
    macd.update(value);
  // Slow: mean(1, 2, 6) = 3; fast begins with it: mean(2, 6) = 4; MACD 1. No signal line yet.
  EXPECT_FALSE(macd.value());
  macd.update(8);
  // Slow 3 + 1/2 × 5 = 5.5, fast 4 + 2/3 × 4 = 20/3; MACD 7/6; signal mean(1, 7/6) = 13/12.
  ASSERT_TRUE(macd.value());
  EXPECT_DOUBLE_EQ(macd.value()->macd, 7.0 / 6);
  EXPECT_DOUBLE_EQ(macd.value()->signal, 13.0 / 12);
  EXPECT_NEAR(macd.value()->histogram, 1.0 / 12, 1e-14);
}

TEST(Macd, OfAFlatMarketIsZero) {
  Macd macd;
  for (int i = 0; i < 60; ++i)
    macd.update(64);
  EXPECT_EQ(macd.value(), MacdValue{});
}

/// The EMA of the values from `first` on, as a series; entry i belongs to value first + n − 1 + i.
std::vector<long double> ema_series(const std::vector<long double>& values, std::size_t first,
                                    std::size_t n) {
  long double ema = 0;
  for (std::size_t i = first; i < first + n; ++i)
    ema += values[i] / static_cast<long double>(n);
  std::vector<long double> series = {ema};
  for (std::size_t i = first + n; i < values.size(); ++i) {
    long double gain = 2.0L / static_cast<long double>(n + 1);
    series.push_back(values[i] * gain + series.back() * (1 - gain));
  }
  return series;
}

RC_GTEST_PROP(Macd, EqualsItsDefinitionOverTheWholeSeries, ()) {
  Candles candles = arbitrary_candles(34, 150);
  std::vector<long double> closes, line;
  for (const Candle& candle : candles)
    closes.push_back(candle.close);
  auto slow = ema_series(closes, 0, 26), fast = ema_series(closes, 14, 12);
  RC_ASSERT(slow.size() == fast.size());
  for (std::size_t i = 0; i < slow.size(); ++i)
    line.push_back(fast[i] - slow[i]);
  long double signal = ema_series(line, 0, 9).back();
  auto value = fed(Macd(), candles).value();
  RC_ASSERT(near(value->macd, static_cast<double>(line.back()), 1000));
  RC_ASSERT(near(value->signal, static_cast<double>(signal), 1000));
  RC_ASSERT(value->histogram == value->macd - value->signal);
}

}  // namespace
}  // namespace cscan
