// Regimes and crashes of the whole market, over its twenty years.

#include "sim/market_factor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

namespace cscan {
namespace {

struct Stretch {
  Regime regime{};
  std::int64_t days = 0;
};

std::vector<Stretch> stretches(const MarketFactor& market) {
  std::vector<Stretch> found;
  for (std::int64_t day = 0; day < synthetic_days; ++day) {
    if (found.empty() || found.back().regime != market.regime(day))
      found.push_back({market.regime(day), 0});
    ++found.back().days;
  }
  return found;
}

class MarketFactors : public testing::TestWithParam<std::uint64_t> {
 protected:
  MarketFactor market_{GetParam()};

  double mean_by_regime(Regime regime, auto value) const {
    double sum = 0;
    double days = 0;
    for (std::int64_t day = 0; day < synthetic_days; ++day)
      if (market_.regime(day) == regime) {
        sum += value(day);
        ++days;
      }
    return sum / days;
  }
};

TEST_P(MarketFactors, RegimesLastDaysToWeeksAndAllOccur) {
  std::map<Regime, std::int64_t> days;
  const std::vector<Stretch> found = stretches(market_);
  for (std::size_t i = 0; i + 1 < found.size(); ++i) {
    EXPECT_GE(found[i].days, 3);
    EXPECT_LE(found[i].days, 24);
    days[found[i].regime] += found[i].days;
  }
  EXPECT_EQ(days.size(), 4U);
  for (const auto& [regime, n] : days)
    EXPECT_GT(n, synthetic_days / 20) << static_cast<int>(regime);
}

TEST_P(MarketFactors, EveryMonthSeesTheRegimeChange) {
  for (std::int64_t start = 0; start + 30 <= synthetic_days; start += 30) {
    std::set<Regime> seen;
    for (std::int64_t day = start; day < start + 30; ++day)
      seen.insert(market_.regime(day));
    EXPECT_GE(seen.size(), 2U);
  }
}

TEST_P(MarketFactors, BullsRiseBearsFallStormsAreWildAndRangesCalm) {
  const auto move = [this](std::int64_t day) { return market_.move(day); };
  EXPECT_GT(mean_by_regime(Regime::bull, move), 0.2);
  EXPECT_LT(mean_by_regime(Regime::bear, move), -0.2);
  EXPECT_NEAR(mean_by_regime(Regime::range, move), 0, 0.1);
  const auto volatility = [this](std::int64_t day) { return market_.day_volatility(day); };
  const double calm = mean_by_regime(Regime::range, volatility);
  EXPECT_GT(mean_by_regime(Regime::storm, volatility), 1.5 * calm);
  EXPECT_GT(mean_by_regime(Regime::bear, volatility), 1.2 * calm);
}

TEST_P(MarketFactors, ARangeDrawsThePriceBack) {
  // Within ranges the distance from the beginning predicts the next move, against itself.
  double product = 0;
  double from_start = 0;
  for (std::int64_t day = 1; day < synthetic_days; ++day) {
    if (market_.regime(day) != market_.regime(day - 1))
      from_start = 0;
    if (market_.regime(day) == Regime::range)
      product += from_start * market_.move(day);
    from_start += market_.move(day);
  }
  EXPECT_LT(product, 0);
}

TEST_P(MarketFactors, CrashesAreRareAndMostlyInStormsAndBears) {
  std::set<std::int64_t> first_bars;
  std::map<Regime, double> by_regime;
  std::map<Regime, double> days;
  for (std::int64_t day = 0; day < synthetic_days; ++day) {
    days[market_.regime(day)] += 1;
    const auto crashes = market_.crashes(day);
    for (const Episode& crash : crashes.all())
      if (first_bars.insert(crash.first_bar).second)
        by_regime[market_.regime(day)] += 1;
  }
  const double a_year = static_cast<double>(first_bars.size()) / 20;
  EXPECT_GT(a_year, 2.5);
  EXPECT_LT(a_year, 8);
  const auto rate = [&](Regime regime) { return by_regime[regime] / days[regime]; };
  EXPECT_GT(rate(Regime::storm), 2 * rate(Regime::bull));
  EXPECT_GT(rate(Regime::bear), rate(Regime::bull));
}

TEST_P(MarketFactors, VolatilityHasNoJumps) {
  for (std::int64_t hour = 0; hour < 24 * 3'000; ++hour)
    ASSERT_NEAR(market_.log_volatility(hour), market_.log_volatility(hour + 1), 0.5) << hour;
}

INSTANTIATE_TEST_SUITE_P(Seeds, MarketFactors, testing::Values(1, 42, 7'777'777));

}  // namespace
}  // namespace cscan
