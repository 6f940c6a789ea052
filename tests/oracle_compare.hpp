#pragma once
// Compares a signal of the program with the oracle's verdict, field by field: scores exactly,
// fractions to 1e-12.

#include <gtest/gtest.h>

#include "classic_oracle.hpp"
#include "model/signal.hpp"

namespace cscan {

inline void expect_same_fraction(double a, double b, const char* name) {
  EXPECT_LE(std::abs(a - b), 1e-12 * std::max(1.0, std::abs(b))) << name << ' ' << a << ' ' << b;
}

inline void expect_same_clusters(const Clustering& c, const classic_oracle::Verdict& v) {
  EXPECT_EQ(c.high_volume_candles, v.high_volume);
  EXPECT_EQ(c.clusters, v.clusters);
  EXPECT_EQ(c.bullish_clusters, v.bullish_clusters);
  EXPECT_EQ(c.bearish_clusters, v.bearish_clusters);
  EXPECT_EQ(to_string(c.direction), v.last_cluster);
  EXPECT_EQ(c.trend_formation, v.trend_formation);
  expect_same_fraction(c.directional_ratio, v.directional_ratio, "directional_ratio");
  expect_same_fraction(c.follow_through, v.follow_through, "follow_through");
  expect_same_fraction(c.cluster_strength, v.cluster_strength, "cluster_strength");
}

inline void expect_same_reversion(const Reversion& r, const classic_oracle::Verdict& v) {
  EXPECT_EQ(r.consecutive_moves, v.consecutive_moves);
  EXPECT_EQ(r.factors_met, v.factors_met);
  EXPECT_EQ(r.score.hundredths, v.reversion_hundredths);
  EXPECT_EQ(r.candidate, v.candidate);
  EXPECT_EQ(to_string(r.expected_direction), v.expected_direction);
  expect_same_fraction(r.gain, v.gain, "gain");
  expect_same_fraction(r.rsi, v.rsi, "rsi");
}

inline void expect_same_momentum(const Momentum& m, const classic_oracle::Verdict& v) {
  EXPECT_EQ(m.score.hundredths, v.momentum_hundredths);
  EXPECT_EQ(m.cluster_validated, v.boosted);
  EXPECT_EQ(to_string(m.direction), v.change > 0   ? "bullish"
                                    : v.change < 0 ? "bearish"
                                                   : "neutral");
  std::string_view strength = v.momentum_hundredths > 80'00   ? "strong"
                              : v.momentum_hundredths > 50'00 ? "moderate"
                                                              : "weak";
  EXPECT_EQ(to_string(m.classification), strength);
  expect_same_fraction(m.change, v.change, "change");
  expect_same_fraction(m.volume_ratio, v.volume_ratio, "volume_ratio");
}

inline void expect_same_reason(const Signal& signal, Factor factor, bool met) {
  for (const Reason& reason : signal.reasons)
    if (reason.factor == factor) {
      EXPECT_EQ(reason.met, met) << "factor " << static_cast<int>(factor);
    }
}

inline void expect_equals_oracle(const Signal& s, const classic_oracle::Verdict& v) {
  expect_same_clusters(s.clustering, v);
  expect_same_reversion(s.reversion, v);
  expect_same_momentum(s.momentum, v);
  EXPECT_EQ(s.combined.hundredths, v.combined_hundredths);
  EXPECT_EQ(s.thesis + s.adjustment, s.combined);
  EXPECT_EQ(to_string(s.type), v.type);
  EXPECT_EQ(s.conflict, v.momentum_hundredths > 70'00 && v.candidate);
  expect_same_reason(s, Factor::momentum_exhaustion, v.moves_met);
  expect_same_reason(s, Factor::excessive_gain, v.gain_met);
  expect_same_reason(s, Factor::reversion_candidate, v.candidate);
}

}  // namespace cscan
