#include "runtime/derived_timeframes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/known_exchanges.hpp"

namespace cscan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Timestamp start{1'741'168'800'000};  // 2025-03-05 10:00 UTC

Candle minute(int n, double open, double high, double low, double close, double volume,
              CandleState state = CandleState::final) {
  return {start + minutes(n), open, high, low, close, volume, 0, state};
}

TEST(DerivedTimeframes, OnlyWhatAnExchangeLacksIsMade) {
  const std::vector<Timeframe> wanted = {Timeframe::m3, Timeframe::m5, Timeframe::h6};
  auto kucoin = native_timeframes(make_protocol("kucoinfutures")->table(), wanted);
  ASSERT_TRUE(kucoin);
  EXPECT_THAT(kucoin->watched, ElementsAre(Timeframe::m1, Timeframe::m5, Timeframe::h2));
  ASSERT_THAT(kucoin->derived, SizeIs(2));
  EXPECT_EQ(kucoin->derived[0].base, Timeframe::m1);
  EXPECT_EQ(kucoin->derived[0].ratio(), 3);
  EXPECT_EQ(kucoin->derived[1].base, Timeframe::h2);
  auto binance = native_timeframes(make_protocol("binance")->table(), wanted);
  ASSERT_TRUE(binance);
  EXPECT_EQ(binance->watched, wanted);
  EXPECT_THAT(binance->derived, IsEmpty());
}

TEST(DerivedTimeframes, ACandleGrowsWithItsParts) {
  DerivedCandles derived({Timeframe::m3, Timeframe::m1});
  auto candle = derived.grow(minute(0, 10, 12, 9, 11, 5));
  ASSERT_TRUE(candle);
  EXPECT_EQ(candle->open_time, start);
  EXPECT_EQ(candle->state, CandleState::forming);
  candle = derived.grow(minute(1, 11, 11, 8, 9, 2));
  ASSERT_TRUE(candle);
  EXPECT_TRUE(same_values(*candle, {start, 10, 12, 8, 9, 7, 0, CandleState::forming}));
  candle = derived.grow(minute(1, 11, 13, 8, 13, 4));  // the same part, further on
  EXPECT_TRUE(same_values(*candle, {start, 10, 13, 8, 13, 9, 0, CandleState::forming}));
  candle = derived.grow(minute(3, 20, 20, 20, 20, 1));
  EXPECT_TRUE(same_values(*candle, {start + minutes(3), 20, 20, 20, 20, 1}));
  EXPECT_FALSE(derived.grow(minute(2, 1, 1, 1, 1, 1))) << "of a candle that is over";
  EXPECT_FALSE(derived.grow(minute(6, 7, 7, 7, 7, 0))) << "nothing was traded";
}

TEST(DerivedTimeframes, VolumesAddUpAsDecimals) {
  DerivedCandles derived({Timeframe::m3, Timeframe::m1});
  auto settled = derived.settle(std::vector{minute(0, 1, 1, 1, 1, 0.1), minute(1, 1, 1, 1, 1, 0.2),
                                            minute(2, 1, 1, 1, 1, 0.3)});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled[0].volume, 0.6);
}

TEST(DerivedTimeframes, OnlyWholeCandlesSettle) {
  DerivedCandles derived({Timeframe::m3, Timeframe::m1});
  auto settled = derived.settle(
      std::vector{minute(1, 1, 1, 1, 1, 1), minute(2, 1, 1, 1, 1, 1),  // the first part is missing
                  minute(3, 10, 12, 9, 11, 5), minute(4, 11, 11, 11, 11, 0, CandleState::no_trade),
                  minute(5, 11, 15, 10, 14, 2), minute(6, 14, 16, 14, 15, 1)});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_TRUE(same_values(settled[0], {start + minutes(3), 10, 15, 9, 14, 7}));
  EXPECT_TRUE(is_settled(settled[0].state));
  auto grown = derived.grow(minute(7, 15, 15, 12, 12, 3));
  ASSERT_TRUE(grown) << "what a query told is known to the running candle";
  EXPECT_TRUE(same_values(*grown, {start + minutes(6), 14, 16, 12, 12, 4}));
}

}  // namespace
}  // namespace cscan
