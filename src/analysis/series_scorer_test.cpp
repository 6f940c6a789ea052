// The memo gives what a fresh computation gives, for any series with holes, quiet stretches and
// revisions, in both models.

#include "analysis/series_scorer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

namespace cscan {
namespace {

std::vector<Candle> walk(std::uint64_t seed, std::size_t n, bool with_holes) {
  std::mt19937_64 engine(seed);
  auto dice = [&](unsigned sides) { return static_cast<double>(engine() % sides); };
  std::vector<Candle> candles;
  double price = 100;
  for (std::size_t i = 0; i < n; ++i) {
    Timestamp open = Timestamp{} + minutes(5 * static_cast<std::int64_t>(i));
    if (with_holes && dice(150) == 0) {
      candles.push_back(unknown_candle(open));
      continue;
    }
    double close = price * (1 + (dice(201) - 100) / 10'000);
    candles.push_back({open, price, std::max(price, close), std::min(price, close), close,
                       dice(6) == 0 ? 50 : 1 + dice(20)});
    if (dice(40) == 0)
      candles.back() = flat_candle(open, price);
    else if (dice(200) == 0)
      candles.back().revision = 1 + static_cast<std::uint32_t>(dice(3));
    price = candles.back().close;
  }
  return candles;
}

void expect_same(const std::optional<Signal>& a, const std::optional<Signal>& b, std::size_t i) {
  ASSERT_EQ(a.has_value(), b.has_value()) << "candle " << i;
  if (!a)
    return;
  EXPECT_EQ(a->combined, b->combined) << "candle " << i;
  EXPECT_EQ(a->momentum.score, b->momentum.score);
  EXPECT_EQ(a->reversion.score, b->reversion.score);
  EXPECT_EQ(a->momentum.strength, b->momentum.strength);
  EXPECT_EQ(a->type, b->type);
  EXPECT_EQ(a->candle_state, b->candle_state);
  EXPECT_EQ(a->revision, b->revision);
  EXPECT_EQ(a->unknown_n, b->unknown_n);
  EXPECT_EQ(a->window_mark, b->window_mark);
  EXPECT_EQ(a->history_n, b->history_n);
}

class SeriesScorerOf : public testing::TestWithParam<ScoreModel> {
 protected:
  const ScoreModelInfo& model = *find_score_model(GetParam());
};

TEST_P(SeriesScorerOf, OneAfterTheOtherEqualsEachAlone) {
  int made = 0;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    auto candles = walk(seed, 900, seed % 2 == 1);
    bool from_listing = seed >= 2;
    SeriesScorer scorer(model);
    for (std::size_t i = 0; i < candles.size(); ++i) {
      auto memo = scorer.score_closed(candles, i, from_listing, {});
      made += memo.has_value();
      if (i % 7 == 0)
        expect_same(memo, score_closed(model, candles, i, from_listing, {}), i);
    }
  }
  EXPECT_GT(made, 1'000);
}

TEST_P(SeriesScorerOf, WhatLiesBeforeTheWindowDoesNotCount) {
  auto candles = walk(11, 700, false);
  auto tail = std::span(candles).last(model.window);
  expect_same(score_closed(model, candles, candles.size() - 1, false, {}),
              score_closed(model, tail, tail.size() - 1, false, {}), 0);
}

TEST_P(SeriesScorerOf, APreviewLeavesNoTraceAndIsWhatTheCloseWillBe) {
  auto candles = walk(5, 640, false);
  SeriesScorer scorer(model);
  auto past = std::span(candles).first(600);
  for (std::size_t i = 0; i < 600; ++i)
    (void)scorer.score_closed(past, i, false, {});
  Candle forming = candles[600];
  forming.state = CandleState::forming;
  auto preview = scorer.score_preview(past, forming, false, {});
  ASSERT_TRUE(preview);
  EXPECT_TRUE(preview->is_preview());
  forming.close *= 2;
  (void)scorer.score_preview(past, forming, false, {});
  auto closed = scorer.score_closed(candles, 600, false, {});
  expect_same(closed, score_closed(model, candles, 600, false, {}), 600);
  EXPECT_EQ(preview->price, closed->price);
  EXPECT_EQ(preview->momentum.change, closed->momentum.change);
}

TEST_P(SeriesScorerOf, ForgettingMakesAChangeInThePastCount) {
  auto candles = walk(6, 640, false);
  SeriesScorer scorer(model);
  for (std::size_t i = 0; i < candles.size(); ++i)
    (void)scorer.score_closed(candles, i, false, {});
  candles[620].close *= 1.05;
  candles[620].high *= 1.05;
  candles[620].revision = 1;
  scorer.forget();
  for (std::size_t i = 620; i < candles.size(); ++i)
    expect_same(scorer.score_closed(candles, i, false, {}),
                score_closed(model, candles, i, false, {}), i);
}

INSTANTIATE_TEST_SUITE_P(Models, SeriesScorerOf,
                         testing::Values(ScoreModel::classic, ScoreModel::rarity),
                         [](const auto& one) { return std::string(to_string(one.param)); });

}  // namespace
}  // namespace cscan
