// What every indicator promises: silent until it has seen enough, counts what it saw, peeks without
// a trace, owns no heap memory, and does not depend on the unit of price.

#include <cstring>
#include <type_traits>

#include "indicator/adx.hpp"
#include "indicator/atr.hpp"
#include "indicator/bollinger.hpp"
#include "indicator/ema.hpp"
#include "indicator/ichimoku.hpp"
#include "indicator/indicator_test_support.hpp"
#include "indicator/macd.hpp"
#include "indicator/obv.hpp"
#include "indicator/price_range.hpp"
#include "indicator/retracement.hpp"
#include "indicator/rsi.hpp"
#include "indicator/session_vwap.hpp"
#include "indicator/sma.hpp"
#include "indicator/stochastic.hpp"
#include "indicator/volume_profile.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

/// An indicator as it is made for the full scan, and the inputs it needs to speak.
template <class T, std::size_t needed>
struct Subject {
  using Indicator = T;
  static constexpr std::size_t inputs_needed = needed;
};

template <class Indicator>
Indicator make() {
  if constexpr (std::is_constructible_v<Indicator>)
    return Indicator();
  else
    return Indicator(21);
}

template <class Subject>
class IndicatorContract : public testing::Test {};

using Subjects =
    testing::Types<Subject<Ema, 21>, Subject<WilderMean, 21>, Subject<Sma<50>, 50>,
                   Subject<Macd, 34>, Subject<Rsi, 15>, Subject<Bollinger<20>, 20>,
                   Subject<Stochastic, 18>, Subject<Atr, 15>, Subject<Adx, 15>, Subject<Obv, 1>,
                   Subject<SessionVwap, 1>, Subject<PriceRange<20>, 20>, Subject<Ichimoku, 77>,
                   Subject<VolumeProfile<100>, 100>, Subject<Retracement<100>, 100>>;
TYPED_TEST_SUITE(IndicatorContract, Subjects);

template <class Indicator>
auto input_of(const Candle& candle) {
  if constexpr (requires(Indicator indicator) { indicator.update(candle); })
    return candle;
  else
    return candle.close;
}

/// Rises, falls and trades in every candle.
Candles busy_market(std::size_t n) {
  Candles candles;
  for (std::size_t i = 0; i < n; ++i) {
    double close = 100 + static_cast<double>(i * i % 17);
    candles.push_back(candle_at(i, close + 1, close + 3, close - 2, close, 5));
  }
  return candles;
}

TYPED_TEST(IndicatorContract, IsSilentUntilItHasSeenEnough) {
  auto indicator = make<typename TypeParam::Indicator>();
  for (const Candle& candle : busy_market(150)) {
    EXPECT_EQ(indicator.value().has_value(), indicator.count() >= TypeParam::inputs_needed)
        << indicator.count();
    std::size_t before = indicator.count();
    indicator.update(input_of<typename TypeParam::Indicator>(candle));
    EXPECT_EQ(indicator.count(), before + 1);
  }
}

TYPED_TEST(IndicatorContract, PeeksWithoutATrace) {
  using Indicator = typename TypeParam::Indicator;
  // Trivially copyable: its bytes are its whole state, and none of it lies on the heap.
  static_assert(std::is_trivially_copyable_v<Indicator>);
  EXPECT_TRUE(rc::check([] {
    Candles candles = arbitrary_candles(1, 250);
    const Indicator before = fed(make<Indicator>(), {candles.begin(), candles.end() - 1});
    auto input = input_of<Indicator>(candles.back());
    unsigned char state[sizeof(Indicator)];
    std::memcpy(state, &before, sizeof state);
    auto peeked = before.peek(input);
    RC_ASSERT(std::memcmp(state, &before, sizeof state) == 0);
    Indicator after = before;
    after.update(input);
    RC_ASSERT(after.value() == peeked);
  }));
}

TYPED_TEST(IndicatorContract, SaysTheSameOfTheSameCandlesInAnotherUnit) {
  using Indicator = typename TypeParam::Indicator;
  // Scaling by a power of two is exact, so every comparison must come out as before.
  EXPECT_TRUE(rc::check([] {
    Candles candles = arbitrary_candles(1, 250), tiny = candles, back = candles;
    for (Candle& c : tiny)
      for (double* price : {&c.open, &c.high, &c.low, &c.close})
        *price = std::ldexp(*price, -60);
    auto large = fed(make<Indicator>(), candles).value();
    auto small = fed(make<Indicator>(), tiny).value();
    RC_ASSERT(large.has_value() == small.has_value());
    if constexpr (std::is_same_v<Indicator, Rsi> || std::is_same_v<Indicator, Stochastic> ||
                  std::is_same_v<Indicator, Adx> || std::is_same_v<Indicator, Obv>)
      RC_ASSERT(large == small);
    else if constexpr (std::is_same_v<decltype(large), std::optional<double>>)
      RC_ASSERT(!large || std::ldexp(*small, 60) == *large);
    else if constexpr (std::is_same_v<Indicator, Bollinger<20>>)
      RC_ASSERT(!large || (small->position == large->position && small->width == large->width));
    else if constexpr (std::is_same_v<Indicator, Retracement<100>>)
      RC_ASSERT(!large || (small->position == large->position && small->swing == large->swing));
    else if constexpr (std::is_same_v<Indicator, Ichimoku>)
      RC_ASSERT(!large || small->state == large->state);
  }));
}

}  // namespace
}  // namespace cscan
