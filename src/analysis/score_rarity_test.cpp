// The rarity model, hand-worked. A calm market alternates by ±1 around 100, so that σ is close to
// 1 % and every calm candle is as strong as the others.

#include "analysis/score_rarity.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/momentum.hpp"
#include "analysis/reversion.hpp"
#include "analysis/series_scorer.hpp"

namespace cscan {
namespace {

Candle candle(std::int64_t i, double open, double close, double volume = 10) {
  return {Timestamp{} + hours(i), open,  std::max(open, close),
          std::min(open, close),  close, volume};
}

/// n candles: closes 100, 101, 100, 101, …
std::vector<Candle> calm(std::int64_t n) {
  std::vector<Candle> candles;
  for (std::int64_t i = 0; i < n; ++i)
    candles.push_back(candle(i, i % 2 == 0 ? 101 : 100, i % 2 == 0 ? 100 : 101));
  return candles;
}

void go(std::vector<Candle>& candles, std::initializer_list<double> closes, double volume = 10) {
  for (double close : closes)
    candles.push_back(
        candle(static_cast<std::int64_t>(candles.size()), candles.back().close, close, volume));
}

std::optional<Signal> score(const std::vector<Candle>& candles, const Settings& settings = {}) {
  return score_closed(*find_score_model(ScoreModel::rarity), candles, candles.size() - 1, false,
                      settings);
}

double sigma_of(std::span<const Candle> candles) {
  return return_sigma(squared_returns(candles.first(candles.size() - 1)), candles);
}

const Reason& reason_of(const Signal& signal, Factor factor) {
  return *std::ranges::find(signal.reasons, factor, &Reason::factor);
}

TEST(ScoreRarity, SigmaIsTheRootMeanSquareOfAHundredReturns) {
  // Returns alternate between +1 % and −1/101.
  double up = 0.01 * 0.01, down = 1.0 / 101 / 101;
  EXPECT_NEAR(sigma_of(calm(200)), std::sqrt((up + down) / 2), 1e-15);
  auto jumped = calm(101);
  go(jumped, {200});
  double before = sigma_of(std::span(jumped).first(101));
  EXPECT_GT(sigma_of(jumped), 9 * before);
  go(jumped, {200});
  for (int i = 0; i < 99; ++i)
    go(jumped, {200});
  EXPECT_EQ(sigma_of(jumped), 0) << "the jump is 101 returns ago";
}

TEST(ScoreRarity, MomentumIsTheChangeOverNineCandlesInThreeSigmaWeighedByVolume) {
  auto candles = calm(500);
  double sigma = sigma_of(candles);
  auto s = score(candles);
  ASSERT_TRUE(s);
  // 500 candles end at 101; nine earlier stands 100.
  EXPECT_NEAR(s->momentum.change, 0.01, 1e-12);
  EXPECT_NEAR(s->momentum.z, 0.01 / (3 * sigma), 1e-12);
  EXPECT_EQ(s->momentum.volume_ratio, 1);
  EXPECT_EQ(s->momentum.strength, s->momentum.z);
  EXPECT_EQ(s->history_n, 500);
  // Volume of the last five at 40: mean 40 against (15 × 10 + 5 × 40) / 20 = 17.5.
  auto loud = candles;
  for (std::size_t i = 495; i < 500; ++i)
    loud[i].volume = 40;
  auto l = score(loud);
  EXPECT_NEAR(l->momentum.volume_ratio, 40 / 17.5, 1e-12);
  EXPECT_NEAR(l->momentum.strength, l->momentum.z * std::sqrt(2.0), 1e-12);
}

TEST(ScoreRarity, AMoveLikeNoOtherOfThe380Scores100) {
  auto candles = calm(499);
  go(candles, {103});
  auto s = score(candles);
  EXPECT_EQ(s->momentum.score, points(100));
  EXPECT_EQ(s->momentum.classification, Strength::strong);
  EXPECT_EQ(s->type, SignalType::strong_buy);
  EXPECT_EQ(s->direction, Direction::bullish);
  auto fall = calm(499);
  go(fall, {98});
  EXPECT_EQ(score(fall)->type, SignalType::strong_sell);
}

TEST(ScoreRarity, WhatAllCandlesDoIsNotRare) {
  // Half of the candles rise by 1/100 over nine, half fall by 1/101: with σ the same, the judged
  // rise is the stronger half: 1 − p = 95 of 380 → 50 log10(4) = 30.10.
  EXPECT_EQ(score(calm(500))->momentum.score, Score{30'10});
  EXPECT_EQ(score(calm(500))->type, SignalType::neutral);
}

TEST(ScoreRarity, AFlatMarketHasNoScoreAndSaysWhatIsUndefined) {
  std::vector<Candle> flat;
  for (std::int64_t i = 0; i < 500; ++i)
    flat.push_back(candle(i, 100, 100, 0));
  auto s = score(flat);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->combined, Score{});
  EXPECT_EQ(s->type, SignalType::neutral);
  EXPECT_FALSE(reason_of(*s, Factor::momentum_z).value.has_value());
  EXPECT_FALSE(reason_of(*s, Factor::volume_ratio).value.has_value());
  EXPECT_FALSE(reason_of(*s, Factor::rsi_overbought).value.has_value());
  EXPECT_FALSE(reason_of(*s, Factor::volume_decline).value.has_value());
}

/// A calm market, then seven rises of 3 on a spike of volume that fades.
std::vector<Candle> exhausted_rally() {
  auto candles = calm(492);
  go(candles, {104, 107, 110, 113, 116}, 20);
  go(candles, {119}, 60);
  go(candles, {122}, 40);
  go(candles, {125}, 20);
  return candles;
}

TEST(ScoreRarity, ARallyThatIsExhaustedIsAReversion) {
  auto s = score(exhausted_rally());
  ASSERT_TRUE(s);
  // 9 moves in one direction, the last calm one included (threshold 4); 40 / mean of 20 (12 × 10 +
  // 5 × 20 + 120) / 20 = 17 → 2.35 > 1.5 and both changes −1/3 and −1/2; +15 % over five (125/110 −
  // 1 = 13.6 %: 0.82 of the way) but far beyond 3 √5 σ; RSI above 70.
  EXPECT_EQ(s->reversion.consecutive_moves, 9);
  EXPECT_EQ(s->reversion.factors_met, 4);
  EXPECT_EQ(s->reversion.strength, 1);
  EXPECT_TRUE(s->reversion.candidate);
  EXPECT_EQ(s->reversion.expected_direction, Direction::bearish);
  EXPECT_EQ(s->type, SignalType::reversion_bearish);
  EXPECT_EQ(s->thesis, s->reversion.score);
  EXPECT_EQ(s->thesis + s->adjustment, s->combined);
}

TEST(ScoreRarity, ARallyThatStillRunsIsDiscountedByTheBias) {
  auto s = score(exhausted_rally());
  double sigma = sigma_of(exhausted_rally());
  double f = std::min(1.0, (125.0 / 116 - 1) / (2 * std::sqrt(3.0) * sigma));
  EXPECT_NEAR(s->reversion.running_on, f, 1e-12);
  EXPECT_NEAR(s->discount, 0.6 * f, 1e-12);
  Settings all_reversion;
  all_reversion.momentum_bias = 0;
  EXPECT_EQ(score(exhausted_rally(), all_reversion)->discount, 0);
  auto turned = exhausted_rally();
  turned.back() = candle(499, 122, 115, 20);  // below the close of three before: 116
  EXPECT_EQ(score(turned)->reversion.running_on, 0);
}

TEST(ScoreRarity, TheThresholdsGradeLinearlyFromHalfOfThem) {
  auto candles = calm(497);
  go(candles, {102, 103, 104});  // from 100: the last calm move went down
  auto s = score(candles);
  EXPECT_EQ(s->reversion.consecutive_moves, 3);
  // 3 of 4, from 2: grade 0.5 → 12.5 of 25 points.
  EXPECT_EQ(reason_of(*s, Factor::momentum_exhaustion).points, Score{12'50});
  EXPECT_FALSE(reason_of(*s, Factor::momentum_exhaustion).met);
}

TEST(ScoreRarity, MovesOfLessThanATenthOfAtrAreLeftOut) {
  auto candles = calm(497);
  go(candles, {103, 102.95, 106, 109});  // ATR near 1.2, so 0.05 is no move
  EXPECT_EQ(score(candles)->reversion.consecutive_moves, 3);
  auto broken = calm(497);
  go(broken, {103, 102.5, 106, 109});
  EXPECT_EQ(score(broken)->reversion.consecutive_moves, 2);
}

TEST(ScoreRarity, CutlersRsiGradesOnItsOwnSideOnly) {
  // Thirteen calm moves (7 up, 6 down by 1) and +2: gains 9, losses 6: RSI 60.
  auto candles = calm(500);
  go(candles, {103});
  auto s = score(candles);
  EXPECT_NEAR(s->reversion.rsi, 100.0 * 9 / 15, 1e-9);
  EXPECT_EQ(reason_of(*s, Factor::rsi_overbought).points, Score{});
  EXPECT_EQ(reason_of(*s, Factor::rsi_overbought).threshold, 70);
}

TEST(ScoreRarity, RsiIsExactlyAHundredWhenNothingFell) {
  for (double step : {0.1, 0.3, 0.7, 1.1, 2.3}) {
    auto candles = calm(500);
    for (int i = 0; i < 15; ++i)
      go(candles, {candles.back().close + step});
    EXPECT_EQ(score(candles)->reversion.rsi, 100) << step;
  }
}

TEST(ScoreRarity, TheWindowIsFiveHundredCandlesAndNotOneLess) {
  EXPECT_FALSE(score(calm(499)));
  EXPECT_TRUE(score(calm(500)));
  const auto& model = *find_score_model(ScoreModel::rarity);
  auto young = calm(219);
  EXPECT_TRUE(score_closed(model, young, 218, true, {}));
  EXPECT_FALSE(score_closed(model, young, 217, true, {}));
  EXPECT_EQ(score_closed(model, young, 218, true, {})->history_n, 219);
}

TEST(ScoreRarity, AnUnknownCandleSilencesItsOwnHundredAndTwentyAndThinsTheRestOfTheRanking) {
  auto candles = calm(800);
  candles[300] = unknown_candle(candles[300].open_time);
  const auto& model = *find_score_model(ScoreModel::rarity);
  auto at = [&](std::size_t i) { return score_closed(model, candles, i, false, {}); };
  EXPECT_FALSE(at(419));
  for (std::size_t i : {500UL, 600UL, 799UL}) {
    ASSERT_TRUE(at(i)) << i;
    EXPECT_EQ(at(i)->coverage(), 499.0 / 500);
    EXPECT_NE(at(i)->window_mark, 0U);
    EXPECT_EQ(at(i)->candle_state, CandleState::final);
  }
  EXPECT_NE(at(600)->window_mark, at(601)->window_mark);
}

TEST(ScoreRarity, HolesThatLeaveTooFewStrengthsMeanWarmingUp) {
  auto candles = calm(500);
  for (std::size_t i : {140UL, 250UL, 379UL})
    candles[i] = unknown_candle(candles[i].open_time);
  // Strengths are left for 0 candles before 499 but itself: 380..498 lie in 379's shadow.
  EXPECT_FALSE(score(candles));
}

}  // namespace
}  // namespace cscan
