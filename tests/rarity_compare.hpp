#pragma once
// Compares a rarity signal of the program with the oracle's verdict, field by field: scores and
// counts exactly, fractions and strengths to 1e-12.

#include <gtest/gtest.h>

#include <cmath>

#include "model/signal.hpp"
#include "rarity_oracle.hpp"

namespace cscan::rarity {

inline void expect_close(double a, double b, const char* name) {
  EXPECT_LE(std::abs(a - b), 1e-12 * std::max(1.0, std::abs(b))) << name << ' ' << a << ' ' << b;
}

inline void expect_same_clusters(const Clustering& c, const rarity_oracle::Evidence& e) {
  EXPECT_EQ(c.high_volume_candles, e.high_volume);
  EXPECT_EQ(c.clusters, e.clusters);
  EXPECT_EQ(c.bullish_clusters, e.bullish_clusters);
  EXPECT_EQ(c.bearish_clusters, e.bearish_clusters);
  EXPECT_EQ(c.bullish_candles, e.bullish_candles);
  EXPECT_EQ(c.bearish_candles, e.bearish_candles);
  EXPECT_EQ(to_string(c.direction), e.last_cluster);
  EXPECT_EQ(c.trend_formation, e.trend_formation);
  expect_close(c.directional_ratio, e.directional_ratio, "directional_ratio");
  expect_close(c.follow_through, e.follow_through, "follow_through");
  expect_close(c.cluster_strength, e.cluster_strength, "cluster_strength");
}

inline void expect_same_reversion(const Reversion& r, const rarity_oracle::Verdict& v) {
  EXPECT_EQ(r.consecutive_moves, v.seen.consecutive_moves);
  EXPECT_EQ(r.factors_met, v.seen.factors_met);
  EXPECT_EQ(r.score.hundredths, v.reversion_hundredths);
  EXPECT_EQ(r.candidate, v.candidate);
  EXPECT_EQ(to_string(r.expected_direction), v.expected_direction);
  expect_close(r.gain, v.seen.gain, "gain");
  expect_close(r.rsi, v.seen.rsi.value_or(50), "rsi");
  expect_close(r.strength, v.seen.r, "reversion strength");
  expect_close(r.running_on, v.seen.running_on, "running_on");
}

inline void expect_same_momentum(const Momentum& m, const rarity_oracle::Verdict& v) {
  EXPECT_EQ(m.score.hundredths, v.momentum_hundredths);
  EXPECT_EQ(m.cluster_validated, v.seen.cluster_validated);
  EXPECT_EQ(to_string(m.direction), v.momentum_direction);
  EXPECT_EQ(to_string(m.classification), v.classification);
  expect_close(m.change, v.seen.change, "change");
  expect_close(m.z, v.seen.z, "z");
  expect_close(m.volume_ratio, v.seen.volume_ratio, "volume_ratio");
  expect_close(m.strength, v.seen.m, "momentum strength");
}

/// The points of a reversion factor are its grade times 25.
inline void expect_same_grade(const Signal& signal, Factor factor, double grade) {
  for (const Reason& reason : signal.reasons)
    if (reason.factor == factor) {
      EXPECT_EQ(reason.points.hundredths, std::floor(2'500 * grade + 0.5))
          << "factor " << static_cast<int>(factor);
    }
}

inline void expect_same_reason(const Signal& signal, Factor factor, bool met) {
  for (const Reason& reason : signal.reasons)
    if (reason.factor == factor) {
      EXPECT_EQ(reason.met, met) << "factor " << static_cast<int>(factor);
    }
}

inline void expect_same_reasons(const Signal& s, const rarity_oracle::Verdict& v) {
  expect_same_grade(s, Factor::momentum_exhaustion, v.seen.exhaustion_grade);
  expect_same_grade(s, Factor::volume_exhaustion, v.seen.volume_grade);
  expect_same_grade(s, Factor::excessive_gain, v.seen.gain_grade);
  expect_same_grade(s, Factor::rsi_overbought, v.seen.rsi_grade);
  expect_same_grade(s, Factor::rsi_oversold, v.seen.rsi_grade);
  expect_same_reason(s, Factor::momentum_score, v.momentum_hundredths > 70'00);
  expect_same_reason(s, Factor::reversion_score, v.reversion_hundredths >= 70'00);
  expect_same_reason(s, Factor::factors_met, v.seen.factors_met >= 2);
  expect_same_reason(s, Factor::combined_score, v.combined_hundredths >= 80'00);
}

inline void expect_equals_oracle(const Signal& s, const rarity_oracle::Verdict& v) {
  EXPECT_EQ(s.model, ScoreModel::rarity);
  expect_same_clusters(s.clustering, v.seen);
  expect_same_reversion(s.reversion, v);
  expect_same_momentum(s.momentum, v);
  expect_same_reasons(s, v);
  EXPECT_EQ(s.combined.hundredths, v.combined_hundredths) << v.type;
  EXPECT_EQ(s.thesis.hundredths, v.thesis_hundredths) << v.type;
  EXPECT_EQ(s.thesis + s.adjustment, s.combined);
  expect_close(s.discount, v.discount, "discount");
  EXPECT_EQ(to_string(s.type), v.type);
  EXPECT_EQ(to_string(s.direction), v.direction);
  EXPECT_EQ(s.conflict, v.conflict);
  EXPECT_EQ(s.history_n, v.candles);
  expect_close(s.coverage(), v.coverage, "coverage");
}

}  // namespace cscan::rarity
