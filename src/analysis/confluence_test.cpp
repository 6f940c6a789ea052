// Do timeframes agree, and are they independent opinions at all?

#include "analysis/confluence.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

namespace cscan {
namespace {

constexpr auto bull = Direction::bullish;
constexpr auto bear = Direction::bearish;
constexpr auto flat = Direction::neutral;

std::vector<ConfluenceVote> votes(std::vector<std::pair<Direction, double>> list) {
  std::vector<ConfluenceVote> result;
  for (std::size_t i = 0; i < list.size(); ++i)
    result.push_back({all_timeframes[i], list[i].first, to_score(list[i].second)});
  return result;
}

TEST(Confluence, TheBriefsExampleIsStrong) {
  // Three bullish, one silent: mean of all (82.4 + 75.6 + 71.2 + 60) / 4 = 72.3.
  auto c =
      find_confluence(votes({{bull, 82.4}, {bull, 75.6}, {bull, 71.2}, {flat, 60}}), points(60), 2);
  EXPECT_TRUE(c.confluence);
  EXPECT_EQ(c.analyzed, 4);
  EXPECT_EQ(c.average_score, 72.3);
  EXPECT_EQ(c.bullish, 3);
  EXPECT_EQ(c.bearish, 0);
  EXPECT_EQ(c.dominant, bull);
  EXPECT_EQ(c.recommendation, Recommendation::strong);
  EXPECT_NEAR(*c.aligned_score, (82.4 + 75.6 + 71.2) / 3, 0.005);
}

TEST(Confluence, TwoAlignedOrAMeanBelowSeventyAreModerate) {
  auto two = find_confluence(votes({{bear, 90}, {bear, 90}, {flat, 0}}), points(60), 2);
  EXPECT_EQ(two.recommendation, Recommendation::moderate);
  EXPECT_EQ(two.dominant, bear);
  auto low = find_confluence(votes({{bull, 69.99}, {bull, 70}, {bull, 70}}), points(60), 2);
  EXPECT_EQ(low.recommendation, Recommendation::moderate);
  auto at = find_confluence(votes({{bull, 70}, {bull, 70}, {bull, 70}}), points(60), 2);
  EXPECT_EQ(at.recommendation, Recommendation::strong);
}

TEST(Confluence, NeedsEnoughAlignedAndEnoughScore) {
  EXPECT_FALSE(find_confluence(votes({{bull, 90}, {flat, 90}}), points(60), 2).confluence);
  EXPECT_TRUE(find_confluence(votes({{bull, 60}, {bull, 60}}), points(60), 2).confluence);
  EXPECT_FALSE(find_confluence(votes({{bull, 60}, {bull, 59.99}}), points(60), 2).confluence);
  EXPECT_FALSE(find_confluence(votes({{bull, 90}, {bull, 90}}), points(60), 3).confluence);
  EXPECT_TRUE(find_confluence(votes({{bull, 90}}), points(60), 1).confluence);
}

TEST(Confluence, AnOpponentAtMinScoreIsAConflictAWeakerOneIsNot) {
  auto conflict = find_confluence(votes({{bull, 90}, {bull, 90}, {bear, 60}}), points(60), 2);
  EXPECT_FALSE(conflict.confluence);
  EXPECT_EQ(conflict.recommendation, Recommendation::weak);
  EXPECT_EQ(conflict.conflicts, std::vector{all_timeframes[2]});
  auto weak = find_confluence(votes({{bull, 90}, {bull, 90}, {bear, 59.99}}), points(60), 2);
  EXPECT_TRUE(weak.confluence);
  EXPECT_TRUE(weak.conflicts.empty());
}

TEST(Confluence, ATieHasNoDominantSide) {
  auto c = find_confluence(votes({{bull, 90}, {bull, 90}, {bear, 50}, {bear, 50}}), points(60), 2);
  EXPECT_FALSE(c.confluence);
  EXPECT_EQ(c.dominant, flat);
  EXPECT_EQ(c.recommendation, Recommendation::weak);
  EXPECT_EQ(c.average_score, 70);
}

TEST(Confluence, NothingAnalysedHasNoScores) {
  auto c = find_confluence({}, points(60), 2);
  EXPECT_FALSE(c.confluence);
  EXPECT_EQ(c.analyzed, 0);
  EXPECT_FALSE(c.average_score);
  EXPECT_FALSE(c.aligned_score);
}

RC_GTEST_PROP(Confluence, EqualsTheDefinitionOnRandomVotes, ()) {
  auto n = *rc::gen::inRange<std::size_t>(0, 7);
  auto min_score = points(*rc::gen::inRange(0, 101));
  std::int64_t min_aligned = *rc::gen::inRange(1, 4);
  std::vector<ConfluenceVote> list;
  std::array<std::vector<int>, 3> scores;  // bearish, neutral, bullish
  for (std::size_t i = 0; i < n; ++i) {
    int side = *rc::gen::inRange(-1, 2);
    Score score = points(*rc::gen::inRange(0, 101));
    list.push_back({all_timeframes[i], static_cast<Direction>(side), score});
    scores[static_cast<std::size_t>(side + 1)].push_back(score.hundredths);
  }
  auto c = find_confluence(list, min_score, min_aligned);
  bool tie = scores[0].size() == scores[2].size();
  const auto& aligned = scores[0].size() > scores[2].size() ? scores[0] : scores[2];
  const auto& against = scores[0].size() > scores[2].size() ? scores[2] : scores[0];
  double mean = 0;
  for (int score : aligned)
    mean += score / 100.0 / static_cast<double>(aligned.size());
  bool opposed = std::ranges::any_of(against, [&](int s) { return s >= min_score.hundredths; });
  // Away from the edge, where a sum of fractions would decide by its rounding.
  RC_PRE(std::abs(mean - min_score.value()) > 1e-6 && std::abs(mean - 70) > 1e-6);
  bool expected =
      !tie && std::ssize(aligned) >= min_aligned && !opposed && mean > min_score.value();
  RC_ASSERT(c.confluence == expected);
  RC_ASSERT((c.recommendation == Recommendation::strong) ==
            (expected && aligned.size() >= 3 && mean > 70));
  RC_ASSERT(c.aligned == (tie ? 0 : std::ssize(aligned)));
}

/// Independent votes of `n` samples from one seed.
VoteHistory random_votes(std::uint64_t seed, int n, Duration step = hours(1)) {
  std::mt19937_64 engine(seed);
  VoteHistory history;
  for (int i = 1; i <= n; ++i) {
    history.times.push_back(Timestamp{} + step * i);
    history.signed_scores.push_back(static_cast<double>(engine() % 20'001) / 100 - 100);
  }
  return history;
}

TEST(EffectiveTimeframes, IdenticalVotesAreOneAndIndependentOnesCountEach) {
  VoteHistory a = random_votes(1, 2000);
  EXPECT_EQ(effective_timeframes(std::vector{a, a, a, a}), 1.0);
  auto four = effective_timeframes(
      std::vector{a, random_votes(2, 2000), random_votes(3, 2000), random_votes(4, 2000)});
  ASSERT_TRUE(four);
  EXPECT_GT(*four, 3.9);
  EXPECT_LE(*four, 4.0);
}

TEST(EffectiveTimeframes, TwoPairsOfTwinsAreTwoAndAnOppositeTwinIsATwin) {
  VoteHistory a = random_votes(1, 2000), b = random_votes(2, 2000), minus_a = a;
  for (double& score : minus_a.signed_scores)
    score = -score;
  auto n = effective_timeframes(std::vector{a, minus_a, b, b});
  ASSERT_TRUE(n);
  EXPECT_NEAR(*n, 2, 0.02);
}

TEST(EffectiveTimeframes, ASlowVoteHoldsUntilItsNextClose) {
  // The slow one votes every fourth hour what the fast one then repeats: no other opinion at all.
  VoteHistory slow = random_votes(5, 100, hours(4)), fast;
  for (std::int64_t hour = 4; hour < 400; ++hour) {
    fast.times.push_back(Timestamp{} + hours(hour));
    fast.signed_scores.push_back(slow.signed_scores[static_cast<std::size_t>(hour / 4 - 1)]);
  }
  EXPECT_EQ(effective_timeframes(std::vector{fast, slow}), 1.0);
}

TEST(EffectiveTimeframes, SaysNothingWithoutEnoughSamplesOrVotes) {
  EXPECT_FALSE(effective_timeframes({}));
  EXPECT_FALSE(effective_timeframes(std::vector{random_votes(1, 29), random_votes(2, 29)}));
  EXPECT_TRUE(effective_timeframes(std::vector{random_votes(1, 30), random_votes(2, 30)}));
  VoteHistory silent = random_votes(1, 100);
  silent.signed_scores.assign(100, 0);
  EXPECT_FALSE(effective_timeframes(std::vector{random_votes(1, 100), silent}));
  EXPECT_FALSE(effective_timeframes(std::vector{random_votes(1, 100), VoteHistory{}}));
}

}  // namespace
}  // namespace cscan
