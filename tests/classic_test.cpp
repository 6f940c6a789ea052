// The classic score model against the oracle, which was written from the specification alone.

#include "analysis/score_classic.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <random>
#include <set>

#include "classic_oracle.hpp"
#include "oracle_compare.hpp"

namespace cscan {
namespace {

/// Small and large moves, steps that classic ignores (0.1 % and less), and none at all.
constexpr std::array moves = {0.0,   0.0,    0.0005, -0.0005, 0.001, -0.001, 0.002, -0.002,
                              0.012, -0.012, 0.03,   -0.03,   0.09,  -0.09,  0.25,  -0.2};
/// Volumes with ties, spikes that fade, and silence.
constexpr std::array volumes = {0.0, 0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 40.0, 90.5, 300.25};

struct Dice {
  std::mt19937_64 engine;
  explicit Dice(std::uint64_t seed) : engine(seed) {}
  std::size_t below(std::size_t n) { return engine() % n; }
};

Candle next_candle(Dice& dice, double open, double move, double volume, std::int64_t index) {
  double close = open * (1 + move);
  double wick = 1 + 0.001 * static_cast<double>(dice.below(3));
  return {.open_time = Timestamp{} + hours(index),
          .open = open,
          .high = std::max(open, close) * wick,
          .low = std::min(open, close) / wick,
          .close = close,
          .volume = volume};
}

/// 20 to 100 candles in stretches of one mood, so that runs, clusters and exhaustion do occur.
std::vector<Candle> random_window(Dice& dice) {
  std::vector<Candle> window;
  std::size_t n = 20 + dice.below(81);
  bool silent = dice.below(20) == 0;
  double price = 0.0001 * static_cast<double>(1 + dice.below(1'000'000'000));
  for (std::size_t mood = 0, left = 0; window.size() < n; --left) {
    if (left == 0)
      left = 1 + dice.below(9), mood = dice.below(4);
    double move = moves[dice.below(moves.size())];
    if (mood == 1)
      move = std::abs(move);
    if (mood == 2)
      move = -std::abs(move);
    double volume = silent ? 0 : volumes[dice.below(volumes.size())];
    if (mood == 3 && !window.empty())
      volume = window.back().volume * (dice.below(2) ? 0.7 : 1);  // fading, with exact ties
    window.push_back(next_candle(dice, price, move, volume, std::ssize(window)));
    price = window.back().close;
  }
  return window;
}

Settings random_settings(Dice& dice) {
  Settings s;
  if (dice.below(2) == 0)
    return s;
  s.momentum_bias = static_cast<double>(dice.below(11)) / 10;
  s.momentum_exhaustion_threshold = static_cast<double>(1 + dice.below(6));
  s.volume_exhaustion_multiplier = 0.25 * static_cast<double>(1 + dice.below(8));
  s.volume_decline_threshold = -0.125 * static_cast<double>(dice.below(4));
  s.excessive_gain_threshold = 0.02 * static_cast<double>(1 + dice.below(10));
  s.volume_threshold_multiplier = 0.5 * static_cast<double>(1 + dice.below(5));
  s.cluster_trend_threshold = 0.25 * static_cast<double>(dice.below(5));
  s.cluster_followthrough_threshold = 0.25 * static_cast<double>(dice.below(5));
  return s;
}

TEST(ScoreClassic, EqualsTheOracleOnThirtyThousandRandomWindowsOfEveryType) {
  Dice dice(20251024);
  std::set<SignalType> seen;
  for (int round = 0; round < 30'000 && !testing::Test::HasFailure(); ++round) {
    auto window = random_window(dice);
    Settings settings = random_settings(dice);
    Signal signal = score_classic({window, window, {}, settings});
    expect_equals_oracle(signal, classic_oracle::judge(window, settings));
    seen.insert(signal.type);
  }
  EXPECT_EQ(seen.size(), signal_type_count);
}

RC_GTEST_PROP(ScoreClassic, EqualsTheOracleForAnySeed, (std::uint64_t seed)) {
  Dice dice(seed);
  auto window = random_window(dice);
  Settings settings = random_settings(dice);
  expect_equals_oracle(score_classic({window, window, {}, settings}),
                       classic_oracle::judge(window, settings));
  RC_ASSERT(!testing::Test::HasFailure());
}

TEST(ScoreClassic, DependsOnTheNewestTwentyCandlesOnly) {
  Dice dice(7);
  for (int round = 0; round < 500; ++round) {
    auto window = random_window(dice);
    auto tail = std::span(window).last(20);
    auto whole = score_classic({window, window, {}, Settings{}});
    std::vector<Candle> last(tail.begin(), tail.end());
    expect_equals_oracle(whole, classic_oracle::judge(last, Settings{}));
  }
}

}  // namespace
}  // namespace cscan
