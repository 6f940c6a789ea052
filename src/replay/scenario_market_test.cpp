#include "replay/scenario_market.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "series/candle_rollup.hpp"

namespace cscan {
namespace {

const Timestamp start = *parse_timestamp("2026-01-05");
const ScenarioPath walk{.walks = true, .seed = 7, .price = 100};

TEST(ScenarioPath, AFlatMarketStandsStill) {
  ScenarioPath flat{.price = 50, .volume = 3};
  Candle expected{start, 50, 50, 50, 50, 15};
  EXPECT_EQ(path_candle(flat, Timeframe::m5, start), expected);
}

TEST(ScenarioPath, LargerCandlesAreTheRollUpOfSmallerOnes) {
  for (Timestamp t = start; t < start + days(2); t = t + hours(4)) {
    std::vector<Candle> small;
    for (Timestamp s = t; s < t + hours(4); s = s + minutes(5))
      small.push_back(path_candle(walk, Timeframe::m5, s));
    auto rolled = roll_up(small, Timeframe::m5, Timeframe::h4, t);
    ASSERT_TRUE(rolled);
    EXPECT_TRUE(same_rollup(*rolled, path_candle(walk, Timeframe::h4, t)));
  }
}

TEST(ScenarioPath, CandlesOfAWalkAreSoundAndJoined) {
  Candle before = path_candle(walk, Timeframe::h1, start - hours(1));
  for (Timestamp t = start; t < start + days(60); t = t + hours(1)) {
    Candle candle = path_candle(walk, Timeframe::h1, t);
    ASSERT_EQ(candle_defect(candle), nullptr);
    ASSERT_EQ(candle.open, before.close);
    ASSERT_LT(std::abs(candle.close / 100 - 1), 1.0 / 3);
    before = candle;
  }
}

TEST(ScenarioPath, AWalkRisesAsOftenAsItFallsAndOftenTradesMuch) {
  int rose = 0, fell = 0, busy = 0;
  for (int i = 0; i < 5000; ++i) {
    Candle candle = path_candle(walk, Timeframe::m1, start + minutes(i));
    rose += candle.close > candle.open;
    fell += candle.close < candle.open;
    busy += candle.volume == 200;
  }
  EXPECT_NEAR(rose, fell, 500);  // a fair coin: 2,500 ± 35 each; a walk's steps are not independent
  EXPECT_NEAR(busy, 5000 / 40, 45);  // four standard deviations of 11
}

TEST(ScenarioPath, SeedsTellOfDifferentMarkets) {
  ScenarioPath other = walk;
  other.seed = 8;
  int same = 0;
  for (int i = 0; i < 1000; ++i)
    same += path_price(walk, start + minutes(i)) == path_price(other, start + minutes(i));
  EXPECT_LT(same, 50);
}

}  // namespace
}  // namespace cscan
