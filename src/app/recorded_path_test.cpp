// How a recorded candle grows, second by second.

#include "app/recorded_path.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "series/candle_rollup.hpp"

namespace cscan {
namespace {

/// Prices in cents, volumes in thousandths.
TradedMarket cents() { return {{"binance", "BTC", "USDT", ""}, Timestamp{}, 2, 3, 100, 1'000}; }
RecordedPath path_of(double open, double high, double low, double close, double volume) {
  return {{Timestamp{} + hours(1), open, high, low, close, volume}, Timeframe::m5, cents()};
}
std::vector<double> prices_of(const RecordedPath& path) {
  std::vector<double> prices;
  for (std::int64_t second = 0; second < path.seconds(); ++second)
    prices.push_back(path.price(second));
  return prices;
}

TEST(RecordedPath, GoesByTheLowWhenItRisesAndByTheHighWhenItFalls) {
  const auto rising = prices_of(path_of(100, 109, 98, 105, 50));
  EXPECT_EQ(rising.front(), 100);
  EXPECT_EQ(rising.back(), 105);
  const auto low = std::ranges::min_element(rising), high = std::ranges::max_element(rising);
  EXPECT_EQ(*low, 98);
  EXPECT_EQ(*high, 109);
  EXPECT_LT(low, high);
  EXPECT_TRUE(std::ranges::is_sorted(low, high)) << "straight on";

  const auto falling = prices_of(path_of(105, 109, 98, 100, 50));
  EXPECT_LT(std::ranges::max_element(falling), std::ranges::min_element(falling));
  EXPECT_EQ(falling.front(), 105);
  EXPECT_EQ(falling.back(), 100);
}

TEST(RecordedPath, TheFirstSecondTradesAndTheLastCompletesIt) {
  const RecordedPath path = path_of(100, 109, 98, 105, 50);
  ASSERT_EQ(path.seconds(), 300);
  const Candle first = path.part(0, 1);
  EXPECT_EQ(first.open, 100);
  EXPECT_EQ(first.high, 100);
  EXPECT_EQ(first.low, 100);
  EXPECT_EQ(first.close, 100);
  EXPECT_EQ(first.volume, 0.167) << "a three-hundredth, in whole lots";
  EXPECT_EQ(path.part(0, 300), (Candle{Timestamp{} + hours(1), 100, 109, 98, 105, 50}));
  EXPECT_EQ(path.part(60, 120).open_time, Timestamp{} + hours(1) + minutes(1));
}

TEST(RecordedPath, FourLotsAreTradesAtTheFourPrices) {
  const RecordedPath path = path_of(100, 109, 98, 105, 0.004);
  std::vector<std::pair<std::int64_t, double>> trades;
  for (std::int64_t second = 0; second < path.seconds(); ++second)
    if (const Candle part = path.part(second, second + 1); part.volume > 0) {
      EXPECT_EQ(part.volume, 0.001);
      trades.emplace_back(second, part.close);
    } else {
      EXPECT_EQ(part.high, path.price(second)) << "flat at the price before";
      EXPECT_EQ(part.low, path.price(second));
    }
  EXPECT_EQ(trades, (std::vector<std::pair<std::int64_t, double>>{
                        {0, 100}, {100, 98}, {200, 109}, {299, 105}}));
}

TEST(RecordedPath, AnExtremeThatIsOpenOrCloseNeedsNoTradeOfItsOwn) {
  const RecordedPath two = path_of(100, 105, 100, 105, 0.002);
  EXPECT_EQ(two.price(298), 100);
  EXPECT_EQ(two.price(299), 105);
  const RecordedPath one = path_of(100, 100, 100, 100, 0.001);
  EXPECT_EQ(one.part(0, 1).volume, 0.001);
  EXPECT_EQ(one.part(1, 300).volume, 0);
}

TEST(RecordedPath, WithoutVolumeItIsTheCandleFromTheStart) {
  const RecordedPath silent = path_of(100, 100, 100, 100, 0);
  EXPECT_EQ(silent.part(7, 8), (Candle{Timestamp{} + hours(1) + seconds(7), 100, 100, 100, 100}));
  EXPECT_EQ(silent.price(0), 100);
  const RecordedPath hole(flat_candle(Timestamp{}, 42), Timeframe::m5, cents());
  EXPECT_EQ(hole.part(0, 1), flat_candle(Timestamp{}, 42));
  EXPECT_EQ(hole.price(299), 42);
}

TEST(RecordedPath, NonsenseStaysWithinTheCandle) {
  // Two lots cannot have traded at four prices.
  const RecordedPath path = path_of(100, 109, 98, 105, 0.002);
  EXPECT_EQ(path.price(0), 100);
  EXPECT_EQ(path.price(299), 105);
  EXPECT_EQ(path.part(0, 300).high, 109);
  EXPECT_EQ(path_of(100, 109, 98, 105, 0.0001).price(299), 105) << "less than a lot";
}

double in_cents(int cents) { return static_cast<double>(cents) / 100; }

RC_GTEST_PROP(RecordedPath, GrowsAndItsMinutesRollUpToIt, ()) {
  const int low = *rc::gen::inRange(100, 20'000), high = low + *rc::gen::inRange(0, 50);
  const int open = *rc::gen::inRange(low, high + 1), close = *rc::gen::inRange(low, high + 1);
  const double volume = static_cast<double>(*rc::gen::inRange(4, 2'000)) / 1'000;
  const Candle candle{Timestamp{},   in_cents(open),  in_cents(high),
                      in_cents(low), in_cents(close), volume};
  const RecordedPath path(candle, Timeframe::m5, cents());
  std::vector<Candle> parts;
  for (std::int64_t minute = 0; minute < 5; ++minute)
    parts.push_back(path.part(minute * 60, minute * 60 + 60));
  auto rolled = roll_up(parts, Timeframe::m1, Timeframe::m5, Timestamp{});
  RC_ASSERT(rolled.has_value());
  RC_ASSERT(same_rollup(*rolled, candle));
  Candle before = path.part(0, 1);
  for (std::int64_t second = 1; second <= 300; ++second) {
    const Candle grown = path.part(0, second);
    RC_ASSERT(grown.open == candle.open);
    RC_ASSERT(grown.high >= before.high && grown.high <= candle.high);
    RC_ASSERT(grown.low <= before.low && grown.low >= candle.low);
    RC_ASSERT(grown.volume >= before.volume && grown.volume <= candle.volume);
    RC_ASSERT(grown.close == path.price(second - 1));
    RC_ASSERT(std::round(grown.close * 100) / 100 == grown.close);
    before = grown;
  }
}

}  // namespace
}  // namespace cscan
