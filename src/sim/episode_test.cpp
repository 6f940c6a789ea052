// What an episode does to price and volume, from its definition.

#include "sim/episode.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cscan {
namespace {

constexpr auto day_bars = static_cast<std::int64_t>(bars_per_day);

Episode any_episode() {
  Episode episode;
  episode.first_bar = *rc::gen::inRange<std::int64_t>(0, 2 * day_bars);
  episode.rise = *rc::gen::inRange<std::int64_t>(1, 500);
  episode.retrace = *rc::gen::inRange<std::int64_t>(1, 500);
  episode.height = *rc::gen::inRange(-300, 300) / 1000.0;
  episode.kept = *rc::gen::inRange(0, 15) / 10.0;
  episode.volume = *rc::gen::inRange(0, 9);
  episode.sigma = 2;
  episode.gathers_speed = *rc::gen::arbitrary<bool>();
  return episode;
}

RC_GTEST_PROP(Episode, GoesToItsHeightAndKeepsItsShare, ()) {
  const Episode e = any_episode();
  RC_ASSERT(e.displacement(e.first_bar) == 0);
  RC_ASSERT(e.displacement(e.first_bar - 9) == 0);
  RC_ASSERT(std::abs(e.displacement(e.first_bar + e.rise) - e.height) < 1e-12);
  RC_ASSERT(std::abs(e.displacement(e.end_bar()) - e.height * e.kept) < 1e-12);
  RC_ASSERT(e.displacement(e.end_bar() + 999) == e.displacement(e.end_bar()));
  for (std::int64_t bar = e.first_bar; bar < e.first_bar + e.rise; ++bar)
    RC_ASSERT((e.displacement(bar + 1) - e.displacement(bar)) * e.height >= 0);
  RC_ASSERT(e.intensity(e.first_bar - 1) == 0);
  RC_ASSERT(e.intensity(e.end_bar()) == 0);
  for (std::int64_t bar = e.first_bar; bar < e.end_bar(); ++bar)
    RC_ASSERT(e.intensity(bar) >= 0 && e.intensity(bar) <= 1.001);
}

RC_GTEST_PROP(Episode, TheDaysItTouchesAddUpToIt, ()) {
  const Episode e = any_episode();
  double sum = 0;
  double bars_sum = 0;
  for (std::int64_t day = 0; day < 8; ++day) {
    Episodes touching;
    touching.add(e, day);
    sum += touching.move(day);
    EpisodeBars bars;
    for (const Episode& one : touching.all())
      bars.apply(one, day, 2);
    for (const double drift : bars.drift)
      bars_sum += drift;
  }
  RC_ASSERT(std::abs(sum - e.height * e.kept) < 1e-12);
  RC_ASSERT(std::abs(bars_sum - 2 * e.height * e.kept) < 1e-12);
}

/// Swings of a scale found among `blocks` blocks.
std::vector<Episode> swings(const SwingScale& scale, std::int64_t blocks) {
  const CounterRandom random(5, {1});
  std::vector<Episode> found;
  for (std::int64_t block = 0; block < blocks; ++block)
    if (const auto swing = swing_in(scale, random, block, 0.5, 0.04)) {
      const std::int64_t block_bars = scale.block_candles * scale.candle_bars;
      EXPECT_GE(swing->first_bar, block * block_bars);
      EXPECT_LE(swing->end_bar(), (block + 1) * block_bars) << "ends within its block";
      EXPECT_EQ(swing->first_bar % scale.candle_bars, 0) << "begins with a candle";
      found.push_back(*swing);
    }
  return found;
}

class Swings : public testing::TestWithParam<SwingScale> {};

TEST_P(Swings, StayInTheirBlocksAndAreReversedInThreeOfFour) {
  const std::vector<Episode> found = swings(GetParam(), 4'000);
  EXPECT_NEAR(static_cast<double>(found.size()), 2'000, 150);
  const auto count = [&](auto condition) {
    return static_cast<double>(std::ranges::count_if(found, condition)) /
           static_cast<double>(found.size());
  };
  EXPECT_NEAR(count([](const Episode& e) { return e.kept < 1; }), 0.75, 0.04);
  EXPECT_NEAR(count([](const Episode& e) { return e.height > 0; }), 0.5, 0.04);
}

TEST_P(Swings, SlowDownWhileVolumeGrowsAndThenFades) {
  const std::int64_t candle = GetParam().candle_bars;
  for (const Episode& e : swings(GetParam(), 50)) {
    const auto move = [&](std::int64_t i) {
      return std::abs(e.displacement(e.first_bar + (i + 1) * candle) -
                      e.displacement(e.first_bar + i * candle));
    };
    const auto volume = [&](std::int64_t i) {
      return e.intensity(e.first_bar + i * candle + candle / 2);
    };
    const std::int64_t candles = e.rise / candle;
    ASSERT_GE(candles, 6);
    EXPECT_LT(move(candles - 1), move(0));
    EXPECT_GT(volume(candles / 2), volume(0)) << "grows";
    EXPECT_LT(volume(candles - 2), volume(candles - 3)) << "fades";
    EXPECT_LT(volume(candles - 1), volume(candles - 2)) << "fades";
  }
}

INSTANTIATE_TEST_SUITE_P(Scales, Swings,
                         testing::Values(swings_5m, swings_1h, swings_4h, swings_1d));

TEST(Crashes, FallWithinHoursAndReboundInPart) {
  const CounterRandom random(6, {});
  int crashes = 0;
  for (std::int64_t day = 0; day < 20'000; day += crash_block_days) {
    const auto crash = crash_of(random, day, 0.5);
    if (!crash)
      continue;
    ++crashes;
    const std::int64_t block = first_bar_of(day);
    EXPECT_GE(crash->first_bar, block);
    EXPECT_LE(crash->end_bar(), block + crash_block_days * day_bars);
    EXPECT_EQ(crash->first_bar / day_bars, crash_day(random, day)) << "on the day that was told";
    for (std::int64_t other = 0; other < crash_block_days; ++other)
      EXPECT_EQ(crash_of(random, day + other, 0.5)->first_bar, crash->first_bar);
    EXPECT_LE(crash->height, std::log(1 - 0.10));
    EXPECT_GE(crash->height, std::log(1 - 0.30));
    EXPECT_LE(crash->rise, 8 * 12);
    EXPECT_GT(crash->kept, 0.2);
    EXPECT_LT(crash->kept, 0.9);
  }
  EXPECT_NEAR(crashes, 1'250, 100);
}

TEST(Shocks, GoBothWaysAndStayInTheirBlocks) {
  const CounterRandom random(7, {});
  int pumps = 0;
  int falls = 0;
  for (std::int64_t day = 0; day < 20'000; day += shock_block_days)
    if (const auto shock = shock_of(random, day, 0.5)) {
      (shock->height > 0 ? pumps : falls) += 1;
      EXPECT_GE(shock->first_bar, first_bar_of(day));
      EXPECT_LE(shock->end_bar(), first_bar_of(day + shock_block_days));
      EXPECT_GT(std::abs(shock->height), 0.1);
    }
  EXPECT_NEAR(pumps + falls, 625, 70);
  EXPECT_GT(pumps, 200);
  EXPECT_GT(falls, 200);
}

}  // namespace
}  // namespace cscan
