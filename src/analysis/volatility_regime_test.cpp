// The regime of series whose volatility is known by construction: returns of ±r per hour have a
// realised 24 h volatility of r × sqrt(24).

#include "analysis/volatility_regime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cscan {
namespace {

/// Closes that alternate up and down by `moves` of a price, one per hour, after the first close.
HourlyCloses closes_with(const std::vector<double>& moves) {
  HourlyCloses closes = {100};
  int sign = 1;
  for (double move : moves) {
    closes.push_back(closes.back() * (1 + sign * move));
    sign = -sign;
  }
  return closes;
}

std::vector<double> hours_of(std::size_t n, double move) { return std::vector<double>(n, move); }

std::vector<double> joined(std::vector<double> a, const std::vector<double>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Volatility of(const HourlyCloses& closes) { return volatility_regime({&closes, 1}); }

/// A week whose volatility wanders a little, so that percentiles are spread.
std::vector<double> calm_week(std::size_t n) {
  std::vector<double> moves;
  for (std::size_t i = 0; i < n; ++i)
    moves.push_back(0.01 + 0.004 * std::sin(static_cast<double>(i) / 20));
  return moves;
}

TEST(VolatilityRegime, ConstantVolatilityIsMedium) {
  // Doubling and halving: squared returns 1 and 1/4, whose sums carry no rounding. 12 × 1.25 = 15.
  HourlyCloses closes;
  for (int i = 0; i < 193; ++i)
    closes.push_back(1 + i % 2);
  Volatility v = of(closes);
  EXPECT_EQ(v.regime, VolatilityRegime::medium);
  EXPECT_EQ(v.percentile, 50);
  EXPECT_EQ(v.realised_24h, std::sqrt(15.0));
  EXPECT_EQ(v.hours_of_history, 192);
  EXPECT_EQ(of(HourlyCloses(193, 100)).regime, VolatilityRegime::medium);  // a dead market
}

TEST(VolatilityRegime, AStepUpIsHighAndAStepDownIsLow) {
  EXPECT_EQ(of(closes_with(joined(calm_week(168), hours_of(24, 0.05)))).regime,
            VolatilityRegime::high);
  EXPECT_EQ(of(closes_with(joined(calm_week(168), hours_of(24, 0.001)))).regime,
            VolatilityRegime::low);
  // The percentile is that of the newest among the week: the most or the least of all.
  EXPECT_GT(*of(closes_with(joined(calm_week(168), hours_of(24, 0.05)))).percentile, 99);
  EXPECT_LT(*of(closes_with(joined(calm_week(168), hours_of(24, 0.001)))).percentile, 1);
}

TEST(VolatilityRegime, RealisedVolatilityIsTheRootOfTheSummedSquaredReturns) {
  EXPECT_NEAR(*of(closes_with(hours_of(192, 0.01))).realised_24h, 0.01 * std::sqrt(24.0), 1e-12);
  // The newest hour counts at once, and the one 25 hours ago no more.
  auto moves = hours_of(192, 0.01);
  moves[191] = 0.1;
  moves[167] = 0.5;
  EXPECT_NEAR(*of(closes_with(moves)).realised_24h, std::sqrt(23 * 0.0001 + 0.01), 1e-12);
}

TEST(VolatilityRegime, IsUnknownBeforeFortyEightHours) {
  EXPECT_EQ(volatility_regime({}).regime, VolatilityRegime::unknown);
  EXPECT_EQ(of(closes_with(hours_of(47, 0.01))).regime, VolatilityRegime::unknown);
  EXPECT_TRUE(of(closes_with(hours_of(47, 0.01))).realised_24h);
  EXPECT_FALSE(of(closes_with(hours_of(23, 0.01))).realised_24h);
  EXPECT_NE(of(closes_with(hours_of(48, 0.01))).regime, VolatilityRegime::unknown);
}

TEST(VolatilityRegime, LooksAtSevenDaysAndNothingOlder) {
  auto week = closes_with(calm_week(192));
  auto with_crash_before = closes_with(joined(hours_of(500, 0.2), calm_week(192)));
  Volatility a = of(week), b = of(with_crash_before);
  EXPECT_EQ(a.regime, b.regime);
  EXPECT_NEAR(*a.percentile, *b.percentile, 1e-9);
  EXPECT_NEAR(*a.realised_24h, *b.realised_24h, 1e-12);
}

TEST(VolatilityRegime, AHoleBreaksOnlyTheWindowsItTouches) {
  auto moves = joined(calm_week(168), hours_of(24, 0.05));
  auto whole = closes_with(moves);
  auto holed = whole;
  holed[60] = 0;  // windows that end at hours 60 to 84 are gone
  EXPECT_EQ(of(holed).regime, VolatilityRegime::high);
  EXPECT_EQ(of(holed).realised_24h, of(whole).realised_24h);
  // A hole within the last day leaves the newest complete window, the one that ends before it.
  holed = closes_with(hours_of(192, 0.01));
  holed[190] = 0;
  EXPECT_NEAR(*of(holed).realised_24h, 0.01 * std::sqrt(24.0), 1e-12);
}

TEST(VolatilityRegime, TakesTheMedianOverAssets) {
  std::vector<HourlyCloses> assets = {closes_with(hours_of(192, 0.001)),
                                      closes_with(hours_of(192, 0.01)),
                                      closes_with(hours_of(192, 0.3))};
  EXPECT_NEAR(*volatility_regime(assets).realised_24h, 0.01 * std::sqrt(24.0), 1e-12);
  // A new listing with a day of history joins only where it has windows.
  assets.push_back(closes_with(hours_of(24, 0.3)));
  EXPECT_NEAR(*volatility_regime(assets).realised_24h, (0.01 + 0.3) / 2 * std::sqrt(24.0), 1e-12);
}

TEST(VolatilityRegime, MedianOfEvenAndOddCounts) {
  std::vector<double> none, one = {3}, two = {5, 1}, three = {9, 1, 4}, four = {4, 1, 9, 2};
  EXPECT_FALSE(median(none));
  EXPECT_EQ(median(one), 3);
  EXPECT_EQ(median(two), 3);
  EXPECT_EQ(median(three), 4);
  EXPECT_EQ(median(four), 3);
}

/// Regimes at percentiles within [from, to) of weeks that turn `back` hours before their end: from
/// rising to sinking (slope > 0) or the other way round.
std::vector<VolatilityRegime> after_a_turn(double slope, double from, double to) {
  std::vector<VolatilityRegime> regimes;
  for (int back = 0; back < 90; ++back) {
    std::vector<double> moves;
    for (int i = 0; i < 192; ++i)
      moves.push_back(0.03 + slope * (i < 192 - back ? i : 2 * (192 - back) - i));
    Volatility v = of(closes_with(moves));
    if (*v.percentile >= from && *v.percentile < to)
      regimes.push_back(v.regime);
  }
  return regimes;
}

TEST(VolatilityRegime, LeavesAVerdictFivePointsBeyondItsThreshold) {
  using testing::Each, testing::IsEmpty, testing::Not, testing::AllOf;
  auto all = [](VolatilityRegime regime) { return AllOf(Not(IsEmpty()), Each(regime)); };
  EXPECT_THAT(after_a_turn(0.0001, 62, 67), all(VolatilityRegime::high));
  EXPECT_THAT(after_a_turn(0.0001, 38, 62), all(VolatilityRegime::medium));
  EXPECT_THAT(after_a_turn(-0.0001, 33, 38), all(VolatilityRegime::low));
  EXPECT_THAT(after_a_turn(-0.0001, 38, 62), all(VolatilityRegime::medium));
}

}  // namespace
}  // namespace cscan
