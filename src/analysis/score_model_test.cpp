// Which candles a score may use: the last L, none of them unknown, or all since the listing.

#include "analysis/score_model.hpp"

#include <gtest/gtest.h>

namespace cscan {
namespace {

std::vector<Candle> rising(std::int64_t n) {
  std::vector<Candle> candles;
  for (std::int64_t i = 0; i < n; ++i) {
    double close = 100 + static_cast<double>(i % 7), volume = 1 + static_cast<double>(i % 5);
    candles.push_back({Timestamp{} + hours(i), 100, 107, 100, close, volume});
  }
  return candles;
}

const ScoreModelInfo& classic() { return *find_score_model(ScoreModel::classic); }

std::optional<Signal> score_last(const std::vector<Candle>& candles, bool from_listing = false) {
  return score_closed(classic(), candles, candles.size() - 1, from_listing, {});
}

TEST(ScoreModel, AFullWindowIsNeededUnlessTheListingIsKnown) {
  EXPECT_FALSE(score_last(rising(99)));
  ASSERT_TRUE(score_last(rising(100)));
  EXPECT_EQ(score_last(rising(100))->history_n, 100);
  EXPECT_EQ(score_last(rising(150))->history_n, 100);
  EXPECT_FALSE(score_last(rising(19), true));
  ASSERT_TRUE(score_last(rising(20), true));
  EXPECT_EQ(score_last(rising(20), true)->history_n, 20);
}

TEST(ScoreModel, AnUnknownCandleInTheWindowForbidsTheScore) {
  auto candles = rising(150);
  candles[49] = unknown_candle(candles[49].open_time);
  EXPECT_TRUE(score_last(candles));  // the window is 50 to 149
  candles[50] = unknown_candle(candles[50].open_time);
  EXPECT_FALSE(score_last(candles));
}

TEST(ScoreModel, CarriesTheWorstStateAndTheRevisionsOfItsWindow) {
  auto candles = rising(150);
  EXPECT_EQ(score_last(candles)->candle_state, CandleState::final);
  EXPECT_EQ(score_last(candles)->coverage(), 1);
  candles[10].revision = 5;  // outside the window
  candles[60].state = CandleState::no_trade;
  candles[149].revision = 2;
  candles[149].state = CandleState::revised;
  EXPECT_EQ(score_last(candles)->candle_state, CandleState::revised);
  EXPECT_EQ(score_last(candles)->revision, 2U);
}

TEST(ScoreModel, APreviewIsMarkedAndFollowsTheNewestCandle) {
  auto candles = rising(150);
  Candle forming{Timestamp{} + hours(150), 100, 150, 100, 150, 1e9, 0, CandleState::forming};
  auto preview = score_preview(classic(), candles, forming, false, {});
  ASSERT_TRUE(preview);
  EXPECT_TRUE(preview->is_preview());
  EXPECT_EQ(preview->open_time, forming.open_time);
  EXPECT_EQ(preview->price, 150);
  EXPECT_EQ(preview->momentum.volume_ratio, score_last(candles)->momentum.volume_ratio);
  candles[149] = unknown_candle(candles[149].open_time);
  EXPECT_FALSE(score_preview(classic(), candles, forming, false, {}));
}

TEST(ScoreModel, AModelThisBuildLacksIsNotFound) {
  EXPECT_EQ(find_score_model(static_cast<ScoreModel>(200)), nullptr);
}

}  // namespace
}  // namespace cscan
