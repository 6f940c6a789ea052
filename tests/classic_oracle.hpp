#pragma once
// A second, independent reading of analysis.md, "classic, exactly": written from that text alone,
// as a script would be (plain vectors, index -1 is the judged candle), and compared with the
// program on random and recorded candles. Never "fix" it from score_classic.cpp: where the two
// disagree, the text decides.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "model/candle.hpp"
#include "model/settings.hpp"

namespace classic_oracle {

struct Verdict {
  int high_volume = 0, clusters = 0, bullish_clusters = 0, bearish_clusters = 0;
  std::string last_cluster = "neutral";
  double directional_ratio = 0, follow_through = 0, cluster_strength = 0;
  bool trend_formation = false;

  int consecutive_moves = 0, factors_met = 0;
  bool moves_met = false, volume_met = false, gain_met = false, rsi_met = false;
  double gain = 0, rsi = 50;
  int reversion_hundredths = 0;
  bool candidate = false;
  std::string expected_direction;

  double change = 0, volume_ratio = 1;
  bool boosted = false;
  int momentum_hundredths = 0;

  int combined_hundredths = 0;
  std::string type;
};

/// The window as columns that can be indexed from the end, like Python's.
struct Columns {
  std::vector<double> o, c, v;
  explicit Columns(const std::vector<cscan::Candle>& window) {
    for (const auto& candle : window) {
      o.push_back(candle.open);
      c.push_back(candle.close);
      v.push_back(candle.volume);
    }
  }
};

inline double from_end(const std::vector<double>& column, int index) {
  return column.at(column.size() - static_cast<std::size_t>(-index));
}

inline double mean_of_last(const std::vector<double>& column, int n) {
  double sum = 0;
  for (int i = -n; i <= -1; ++i)
    sum += from_end(column, i);
  return sum / n;
}

/// Half up to whole hundredths, at most 100 points.
inline int hundredths(double points) {
  return static_cast<int>(std::floor(std::fmin(points, 100.0) * 100.0 + 0.5));
}

inline void judge_clusters(const Columns& w, const cscan::Settings& s, Verdict& out) {
  double bar = s.volume_threshold_multiplier * mean_of_last(w.v, 20);
  std::string signs;  // one letter per candle: u(p), d(own) or . for ordinary volume
  for (int i = -20; i <= -1; ++i)
    signs += from_end(w.v, i) > bar ? (from_end(w.c, i) > from_end(w.o, i) ? 'u' : 'd') : '.';
  char before = '.';
  for (char sign : signs) {
    out.high_volume += sign != '.';
    if (sign != before && sign == 'u')
      ++out.bullish_clusters, out.last_cluster = "bullish";
    if (sign != before && sign == 'd')
      ++out.bearish_clusters, out.last_cluster = "bearish";
    before = sign;
  }
  out.clusters = out.bullish_clusters + out.bearish_clusters;
  if (out.clusters == 0)
    return;
  out.directional_ratio =
      static_cast<double>(std::max(out.bullish_clusters, out.bearish_clusters)) / out.clusters;
  int followed = 0;
  for (int i = -3; i <= -1; ++i)
    followed += out.last_cluster == "bullish" ? from_end(w.c, i) > from_end(w.o, i)
                                              : from_end(w.c, i) < from_end(w.o, i);
  out.follow_through = followed / 3.0;
  out.trend_formation = out.directional_ratio > s.cluster_trend_threshold &&
                        out.follow_through > s.cluster_followthrough_threshold;
  out.cluster_strength = out.directional_ratio * out.follow_through;
}

/// +1, -1 per move that counts, oldest first.
inline std::vector<int> counted_moves(const Columns& w) {
  std::vector<int> moves;
  for (int i = -9; i <= -1; ++i) {
    double x = from_end(w.c, i) / from_end(w.c, i - 1) - 1;
    if (std::fabs(x) > 0.001)
      moves.push_back(x > 0 ? 1 : -1);
  }
  return moves;
}

inline double rsi_of_last_14(const Columns& w) {
  double rises = 0, falls = 0;
  for (int i = -14; i <= -1; ++i) {
    double change = from_end(w.c, i) - from_end(w.c, i - 1);
    (change > 0 ? rises : falls) += std::fabs(change);
  }
  if (rises == 0 && falls == 0)
    return 50;
  if (falls == 0)
    return 100;
  return 100 - 100 / (1 + (rises / 14) / (falls / 14));
}

inline bool volume_exhausted(const Columns& w, const cscan::Settings& s) {
  if (from_end(w.v, -3) == 0 || from_end(w.v, -2) == 0)
    return false;  // a change from zero volume is undefined
  double changes =
      (from_end(w.v, -2) / from_end(w.v, -3) - 1) + (from_end(w.v, -1) / from_end(w.v, -2) - 1);
  bool spike = mean_of_last(w.v, 3) > s.volume_exhaustion_multiplier * mean_of_last(w.v, 10);
  return spike && changes / 2 < s.volume_decline_threshold;
}

inline void judge_reversion(const Columns& w, const cscan::Settings& s, Verdict& out) {
  auto moves = counted_moves(w);
  while (out.consecutive_moves < static_cast<int>(moves.size()) &&
         moves[moves.size() - 1 - static_cast<std::size_t>(out.consecutive_moves)] == moves.back())
    ++out.consecutive_moves;
  out.gain = (from_end(w.c, -1) - from_end(w.c, -5)) / from_end(w.c, -5);
  out.rsi = rsi_of_last_14(w);
  out.moves_met = out.consecutive_moves >= s.momentum_exhaustion_threshold;
  out.volume_met = volume_exhausted(w, s);
  out.gain_met = std::fabs(out.gain) > s.excessive_gain_threshold;
  out.rsi_met = out.rsi > 70 || out.rsi < 30;
  out.factors_met = out.moves_met + out.volume_met + out.gain_met + out.rsi_met;
  out.reversion_hundredths = 25'00 * out.factors_met;
  out.candidate = out.reversion_hundredths > 50'00;
  out.expected_direction = out.gain > 0 ? "bearish" : "bullish";
}

inline void judge_momentum(const Columns& w, Verdict& out) {
  out.change = (from_end(w.c, -1) - from_end(w.c, -10)) / from_end(w.c, -10);
  double usual = mean_of_last(w.v, 20);
  out.volume_ratio = usual == 0 ? 1 : mean_of_last(w.v, 5) / usual;
  double points = std::fabs(out.change) * out.volume_ratio * 100;
  out.boosted = out.trend_formation && out.cluster_strength > 0.5;
  if (out.boosted)
    points *= 1 + out.cluster_strength;
  out.momentum_hundredths = hundredths(points);
}

/// BUY and SELL follow the sign of the change; a change of 0 has none, so it is neither.
inline std::string name_type(const Verdict& v) {
  std::string side = v.change > 0 ? "BUY" : "SELL";
  if (v.momentum_hundredths > 70'00 && !v.candidate)
    return "MOMENTUM_" + side;
  if (v.candidate)
    return v.expected_direction == "bearish" ? "REVERSION_BEARISH" : "REVERSION_BULLISH";
  if (v.combined_hundredths > 60'00 && v.change != 0)
    return "STRONG_" + side;
  if (v.combined_hundredths > 40'00 && v.change != 0)
    return "WEAK_" + side;
  return "NEUTRAL";
}

/// Judges the last candle of `window` (at least 20).
inline Verdict judge(const std::vector<cscan::Candle>& window, const cscan::Settings& s) {
  Columns w(window);
  Verdict v;
  judge_clusters(w, s, v);
  judge_reversion(w, s, v);
  judge_momentum(w, v);
  v.combined_hundredths = hundredths(s.momentum_bias * (v.momentum_hundredths / 100.0) +
                                     (1 - s.momentum_bias) * (v.reversion_hundredths / 100.0));
  v.type = name_type(v);
  return v;
}

}  // namespace classic_oracle
