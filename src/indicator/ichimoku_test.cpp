// Ichimoku, against hand-worked numbers and its definition over the whole series.

#include "indicator/ichimoku.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

TEST(Ichimoku, OfASteadyRiseWorksAsByHand) {
  Ichimoku ichimoku;
  for (std::size_t i = 0; i < 77; ++i) {
    EXPECT_FALSE(ichimoku.value());
    auto n = static_cast<double>(i);
    ichimoku.update(candle_at(i, 101 + n, 99 + n, 100 + n));
  }
  // The newest close is 176. Of 9 candles the range is 167 to 177, of 26 150 to 177. The cloud is
  // that of candle 51 (close 151): of 9 142 to 152, of 26 125 to 152, of 52 99 to 152.
  EXPECT_EQ(ichimoku.value(),
            (IchimokuValue{172, 163.5, (147 + 138.5) / 2, 125.5, CloudState::above}));
}

TEST(Ichimoku, OfAFlatMarketIsInsideItsCloud) {
  Ichimoku ichimoku;
  for (std::size_t i = 0; i < 90; ++i)
    ichimoku.update(candle_at(i, 7, 7, 7));
  EXPECT_EQ(ichimoku.value(), (IchimokuValue{7, 7, 7, 7, CloudState::inside}));
}

double middle(const Candles& candles, std::size_t last, std::size_t n) {
  double high = 0, low = 1e9;
  for (std::size_t i = last + 1 - n; i <= last; ++i) {
    high = std::max(high, candles[i].high);
    low = std::min(low, candles[i].low);
  }
  return (high + low) / 2;
}

RC_GTEST_PROP(Ichimoku, EqualsItsDefinitionOverTheWholeSeries, ()) {
  Candles candles = arbitrary_candles(77, 180);
  std::size_t now = candles.size() - 1, then = now - 25;
  double a = (middle(candles, then, 9) + middle(candles, then, 26)) / 2;
  double b = middle(candles, then, 52);
  double close = candles.back().close;
  auto value = fed(Ichimoku(), candles).value();
  RC_ASSERT(value->conversion == middle(candles, now, 9));
  RC_ASSERT(value->base == middle(candles, now, 26));
  RC_ASSERT(value->span_a == a);
  RC_ASSERT(value->span_b == b);
  RC_ASSERT((value->state == CloudState::above) == (close > a && close > b));
  RC_ASSERT((value->state == CloudState::below) == (close < a && close < b));
}

}  // namespace
}  // namespace cscan
