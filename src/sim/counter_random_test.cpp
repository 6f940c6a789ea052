#include "sim/counter_random.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <set>

namespace cscan {
namespace {

constexpr std::uint64_t draws = 200'000;

struct Moments {
  double mean = 0;
  double variance = 0;
  double excess_kurtosis = 0;
};

Moments moments_of(const std::function<double(std::uint64_t)>& draw) {
  Moments m;
  for (std::uint64_t i = 0; i < draws; ++i)
    m.mean += draw(i) / static_cast<double>(draws);
  double fourth = 0;
  for (std::uint64_t i = 0; i < draws; ++i) {
    const double d = draw(i) - m.mean;
    m.variance += d * d / static_cast<double>(draws);
    fourth += d * d * d * d / static_cast<double>(draws);
  }
  m.excess_kurtosis = fourth / (m.variance * m.variance) - 3;
  return m;
}

TEST(CounterRandom, UniformFillsTheUnitInterval) {
  const CounterRandom random(1, {2});
  const Moments m = moments_of([&](std::uint64_t i) { return random.uniform(i); });
  EXPECT_NEAR(m.mean, 0.5, 0.003);
  EXPECT_NEAR(m.variance, 1.0 / 12, 0.001);
  for (std::uint64_t i = 0; i < draws; ++i) {
    ASSERT_GE(random.uniform(i), 0);
    ASSERT_LT(random.uniform(i), 1);
  }
  EXPECT_LT(to_uniform(~0ULL), 1);
  EXPECT_EQ(to_uniform(0), 0);
}

TEST(CounterRandom, NormalHasNormalMomentsAndTails) {
  const CounterRandom random(3, {});
  const Moments m = moments_of([&](std::uint64_t i) { return random.normal(i); });
  EXPECT_NEAR(m.mean, 0, 0.01);
  EXPECT_NEAR(m.variance, 1, 0.02);
  EXPECT_NEAR(m.excess_kurtosis, 0, 0.1);
  int beyond_two = 0;
  for (std::uint64_t i = 0; i < draws; ++i)
    beyond_two += std::abs(random.normal(i)) > 2 ? 1 : 0;
  EXPECT_NEAR(beyond_two / static_cast<double>(draws), 0.0455, 0.003);
}

TEST(CounterRandom, FatTailedHasUnitVarianceAndFatTails) {
  const CounterRandom random(4, {});
  const Moments m = moments_of([&](std::uint64_t i) { return random.fat_tailed(i); });
  EXPECT_NEAR(m.mean, 0, 0.01);
  EXPECT_NEAR(m.variance, 1, 0.03);
  EXPECT_NEAR(m.excess_kurtosis, 11, 2);
}

TEST(CounterRandom, RoughNormalHasNormalMoments) {
  const CounterRandom random(9, {});
  const Moments m = moments_of([&](std::uint64_t i) { return to_rough_normal(random.bits(i)); });
  EXPECT_NEAR(m.mean, 0, 0.01);
  EXPECT_NEAR(m.variance, 1, 0.02);
  EXPECT_NEAR(m.excess_kurtosis, -0.3, 0.05);  // -1.2 / 4: a sum of four uniforms
  // 2^56 - 1: all lanes full, so the greatest; 0: the least.
  EXPECT_NEAR(to_rough_normal((1ULL << 56) - 1), std::sqrt(12.0), 0.001);
  EXPECT_NEAR(to_rough_normal(0), -std::sqrt(12.0), 0.001);
}

TEST(CounterRandom, RoughLognormalIsTheExponentialOfTheRoughNormal) {
  const CounterRandom random(10, {});
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const double exact = std::exp(0.35 * to_rough_normal(random.bits(i)));
    EXPECT_NEAR(to_rough_lognormal(random.bits(i), 0.35) / exact, 1, 0.015);
  }
}

TEST(CounterRandom, CountsOnes) {
  const CounterRandom random(11, {});
  EXPECT_EQ(count_ones(0), 0);
  EXPECT_EQ(count_ones(~0ULL), 64);
  for (std::uint64_t i = 0; i < 10'000; ++i)
    ASSERT_EQ(count_ones(random.bits(i)), std::popcount(random.bits(i)));
}

TEST(CounterRandom, LognormalHasMedianOneAndTheGivenSpread) {
  const CounterRandom random(5, {});
  const Moments m = moments_of([&](std::uint64_t i) { return std::log(random.lognormal(i, 0.5)); });
  EXPECT_NEAR(m.mean, 0, 0.005);
  EXPECT_NEAR(m.variance, 0.25, 0.005);
}

TEST(CounterRandom, BelowStaysBelowAndReachesAll) {
  const CounterRandom random(6, {});
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < 1'000; ++i)
    seen.insert(random.below(i, 7));
  EXPECT_EQ(seen.size(), 7);
  EXPECT_EQ(*seen.rbegin(), 6);
}

TEST(CounterRandom, OneChangedBitOfTheCounterChangesHalfOfTheDraw) {
  const CounterRandom random(7, {1});
  for (int bit = 0; bit < 64; ++bit) {
    int changed = 0;
    for (std::uint64_t i = 0; i < 500; ++i)
      changed += std::popcount(random.bits(i) ^ random.bits(i ^ (1ULL << bit)));
    EXPECT_NEAR(changed / 500.0, 32, 1.5) << "bit " << bit;
  }
}

TEST(CounterRandom, NeighbouringSeedsAndStreamsAreUnrelated) {
  const CounterRandom first(1, {1});
  for (const CounterRandom& second :
       {CounterRandom(2, {1}), CounterRandom(1, {2}), CounterRandom(1, {1, 0}),
        CounterRandom(0, {1}), CounterRandom(1, {})}) {
    double product = 0;
    std::set<std::uint64_t> values;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
      product += first.normal(i) * second.normal(i) / 20'000;
      values.insert(first.bits(i));
      values.insert(second.bits(i));
    }
    EXPECT_NEAR(product, 0, 0.03);
    EXPECT_EQ(values.size(), 40'000);
  }
}

TEST(CounterRandom, SuccessiveDrawsAreUnrelated) {
  const CounterRandom random(8, {});
  for (const std::uint64_t lag : {1, 2, 12, 288}) {
    double product = 0;
    for (std::uint64_t i = 0; i < draws; ++i)
      product += random.normal(i) * random.normal(i + lag) / static_cast<double>(draws);
    EXPECT_NEAR(product, 0, 0.01) << "lag " << lag;
  }
}

TEST(Exponential, AgreesWithTheLibrary) {
  for (double x = -700; x <= 700; x += 0.37)
    EXPECT_NEAR(exponential(x) / std::exp(x), 1, 1e-11) << x;
  EXPECT_EQ(exponential(0), 1);
}

TEST(Exponential, OfSmallNumbersAgreesWithTheLibrary) {
  for (double x = -0.2; x <= 0.2; x += 0.001)
    EXPECT_NEAR(exponential_of_small(x), std::exp(x), 1e-7) << x;
  for (double x = -0.01; x <= 0.01; x += 0.0001)
    EXPECT_NEAR(exponential_of_small(x), std::exp(x), 1e-13) << x;
}

}  // namespace
}  // namespace cscan
