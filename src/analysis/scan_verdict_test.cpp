// What the full scan makes of the indicators: hand-worked cases, bounds, symmetry and monotony.

#include "analysis/scan_verdict.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "analysis/scan_indicators.hpp"
#include "analysis/scan_test_support.hpp"

namespace cscan {
namespace {

/// A rising market in round numbers; ATR 2.
ScanValues rising() {
  ScanValues v;
  v.candles = 500;
  v.warming_up = false;
  v.close = 104;
  v.ema_21 = 103;
  v.ema_50 = 102;
  v.ema_200 = 98;
  v.atr_14 = v.atr_100 = 2;
  v.plus_di_14 = 30;
  v.minus_di_14 = 10;
  v.adx_14 = 20;
  v.macd_12_26 = 1;
  v.ichimoku_span_a = 100;
  v.ichimoku_span_b = 102;
  v.rsi_14 = 65;
  v.high_20 = 105;
  v.low_20 = 101;
  v.high_100 = 112;
  v.low_100 = 90;
  return v;
}

TEST(ScanVerdict, WorksAsByHand) {
  ScanVerdict verdict = judge_scan(rising());
  // Averages (0.5 + 0.5 + 1) / 3, movement 20/40 × 20/25, MACD 1/2, cloud 3 halves: 1.
  EXPECT_EQ(verdict.trend_score, 64.17);  // (2/3 + 0.4 + 0.5 + 1) / 4
  EXPECT_EQ(verdict.trend, Direction::bullish);
  EXPECT_EQ(verdict.regime, ScanRegime::ranging);
  // Half an ATR above EMA21 and RSI below 70: nothing is taken off.
  EXPECT_EQ(verdict.opportunity, to_score(64.17));
  // The low of 20 candles is 3 away, and half an ATR beyond it is 4: between 2 and 6.
  EXPECT_EQ(verdict.stop, 100);
  EXPECT_EQ(verdict.target, 112);
  EXPECT_EQ(verdict.reward_risk, 2);
}

TEST(ScanVerdict, IsEmptyBeforeAdxIsKnown) {
  ScanValues values = rising();
  values.adx_14.reset();
  EXPECT_EQ(judge_scan(values), ScanVerdict{});
}

TEST(ScanVerdict, LeavesOutVotesThatWarmUp) {
  ScanValues values = rising();
  values.ema_50.reset();
  values.ema_200.reset();
  values.macd_12_26.reset();
  values.ichimoku_span_a.reset();
  values.ichimoku_span_b.reset();
  EXPECT_EQ(judge_scan(values).trend_score, 45);  // (0.5 + 0.4) / 2
}

TEST(ScanVerdict, OfAMarketThatStandsStillIsNothing) {
  ScanIndicators indicators(Timeframe::h1);
  for (int i = 0; i < 300; ++i)
    indicators.update(flat_candle(Timestamp{} + hours(i), 0.1));
  ScanVerdict verdict = judge_scan(indicators.value());
  EXPECT_EQ(verdict.trend_score, 0);
  EXPECT_EQ(verdict.trend, Direction::neutral);
  EXPECT_EQ(verdict.regime, ScanRegime::ranging);
  EXPECT_EQ(verdict.opportunity, Score{});
  EXPECT_FALSE(verdict.stop || verdict.target || verdict.reward_risk);
}

TEST(ScanVerdict, TellsTheRegimesApart) {
  ScanValues values = rising();
  values.adx_14 = 25;
  EXPECT_EQ(judge_scan(values).regime, ScanRegime::trending);
  values.adx_14 = 24.99;
  EXPECT_EQ(judge_scan(values).regime, ScanRegime::ranging);
  values.atr_14 = 3;
  EXPECT_EQ(judge_scan(values).regime, ScanRegime::turbulent);
  values.atr_14 = 2.99;
  EXPECT_EQ(judge_scan(values).regime, ScanRegime::ranging);
  values.adx_14 = 60;
  values.atr_14 = 30;
  EXPECT_EQ(judge_scan(values).regime, ScanRegime::turbulent);
  values.atr_100.reset();
  EXPECT_EQ(judge_scan(values).regime, ScanRegime::trending);
}

TEST(ScanVerdict, TrendsFromTwentyPointsOn) {
  ScanValues values = rising();
  values.ema_21 = values.ema_50 = values.ema_200 = values.close = 101;  // averages and cloud: 0
  values.macd_12_26 = 0;
  values.adx_14 = 25;
  values.plus_di_14 = 90;
  values.minus_di_14 = 10;  // movement 0.8: 20 points
  EXPECT_EQ(judge_scan(values).trend, Direction::bullish);
  values.adx_14 = 24.9;
  EXPECT_EQ(judge_scan(values).trend, Direction::neutral);
  EXPECT_FALSE(judge_scan(values).stop);
}

TEST(ScanVerdict, PenalisesOverextension) {
  auto opportunity = [](double away, double rsi) {
    ScanValues values = rising();
    values.ema_21 = values.close - 2 * away;  // in ATR
    values.rsi_14 = rsi;
    ScanVerdict verdict = judge_scan(values);
    return verdict.opportunity->value() / *verdict.trend_score;
  };
  EXPECT_NEAR(opportunity(0, 60), 1, 1e-3);
  EXPECT_NEAR(opportunity(-1, 60), 1, 1e-3);
  EXPECT_NEAR(opportunity(-1.5, 60), 0.5, 1e-3);
  EXPECT_NEAR(opportunity(1.75, 60), 0.5, 1e-3);
  EXPECT_EQ(opportunity(3, 60), 0);
  EXPECT_EQ(opportunity(-2, 60), 0);
  EXPECT_NEAR(opportunity(0, 80), 0.5, 1e-3);
  EXPECT_EQ(opportunity(0, 90), 0);
}

TEST(ScanVerdict, KeepsTheStopBetweenOneAndThreeAtr) {
  ScanValues values = rising();
  values.low_20 = 103.9;
  EXPECT_EQ(judge_scan(values).stop, 102);
  values.low_20 = 80;
  EXPECT_EQ(judge_scan(values).stop, 98);
}

TEST(ScanVerdict, AimsBeyondTheHighestHighWhenThatIsNear) {
  ScanValues values = rising();
  values.high_100 = 105.9;  // less than an ATR away
  EXPECT_EQ(judge_scan(values).target, 110);
  EXPECT_EQ(judge_scan(values).reward_risk, 1.5);
  values.high_100.reset();
  EXPECT_EQ(judge_scan(values).target, 110);
}

TEST(ScanVerdict, SuggestsNoPriceBelowZero) {
  ScanValues values = rising();
  values.atr_14 = 60;
  values.ema_21 = -100;  // strong enough a trend in spite of the ATR
  values.ema_50 = -200;
  values.ema_200 = -300;
  values.adx_14 = 90;
  values.low_20 = 1;  // the stop would be 30 below it
  ScanVerdict verdict = judge_scan(values);
  EXPECT_EQ(verdict.trend, Direction::bullish);
  EXPECT_FALSE(verdict.stop || verdict.target || verdict.reward_risk);
}

RC_GTEST_PROP(ScanVerdict, ScoresAHigherCloseNoLower, ()) {
  ScanValues values = rising();
  double before = -100;
  for (int close = 60; close <= 150; ++close) {
    values.close = close + *rc::gen::inRange(0, 100) / 100.0;
    double score = *judge_scan(values).trend_score;
    RC_ASSERT(score >= before);
    before = score;
  }
}

/// Values of candles that wander in whole steps around 1,000, and of the same in a mirror.
struct Both {
  ScanValues seen, mirrored;
};

Both arbitrary_values(double mirror) {
  ScanIndicators seen(Timeframe::h1), image(Timeframe::h1);
  double price = 4'000;  // at most 11 a candle away: above 0, and so is its mirror image
  int drift = *rc::gen::inRange(-3, 4);
  auto n = *rc::gen::inRange(28, 260);
  for (int i = 0; i < n; ++i) {
    double open = price, close = open + drift + *rc::gen::inRange(-8, 9);
    double high = std::max(open, close) + *rc::gen::inRange(0, 4);
    double low = std::min(open, close) - *rc::gen::inRange(0, 4);
    Timestamp at = Timestamp{} + hours(i);
    seen.update({at, open, high, low, close, 5});
    auto in_mirror = [mirror](double x) { return 2 * mirror - x; };
    image.update({at, in_mirror(open), in_mirror(low), in_mirror(high), in_mirror(close), 5});
    price = close;
  }
  return {seen.value(), image.value()};
}

RC_GTEST_PROP(ScanVerdict, StaysWithinItsBounds, ()) {
  Both values = arbitrary_values(5'000);
  ScanVerdict verdict = judge_scan(values.seen);
  RC_ASSERT(std::abs(*verdict.trend_score) <= 100);
  RC_ASSERT(*verdict.opportunity >= points(0));
  RC_ASSERT(verdict.opportunity->value() <= std::abs(*verdict.trend_score) + 0.005);
  RC_ASSERT(scan_test::all_finite(values.seen, verdict));
  RC_ASSERT(verdict.stop.has_value() == (verdict.trend != Direction::neutral));
  RC_PRE(verdict.stop.has_value());
  double close = values.seen.close, atr = *values.seen.atr_14;
  double side = static_cast<double>(verdict.trend);
  double risk = side * (close - *verdict.stop) / atr,
         reward = side * (*verdict.target - close) / atr;
  RC_ASSERT(risk >= 1 - 1e-9);
  RC_ASSERT(risk <= 3 + 1e-9);
  RC_ASSERT(reward >= 1 - 1e-9);
  RC_ASSERT(std::abs(*verdict.reward_risk - reward / risk) < 1e-9);
}

RC_GTEST_PROP(ScanVerdict, OfAMirroredMarketIsTheMirrorImage, ()) {
  constexpr double mirror = 5'000;
  Both values = arbitrary_values(mirror);
  ScanVerdict seen = judge_scan(values.seen), image = judge_scan(values.mirrored);
  constexpr double rounding = 0.011;
  RC_ASSERT(std::abs(*seen.trend_score + *image.trend_score) <= rounding);
  RC_ASSERT(std::abs(seen.opportunity->value() - image.opportunity->value()) <= 2 * rounding);
  RC_ASSERT(seen.regime == image.regime);
  RC_PRE(seen.trend == opposite(image.trend));  // but for a score of 20 within rounding
  RC_PRE(seen.stop.has_value());
  RC_ASSERT(std::abs(*seen.stop + *image.stop - 2 * mirror) < 1e-6);
  RC_ASSERT(std::abs(*seen.target + *image.target - 2 * mirror) < 1e-6);
  RC_ASSERT(std::abs(*seen.reward_risk - *image.reward_risk) < 1e-6);
}

}  // namespace
}  // namespace cscan
