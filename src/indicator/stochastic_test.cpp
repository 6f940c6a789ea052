// The slow stochastic, against hand-worked numbers and its definition over the whole series.

#include "indicator/stochastic.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

TEST(Stochastic, OfASteadyRiseWorksAsByHand) {
  Stochastic stochastic;
  // A range of 2 that rises by 1: over 14 candles the range is 15 and the close 14 above its low.
  for (std::size_t i = 0; i < 40; ++i) {
    auto n = static_cast<double>(i);
    stochastic.update(candle_at(i, n + 102, n + 100, n + 101));
  }
  EXPECT_NEAR(stochastic.value()->k, 100 * 14.0 / 15, 1e-12);
  EXPECT_NEAR(stochastic.value()->d, 100 * 14.0 / 15, 1e-12);
}

TEST(Stochastic, OfAFlatMarketIsZero) {
  Stochastic stochastic;
  for (std::size_t i = 0; i < 40; ++i)
    stochastic.update(candle_at(i, 7, 7, 7));
  EXPECT_EQ(stochastic.value(), StochasticValue{});  // TA-Lib's choice
}

RC_GTEST_PROP(Stochastic, EqualsItsDefinitionOverTheWholeSeries, ()) {
  Candles candles = arbitrary_candles(18, 80);
  std::vector<double> fast, slow;
  for (std::size_t i = 13; i < candles.size(); ++i) {
    double high = 0, low = 1e9;
    for (std::size_t k = i - 13; k <= i; ++k) {
      high = std::max(high, candles[k].high);
      low = std::min(low, candles[k].low);
    }
    fast.push_back(high > low ? 100 * (candles[i].close - low) / (high - low) : 0);
  }
  for (std::size_t i = 2; i < fast.size(); ++i)
    slow.push_back((fast[i] + fast[i - 1] + fast[i - 2]) / 3);
  std::span last = std::span(slow).last(3);
  auto value = fed(Stochastic(), candles).value();
  RC_ASSERT(near(value->k, last[2], 100));
  RC_ASSERT(near(value->d, (last[0] + last[1] + last[2]) / 3, 100));
  RC_ASSERT(value->k >= 0 && value->k <= 100 + 1e-9 && value->d >= 0 && value->d <= 100 + 1e-9);
}

}  // namespace
}  // namespace cscan
