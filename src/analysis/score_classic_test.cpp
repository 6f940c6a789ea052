// Hand-worked cases of "classic, exactly" (analysis.md). The base is a flat market of 20 candles at
// 100 with volume 10; each case says what it changes. Index -1 is the judged candle.

#include "analysis/score_classic.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace cscan {
namespace {

class Market {
 public:
  Market() {
    for (std::int64_t i = 0; i < 20; ++i)
      candles_.push_back({Timestamp{} + hours(i), 100, 100, 100, 100, 10});
  }
  /// Closes of the newest candles; each opens where the one before closed.
  Market& closes(std::initializer_list<double> values) {
    std::size_t i = candles_.size() - values.size();
    for (double close : values) {
      candles_[i].open = candles_[i - 1].close;
      candles_[i++].close = close;
    }
    return *this;
  }
  Market& volumes(std::initializer_list<double> values) {
    std::size_t i = candles_.size() - values.size();
    for (double volume : values)
      candles_[i++].volume = volume;
    return *this;
  }
  Market& all_volumes(double volume) {
    for (Candle& candle : candles_)
      candle.volume = volume;
    return *this;
  }
  /// Candle -n becomes one of `volume` that rises (+1), falls (-1) or stands (0) within itself.
  Market& shape(std::size_t n, double volume, int sign) {
    Candle& candle = candles_[candles_.size() - n];
    candle.open = candle.close - sign;
    candle.volume = volume;
    return *this;
  }
  [[nodiscard]] Signal score(const Settings& settings = {}) const {
    return score_classic({candles_, candles_, {}, settings});
  }
  std::vector<Candle> candles_;
};

const Reason* reason_of(const Signal& signal, Factor factor) {
  for (const Reason& reason : signal.reasons)
    if (reason.factor == factor)
      return &reason;
  return nullptr;
}

TEST(ScoreClassic, AFlatMarketIsNeutralWithNothingMet) {
  Signal s = Market().score();
  EXPECT_EQ(s.type, SignalType::neutral);
  EXPECT_EQ(s.direction, Direction::neutral);
  EXPECT_EQ(s.combined, points(0));
  EXPECT_EQ(s.reversion.rsi, 50);
  EXPECT_EQ(s.reversion.consecutive_moves, 0);
  EXPECT_EQ(s.reversion.factors_met, 0);
  EXPECT_EQ(s.momentum.volume_ratio, 1);
  EXPECT_EQ(s.clustering.clusters, 0);
}

TEST(ScoreClassic, ZeroVolumeEverywhereMakesRatiosOneAndChangesUndefined) {
  // One jump of 30 % nine candles ago: momentum 30 × 1; RSI 100 is the only factor: 25.
  // combined = 0.6 × 30 + 0.4 × 25 = 28.
  Signal s = Market().closes({130, 130, 130, 130, 130, 130, 130, 130, 130}).all_volumes(0).score();
  EXPECT_EQ(s.momentum.volume_ratio, 1);
  EXPECT_EQ(s.momentum.score, points(30));
  EXPECT_EQ(s.reversion.rsi, 100);
  EXPECT_EQ(s.reversion.score, points(25));
  EXPECT_EQ(s.combined, points(28));
  EXPECT_EQ(s.clustering.high_volume_candles, 0);
  const Reason* decline = reason_of(s, Factor::volume_decline);
  ASSERT_NE(decline, nullptr);
  EXPECT_FALSE(decline->value.has_value());
  EXPECT_FALSE(decline->met);
}

TEST(ScoreClassic, FourMovesInARowExhaustMomentumThreeDoNot) {
  Signal three = Market().closes({101, 102, 103}).score();
  EXPECT_EQ(three.reversion.consecutive_moves, 3);
  EXPECT_FALSE(reason_of(three, Factor::momentum_exhaustion)->met);
  Signal four = Market().closes({101, 102, 103, 104}).score();
  EXPECT_TRUE(reason_of(four, Factor::momentum_exhaustion)->met);
}

TEST(ScoreClassic, MovesOfATenthOfAPercentNeitherExtendNorBreakARun) {
  // +1, -0.1 (0.099 %: dropped), +1, 0, +1, +1: four moves of one sign.
  Signal s = Market().closes({101, 100.9, 101.9, 101.9, 102.9, 103.9}).score();
  EXPECT_EQ(s.reversion.consecutive_moves, 4);
  // -0.2 % is a move: the run begins anew after it.
  EXPECT_EQ(Market().closes({101, 102, 101.8, 102.8}).score().reversion.consecutive_moves, 1);
}

TEST(ScoreClassic, OnlyTheLastNineReturnsCountAsMoves) {
  Signal s = Market().closes({101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112}).score();
  EXPECT_EQ(s.reversion.consecutive_moves, 9);
}

TEST(ScoreClassic, VolumeExhaustionNeedsASpikeThatFades) {
  // Last ten: 7 × 11, 28, 21, 14. Mean of 3 = 21 = 1.5 × 14: not above.
  Market equal;
  equal.all_volumes(11).volumes({28, 21, 14});
  EXPECT_FALSE(reason_of(equal.score(), Factor::volume_exhaustion)->met);
  EXPECT_EQ(equal.score().reversion.factors_met, 0);
  // 30, 21, 15: mean 22 > 1.5 × 14.3; changes -30 % and -28.6 %: met, the only factor.
  Market above;
  above.all_volumes(11).volumes({30, 21, 15});
  EXPECT_EQ(above.score().reversion.factors_met, 1);
  EXPECT_EQ(above.score().reversion.score, points(25));
  // 15, 21, 30: the same spike, still growing.
  Market growing;
  growing.all_volumes(11).volumes({15, 21, 30});
  EXPECT_EQ(growing.score().reversion.factors_met, 0);
}

TEST(ScoreClassic, AVolumeDeclineAtItsThresholdIsNotEnough) {
  Settings settings;
  settings.volume_decline_threshold = -0.125;
  // 64, 48, 48: changes -25 % and 0: mean exactly -0.125.
  Market at;
  at.volumes({64, 48, 48});
  EXPECT_EQ(at.score(settings).reversion.factors_met, 0);
  Market beyond;
  beyond.volumes({64, 48, 47});
  EXPECT_EQ(beyond.score(settings).reversion.factors_met, 1);
}

TEST(ScoreClassic, AVolumeChangeFromZeroIsUndefinedHenceNotMet) {
  Market market;
  market.all_volumes(1).volumes({0, 90, 10});
  EXPECT_EQ(market.score().reversion.factors_met, 0);
  Market to_zero;  // 90, 10, 0: -88.9 % and -100 %: defined
  to_zero.all_volumes(1).volumes({90, 10, 0});
  EXPECT_EQ(to_zero.score().reversion.factors_met, 1);
}

TEST(ScoreClassic, AGainIsExcessiveAboveFifteenPercentOverFourCandles) {
  auto gain_met = [](double close) {
    return reason_of(Market().closes({close}).score(), Factor::excessive_gain)->met;
  };
  EXPECT_FALSE(gain_met(115));
  EXPECT_TRUE(gain_met(115.01));
  EXPECT_FALSE(gain_met(85));
  EXPECT_TRUE(gain_met(84.99));
  // Five candles ago is too old: c[-5] itself already stands at 120.
  Signal s = Market().closes({120, 120, 120, 120, 120}).score();
  EXPECT_EQ(s.reversion.gain, 0);
  EXPECT_EQ(Market().closes({115.01}).score().reversion.expected_direction, Direction::bearish);
  EXPECT_EQ(Market().closes({84.99}).score().reversion.expected_direction, Direction::bullish);
}

TEST(ScoreClassic, RsiCountsBeyondSeventyAndThirty) {
  // Rises 7, falls 3: 70 exactly, not above. Rises 8, falls 3: 72.7.
  Signal at = Market().closes({107, 104}).score();
  EXPECT_EQ(at.reversion.rsi, 70);
  EXPECT_FALSE(reason_of(at, Factor::rsi_overbought)->met);
  Signal above = Market().closes({108, 105}).score();
  EXPECT_TRUE(reason_of(above, Factor::rsi_overbought)->met);
  EXPECT_NEAR(above.reversion.rsi, 800.0 / 11, 1e-9);
  Signal low = Market().closes({93, 96}).score();
  EXPECT_EQ(low.reversion.rsi, 30);
  EXPECT_FALSE(reason_of(low, Factor::rsi_oversold)->met);
  EXPECT_TRUE(reason_of(Market().closes({92, 95}).score(), Factor::rsi_oversold)->met);
}

TEST(ScoreClassic, ThreeFactorsMakeACandidateWhateverTheMomentum) {
  // +20 % each of four candles: 4 moves, gain 107 %, RSI 100; momentum 107.36 clamps to 100.
  // combined = 0.6 × 100 + 0.4 × 75 = 90.
  Signal s = Market().closes({120, 144, 172.8, 207.36}).score();
  EXPECT_EQ(s.reversion.score, points(75));
  EXPECT_TRUE(s.reversion.candidate);
  EXPECT_EQ(s.momentum.score, points(100));
  EXPECT_EQ(s.momentum.classification, Strength::strong);
  EXPECT_EQ(s.combined, points(90));
  EXPECT_EQ(s.type, SignalType::reversion_bearish);
  EXPECT_EQ(s.direction, Direction::bearish);
  EXPECT_TRUE(s.conflict);
  Signal fall = Market().closes({80, 64, 51.2, 40.96}).score();
  EXPECT_EQ(fall.type, SignalType::reversion_bullish);
}

TEST(ScoreClassic, TwoFactorsAreNoCandidate) {
  // A jump of 20 %: gain and RSI: 50, not above 50.
  Signal s = Market().closes({120}).score();
  EXPECT_EQ(s.reversion.score, points(50));
  EXPECT_FALSE(s.reversion.candidate);
}

TEST(ScoreClassic, MomentumWeighsTheChangeByTheVolumeOfTheLastFive) {
  // Volumes 10 and five of 50: mean of 5 = 50, of 20 = 20: ratio 2.5. +4 % × 2.5 = 10.
  Signal s = Market().closes({104}).volumes({50, 50, 50, 50, 50}).score();
  EXPECT_EQ(s.momentum.volume_ratio, 2.5);
  EXPECT_EQ(s.momentum.score, points(10));
  EXPECT_NEAR(s.momentum.change, 0.04, 1e-15);
}

TEST(ScoreClassic, ACandleIsHighVolumeOnlyAboveTwiceTheMean) {
  // 19 × 9 and one 19: mean 9.5, twice it is 19: not above. One 20: 20 > 19.1.
  Market at;
  at.all_volumes(9).shape(4, 19, +1);
  EXPECT_EQ(at.score().clustering.high_volume_candles, 0);
  Market above;
  above.all_volumes(9).shape(4, 20, +1);
  EXPECT_EQ(above.score().clustering.high_volume_candles, 1);
}

TEST(ScoreClassic, ClustersAreRunsAndACandleThatStandsCountsAsBearish) {
  // Up up | down stand | gap | up: three clusters, two of them bullish. Mean 17.5, bar 35.
  Market market;
  market.shape(12, 40, +1).shape(11, 40, +1).shape(10, 40, -1).shape(9, 40, 0).shape(7, 40, +1);
  Clustering c = market.score().clustering;
  EXPECT_EQ(c.high_volume_candles, 5);
  EXPECT_EQ(c.clusters, 3);
  EXPECT_EQ(c.bullish_clusters, 2);
  EXPECT_EQ(c.bearish_clusters, 1);
  EXPECT_EQ(c.direction, Direction::bullish);
  EXPECT_NEAR(c.directional_ratio, 2.0 / 3, 1e-15);
  EXPECT_EQ(c.follow_through, 0);  // the last three stand still
  EXPECT_FALSE(c.trend_formation);
}

TEST(ScoreClassic, ATrendFormationBoostsMomentumByItsStrength) {
  // One bullish cluster and three rising candles: ratio 1, follow-through 1, strength 1: × 2.
  // Volumes 10 and one 50 at -4: mean of 5 = 18, of 20 = 12: ratio 1.5. 3 % × 1.5 × 2 = 9.
  Signal s = Market().closes({101, 102, 103}).shape(4, 50, +1).score();
  EXPECT_TRUE(s.clustering.trend_formation);
  EXPECT_EQ(s.clustering.cluster_strength, 1);
  EXPECT_TRUE(s.momentum.cluster_validated);
  EXPECT_EQ(s.momentum.score, points(9));
}

TEST(ScoreClassic, AStrengthOfOneHalfDoesNotBoost) {
  // Four clusters, three bullish: ratio 0.75 > 0.7. Two of the last three rise: 2/3 > 0.5.
  // Strength 0.75 × 2/3 = 0.5, not above 0.5.
  Market market;
  market.closes({100, 101, 102});
  market.shape(16, 60, +1).shape(14, 60, -1).shape(12, 60, +1).shape(10, 60, +1);
  market.shape(10, 10, 0).shape(9, 60, +1);
  Signal s = market.score();
  EXPECT_EQ(s.clustering.directional_ratio, 0.75);
  EXPECT_TRUE(s.clustering.trend_formation);
  EXPECT_DOUBLE_EQ(s.clustering.cluster_strength, 0.5);
  EXPECT_FALSE(s.momentum.cluster_validated);
}

TEST(ScoreClassic, MomentumAboveSeventyIsAMomentumSignal) {
  // One jump at the judged candle: two factors (gain, RSI), so reversion 50, no candidate.
  EXPECT_EQ(Market().closes({170.01}).score().type, SignalType::momentum_buy);
  EXPECT_EQ(Market().closes({29.99}).score().type, SignalType::momentum_sell);
  // Exactly 70: combined = 42 + 20 = 62.
  EXPECT_EQ(Market().closes({170}).score().type, SignalType::strong_buy);
  EXPECT_EQ(Market().closes({30}).score().type, SignalType::strong_sell);
  EXPECT_EQ(Market().closes({170}).score().combined, points(62));
}

TEST(ScoreClassic, ScoresAreRoundedBeforeTheyAreCompared) {
  // 0.6 × 66.67 + 20 = 60.002, rounded 60.00: not above 60. With 66.68: 60.008 → 60.01.
  EXPECT_EQ(Market().closes({166.67}).score().type, SignalType::weak_buy);
  EXPECT_EQ(Market().closes({166.68}).score().type, SignalType::strong_buy);
  // 0.6 × 33.34 + 20 = 40.004 → 40.00: not above 40. With 33.35: 40.01.
  EXPECT_EQ(Market().closes({133.34}).score().type, SignalType::neutral);
  EXPECT_EQ(Market().closes({133.35}).score().type, SignalType::weak_buy);
  EXPECT_EQ(Market().closes({66.65}).score().type, SignalType::weak_sell);
}

TEST(ScoreClassic, WithoutAChangeOverNineCandlesThereIsNothingToBuy) {
  // Bias 0 counts reversion alone: 100 × 5, 80 × 4, 100: gain 25 %, moves 1, RSI 50: 25 points.
  Settings settings;
  settings.momentum_bias = 0;
  settings.momentum_exhaustion_threshold = 1;
  Signal s = Market().closes({80, 80, 80, 80, 100}).score(settings);
  EXPECT_EQ(s.momentum.change, 0);
  EXPECT_EQ(s.combined, points(50));
  EXPECT_EQ(s.type, SignalType::neutral);
}

TEST(ScoreClassic, APreviewSeesTheFormingPriceButNotItsVolume) {
  Market closed;
  std::vector<Candle> prices(closed.candles_.begin() + 1, closed.candles_.end());
  prices.push_back({Timestamp{} + hours(20), 100, 110, 100, 110, 1e9});
  Signal s = score_classic({prices, closed.candles_, {}, Settings{}});
  EXPECT_EQ(s.price, 110);
  EXPECT_EQ(s.momentum.score, points(10));
  EXPECT_EQ(s.momentum.volume_ratio, 1);
  EXPECT_EQ(s.clustering.high_volume_candles, 0);
}

}  // namespace
}  // namespace cscan
