// Candle clustering of the rarity model, hand-worked.

#include "analysis/clustering.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <vector>

namespace cscan {
namespace {

/// Forty candles of volume 10 that stand at 100; shape(n, …) changes the n-th newest.
class Quiet {
 public:
  Quiet() {
    for (std::int64_t i = 0; i < 40; ++i)
      candles_.push_back({Timestamp{} + hours(i), 100, 100, 100, 100, 10});
  }
  Quiet& shape(std::size_t n, double volume, int direction) {
    Candle& candle = candles_[candles_.size() - n];
    candle.volume = volume;
    candle.close = candle.open + direction;
    candle.high = std::max(candle.open, candle.close);
    candle.low = std::min(candle.open, candle.close);
    return *this;
  }
  Clustering clusters(const Settings& settings = {}) {
    reasons_ = {};
    return detect_clustering(candles_,
                             find_clusters(candles_, settings.volume_threshold_multiplier),
                             settings, reasons_);
  }
  [[nodiscard]] Reason reason(Factor factor) const {
    return *std::ranges::find(reasons_, factor, &Reason::factor);
  }

 private:
  std::vector<Candle> candles_;
  Reasons reasons_;
};

TEST(Clustering, ACoinAgreesThatOftenAtMostOnceInSixteen) {
  EXPECT_EQ(least_agreement(4), 4);
  EXPECT_EQ(least_agreement(5), 5);
  EXPECT_EQ(least_agreement(7), 6);
  EXPECT_EQ(least_agreement(8), 7);
  EXPECT_EQ(least_agreement(10), 8);
  for (int n = 0; n <= 20; ++n) {
    auto at_least = [n](int k) {  // P(X >= k) × 2^n by counting every outcome
      int ways = 0;
      for (unsigned outcome = 0; outcome < (1U << n); ++outcome)
        ways += std::popcount(outcome) >= k;
      return ways;
    };
    int least = least_agreement(n);
    if (n < 4) {
      EXPECT_GT(least, n);
      continue;
    }
    EXPECT_LE(at_least(least) * 16, 1 << n) << n;
    EXPECT_GT(at_least(least - 1) * 16, 1 << n) << n;
  }
}

TEST(Clustering, ComparesEachVolumeWithTheTwentyCandlesBeforeIt) {
  // Twenty before it of 10: exactly twice is not more.
  EXPECT_EQ(Quiet().shape(4, 20, +1).clusters().high_volume_candles, 0);
  EXPECT_EQ(Quiet().shape(4, 20.5, +1).clusters().high_volume_candles, 1);
  // 210 raises the mean of those after it to 20: 39 is not high any more, but before it is.
  EXPECT_EQ(Quiet().shape(5, 210, +1).shape(4, 39, +1).clusters().high_volume_candles, 1);
  EXPECT_EQ(Quiet().shape(5, 39, +1).shape(4, 210, +1).clusters().high_volume_candles, 2);
}

TEST(Clustering, ACandleThatStandsJoinsNoClusterAndEndsARun) {
  auto c = Quiet().shape(12, 30, +1).shape(11, 40, 0).shape(10, 60, +1).shape(9, 80, -1).clusters();
  EXPECT_EQ(c.high_volume_candles, 4);
  EXPECT_EQ(c.bullish_clusters, 2);
  EXPECT_EQ(c.bearish_clusters, 1);
  EXPECT_EQ(c.clusters, 3);
  EXPECT_EQ(c.bullish_candles, 2);
  EXPECT_EQ(c.bearish_candles, 1);
  EXPECT_EQ(c.direction, Direction::bearish);
  EXPECT_DOUBLE_EQ(c.directional_ratio, 2.0 / 3);
}

/// Four rising high-volume candles in two clusters, and all of the newest three rise.
Quiet rally() {
  return Quiet().shape(8, 30, +1).shape(7, 35, +1).shape(3, 40, +1).shape(2, 50, +1).shape(1, 10,
                                                                                           +1);
}

TEST(Clustering, FourOfFourThatAreFollowedFormATrend) {
  Quiet market = rally();
  auto c = market.clusters();
  EXPECT_TRUE(c.trend_formation);
  EXPECT_EQ(c.clusters, 2);
  EXPECT_EQ(c.cluster_strength, 1);
  EXPECT_EQ(market.reason(Factor::directional_agreement).threshold, 4);
  EXPECT_EQ(*std::optional<double>(market.reason(Factor::directional_agreement).value), 4);
}

TEST(Clustering, EachConditionAloneForbidsTheTrend) {
  EXPECT_FALSE(rally().shape(8, 10, +1).clusters().trend_formation);   // three of three
  EXPECT_FALSE(rally().shape(12, 30, -1).clusters().trend_formation);  // four of five, ratio 2/3
  EXPECT_FALSE(rally().shape(2, 50, 0).shape(1, 10, -1).clusters().trend_formation);  // 1/3 follow
  // Two rising clusters of three candles each and a falling one at the end: ratio 2/3 passes a
  // threshold of 0.6, six of seven agree, but the last cluster is not of the majority.
  Settings lenient;
  lenient.cluster_trend_threshold = 0.6;
  lenient.cluster_followthrough_threshold = 0.1;
  Quiet turned;
  for (std::size_t n : {16, 15, 14, 12, 11, 10})
    turned.shape(n, 200, +1);
  turned.shape(2, 300, -1);
  Quiet same = turned;
  EXPECT_EQ(turned.clusters(lenient).bullish_clusters, 2);
  EXPECT_FALSE(turned.clusters(lenient).trend_formation);
  EXPECT_TRUE(same.shape(2, 300, +1).clusters(lenient).trend_formation);
}

}  // namespace
}  // namespace cscan
