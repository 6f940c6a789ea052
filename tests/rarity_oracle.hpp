#pragma once
// A second, independent reading of the `rarity` model in analysis.md: written from that text alone,
// as a script would be (plain vectors, index -1 is the judged candle, every strength computed
// afresh from its own 120 candles, ranks found by sorting). Slow and obvious. Never "fix" it from
// score_rarity.cpp: where the two disagree, the text decides.

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/candle.hpp"
#include "model/settings.hpp"

namespace rarity_oracle {

inline constexpr std::size_t window_max = 500;     // candles a verdict may depend on
inline constexpr std::size_t own_candles = 120;    // candles one strength may depend on
inline constexpr std::size_t ranked_max = 380;     // candles it is ranked among, itself included
inline constexpr std::size_t strengths_min = 100;  // and of these so many must have a strength

/// What the detectors say of one candle, from its own 120 candles.
struct Evidence {
  int high_volume = 0, clusters = 0, bullish_clusters = 0, bearish_clusters = 0;
  int bullish_candles = 0, bearish_candles = 0;
  std::string last_cluster = "neutral";
  double directional_ratio = 0, follow_through = 0, cluster_strength = 0;
  bool trend_formation = false;

  int consecutive_moves = 0, factors_met = 0;
  double exhaustion_grade = 0, volume_grade = 0, gain_grade = 0, rsi_grade = 0;
  double gain = 0;            // C0/C5 - 1
  std::optional<double> rsi;  // none where nothing moved
  double r = 0;               // reversion strength
  double running_on = 0;      // F

  double change = 0;  // C0/C9 - 1
  double z = 0, volume_ratio = 0;
  bool cluster_validated = false;
  double m = 0;  // momentum strength
};

struct Verdict {
  Evidence seen;
  std::size_t strengths = 0;  // how many there are to rank among
  int momentum_hundredths = 0, reversion_hundredths = 0;
  bool candidate = false, conflict = false;
  std::string expected_direction, momentum_direction, classification;
  int thesis_hundredths = 0, combined_hundredths = 0;
  double discount = 0;  // share of the thesis' strength that is taken away
  std::string type, direction;
  std::size_t candles = 0;  // it could use
  double coverage = 0;
};

/// Candles as columns that can be indexed from the end, like Python's.
struct Columns {
  std::vector<double> o, h, l, c, v;
  Columns(const cscan::Candle* first, std::size_t n) {
    for (auto* column : {&o, &h, &l, &c, &v})
      column->reserve(n);
    for (const cscan::Candle* candle = first; candle != first + n; ++candle) {
      o.push_back(candle->open);
      h.push_back(candle->high);
      l.push_back(candle->low);
      c.push_back(candle->close);
      v.push_back(candle->volume);
    }
  }
};

inline double from_end(const std::vector<double>& column, int index) {
  return column.at(column.size() - static_cast<std::size_t>(-index));
}

/// Mean of n numbers, the newest of them at `newest` (-1 is the last), summed oldest first.
inline double mean(const std::vector<double>& column, int newest, int n) {
  double sum = 0;
  for (int i = newest - n + 1; i <= newest; ++i)
    sum += from_end(column, i);
  return sum / n;
}

inline double change(const Columns& w, int candles) {
  return from_end(w.c, -1) / from_end(w.c, -1 - candles) - 1;
}

inline int sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

inline std::string direction_name(int sign) {
  return sign > 0 ? "bullish" : sign < 0 ? "bearish" : "neutral";
}

/// 0 at half of `full` or less, 1 at `full` or more, straight in between.
inline double grade_from_half(double value, double full) {
  double half = full / 2;
  return std::clamp((value - half) / (full - half), 0.0, 1.0);
}

/// Root mean square of the last 100 one-candle returns.
inline double sigma(const Columns& w) {
  double sum = 0;
  for (int i = -100; i <= -1; ++i) {
    double x = from_end(w.c, i) / from_end(w.c, i - 1) - 1;
    sum += x * x;
  }
  return std::sqrt(sum / 100);
}

/// Whether a fair coin, thrown n times, shows k or more of one given side at most once in 16.
inline bool coin_rarely_agrees(int n, int k) {
  double ways = 0;
  for (int heads = k; heads <= n; ++heads) {
    double choose = 1;
    for (int i = 0; i < heads; ++i)
      choose = choose * (n - i) / (i + 1);
    ways += choose;
  }
  return ways * 16 <= std::ldexp(1.0, n);
}

inline void see_clusters(const Columns& w, const cscan::Settings& s, Evidence& out) {
  std::string signs;  // one letter per candle: u(p), d(own), - (high volume, close = open), . (not)
  for (int i = -20; i <= -1; ++i) {
    bool high = from_end(w.v, i) > s.volume_threshold_multiplier * mean(w.v, i - 1, 20);
    double body = from_end(w.c, i) - from_end(w.o, i);
    signs += !high ? '.' : body > 0 ? 'u' : body < 0 ? 'd' : '-';
  }
  char before = '.';
  for (char letter : signs) {
    out.high_volume += letter != '.';
    out.bullish_candles += letter == 'u';
    out.bearish_candles += letter == 'd';
    if (letter != before && letter == 'u')
      ++out.bullish_clusters, out.last_cluster = "bullish";
    if (letter != before && letter == 'd')
      ++out.bearish_clusters, out.last_cluster = "bearish";
    before = letter;
  }
  out.clusters = out.bullish_clusters + out.bearish_clusters;
  if (out.clusters == 0)
    return;
  out.directional_ratio =
      static_cast<double>(std::max(out.bullish_clusters, out.bearish_clusters)) /
      static_cast<double>(out.clusters);
  int followed = 0;
  for (int i = -3; i <= -1; ++i)
    followed += direction_name(sign(from_end(w.c, i) - from_end(w.o, i))) == out.last_cluster;
  out.follow_through = followed / 3.0;
  out.cluster_strength = out.directional_ratio * out.follow_through;

  int majority = sign(out.bullish_clusters - out.bearish_clusters);
  int agree = majority > 0 ? out.bullish_candles : out.bearish_candles;
  out.trend_formation = out.directional_ratio > s.cluster_trend_threshold &&
                        out.follow_through > s.cluster_followthrough_threshold && majority != 0 &&
                        out.last_cluster == direction_name(majority) &&
                        coin_rarely_agrees(out.bullish_candles + out.bearish_candles, agree);
}

inline double average_true_range(const Columns& w) {
  std::vector<double> ranges;
  for (int i = -14; i <= -1; ++i)
    ranges.push_back(std::max(from_end(w.h, i), from_end(w.c, i - 1)) -
                     std::min(from_end(w.l, i), from_end(w.c, i - 1)));
  return mean(ranges, -1, 14);
}

/// Closes in a row in one direction; moves under a tenth of ATR are as if they were not there.
inline int count_moves(const Columns& w) {
  double small = 0.1 * average_true_range(w);
  std::string moves;
  for (int i = -20; i <= -1; ++i) {
    double move = from_end(w.c, i) - from_end(w.c, i - 1);
    if (move != 0 && std::abs(move) >= small)
      moves += move > 0 ? 'u' : 'd';
  }
  int run = 0;
  while (run < static_cast<int>(moves.size()) &&
         moves[moves.size() - 1 - static_cast<std::size_t>(run)] == moves.back())
    ++run;
  return run;
}

/// Mean of the last two changes of volume; none after a silent candle.
inline std::optional<double> volume_trend(const Columns& w) {
  double a = from_end(w.v, -3), b = from_end(w.v, -2), c = from_end(w.v, -1);
  if (a == 0 || b == 0)
    return std::nullopt;
  return ((b / a - 1) + (c / b - 1)) / 2;
}

inline double grade_volume(const Columns& w, const cscan::Settings& s) {
  double usual = mean(w.v, -1, 20);
  auto trend = volume_trend(w);
  if (usual == 0 || !trend)
    return 0;
  double spike = grade_from_half(mean(w.v, -1, 3) / usual, s.volume_exhaustion_multiplier);
  double drying = *trend <= s.volume_decline_threshold ? 1
                  : *trend >= 0                        ? 0
                                                       : *trend / s.volume_decline_threshold;
  return std::min(spike, drying);
}

/// Cutler's: plain sums of gains and losses over 14 changes. The share is taken before it is made a
/// percentage: where the text leaves the order open, a last digit would decide who is ranked equal.
inline std::optional<double> cutler_rsi(const Columns& w) {
  double gains = 0, losses = 0;
  for (int i = -14; i <= -1; ++i) {
    double move = from_end(w.c, i) - from_end(w.c, i - 1);
    (move > 0 ? gains : losses) += std::abs(move);
  }
  if (gains + losses == 0)
    return std::nullopt;
  return 100 * (gains / (gains + losses));
}

inline double grade_rsi(std::optional<double> rsi, int old_direction) {
  if (!rsi || old_direction == 0)
    return 0;
  double excess = old_direction > 0 ? *rsi - 60 : 40 - *rsi;
  return std::clamp(excess / 10, 0.0, 1.0);
}

inline void see_reversion(const Columns& w, const cscan::Settings& s, Evidence& out) {
  double sd = sigma(w);
  out.gain = change(w, 5);
  out.rsi = cutler_rsi(w);
  out.consecutive_moves = count_moves(w);

  out.exhaustion_grade = grade_from_half(out.consecutive_moves, s.momentum_exhaustion_threshold);
  out.volume_grade = grade_volume(w, s);
  out.gain_grade = grade_from_half(std::abs(out.gain), s.excessive_gain_threshold);
  if (sd > 0)
    out.gain_grade = std::max(
        out.gain_grade,
        grade_from_half(std::abs(out.gain) / (std::sqrt(5.0) * sd), s.excessive_gain_sigma));
  out.rsi_grade = grade_rsi(out.rsi, sign(out.gain));
  for (double grade : {out.exhaustion_grade, out.volume_grade, out.gain_grade, out.rsi_grade})
    out.factors_met += grade == 1;
  out.r = (out.exhaustion_grade + out.volume_grade + out.gain_grade + out.rsi_grade) / 4;

  double recent = change(w, 3);
  if (sd > 0 && sign(recent) == sign(out.gain))
    out.running_on = std::clamp(std::abs(recent) / (2 * std::sqrt(3.0) * sd), 0.0, 1.0);
}

inline void see_momentum(const Columns& w, Evidence& out) {
  double sd = sigma(w);
  double usual = mean(w.v, -1, 20);
  out.change = change(w, 9);
  out.z = sd > 0 ? out.change / (3 * sd) : 0;
  out.volume_ratio = usual > 0 ? mean(w.v, -1, 5) / usual : 0;
  out.m = std::abs(out.z) * std::sqrt(std::clamp(out.volume_ratio, 0.5, 2.0));
  if (out.trend_formation && out.change != 0 &&
      out.last_cluster == direction_name(sign(out.change))) {
    out.cluster_validated = true;
    out.m *= 1 + out.cluster_strength;
  }
}

/// Of the candle at newest[0]; it and the 119 before it are known.
inline Evidence look_at(const cscan::Candle* newest, const cscan::Settings& settings) {
  Columns w(newest - (own_candles - 1), own_candles);
  Evidence out;
  see_clusters(w, settings, out);
  see_reversion(w, settings, out);
  see_momentum(w, out);
  return out;
}

/// 50 points per decade of rarity of strengths.back() among all of them, in whole hundredths.
inline int rarity_hundredths(const std::vector<double>& strengths) {
  double own = strengths.back();
  if (own == 0)
    return 0;
  std::vector<double> sorted = strengths;
  std::ranges::sort(sorted);
  auto [first_equal, last_equal] = std::equal_range(sorted.begin(), sorted.end(), own);
  auto greater = static_cast<double>(sorted.end() - last_equal);
  auto equal = static_cast<double>(last_equal - first_equal);
  double rarer_share = (greater + equal / 2) / static_cast<double>(sorted.size());  // 1 - p
  double score = std::clamp(-50 * std::log10(rarer_share), 0.0, 100.0);
  return static_cast<int>(std::floor(score * 100 + 0.5));
}

inline std::string type_of(const Verdict& v) {
  bool up = v.seen.change > 0;
  if (v.candidate)
    return v.seen.gain > 0 ? "REVERSION_BEARISH" : "REVERSION_BULLISH";
  if (v.combined_hundredths >= 80'00)
    return up ? "STRONG_BUY" : "STRONG_SELL";
  if (v.momentum_hundredths > 70'00)
    return up ? "MOMENTUM_BUY" : "MOMENTUM_SELL";
  if (v.combined_hundredths > 40'00)
    return up ? "WEAK_BUY" : "WEAK_SELL";
  return "NEUTRAL";
}

inline std::string direction_of_type(const std::string& type) {
  if (type == "REVERSION_BULLISH" || type.ends_with("_BUY"))
    return "bullish";
  return type == "NEUTRAL" ? "neutral" : "bearish";
}

/// The verdict on the last of these pieces of evidence.
inline Verdict weigh(const std::vector<Evidence>& all, const cscan::Settings& settings) {
  std::vector<double> momentum, reversion, momentum_thesis, reversion_thesis;
  double bias = settings.momentum_bias;
  for (const Evidence& one : all) {
    momentum.push_back(one.m);
    reversion.push_back(one.r);
    momentum_thesis.push_back(one.m * (1 - (1 - bias) * one.r));
    reversion_thesis.push_back(one.r * (1 - bias * one.running_on));
  }
  Verdict out;
  out.seen = all.back();
  out.strengths = all.size();
  out.momentum_hundredths = rarity_hundredths(momentum);
  out.reversion_hundredths = rarity_hundredths(reversion);
  out.candidate =
      out.seen.factors_met >= 2 && out.reversion_hundredths >= 70'00 && out.seen.gain != 0;
  out.thesis_hundredths = out.candidate ? out.reversion_hundredths : out.momentum_hundredths;
  out.combined_hundredths = rarity_hundredths(out.candidate ? reversion_thesis : momentum_thesis);
  out.discount = out.candidate ? bias * out.seen.running_on : (1 - bias) * out.seen.r;
  out.conflict = out.momentum_hundredths > 70'00 && out.reversion_hundredths >= 70'00;
  out.expected_direction = direction_name(-sign(out.seen.gain));
  out.momentum_direction = direction_name(sign(out.seen.change));
  out.classification = out.momentum_hundredths > 80'00   ? "strong"
                       : out.momentum_hundredths > 50'00 ? "moderate"
                                                         : "weak";
  out.type = type_of(out);
  out.direction = direction_of_type(out.type);
  return out;
}

/// Whether the candle at `index` and the 119 before it are there and known.
inline bool has_strength(std::span<const cscan::Candle> candles, std::size_t index) {
  if (index + 1 < own_candles)
    return false;
  for (std::size_t i = index + 1 - own_candles; i <= index; ++i)
    if (candles[i].state == cscan::CandleState::unknown)
      return false;
  return true;
}

inline std::size_t first_ranked(std::span<const cscan::Candle> window) {
  return window.size() - std::min(window.size(), ranked_max);
}

/// Whether there is a verdict on the last of `window` (at most 500 candles, oldest first): not with
/// too few candles (fewer than 500, unless the first is the instrument's very first), an unknown
/// one among its own, or too few strengths.
inline bool can_judge(std::span<const cscan::Candle> window, bool from_listing) {
  if (window.size() < (from_listing ? own_candles + strengths_min - 1 : window_max))
    return false;
  std::size_t strengths = 0;
  for (std::size_t i = first_ranked(window); i < window.size(); ++i)
    strengths += has_strength(window, i);
  return has_strength(window, window.size() - 1) && strengths >= strengths_min;
}

/// The verdict on the last of `window`, or none. `look(i)` gives the evidence of window[i].
template <class Look>
std::optional<Verdict> judge(std::span<const cscan::Candle> window, bool from_listing,
                             const cscan::Settings& settings, Look look) {
  if (!can_judge(window, from_listing))
    return std::nullopt;
  std::vector<Evidence> all;
  for (std::size_t i = first_ranked(window); i < window.size(); ++i)
    if (has_strength(window, i))
      all.push_back(look(i));
  Verdict verdict = weigh(all, settings);
  verdict.candles = window.size();
  std::size_t proven = 0;
  for (const cscan::Candle& candle : window)
    proven +=
        candle.state == cscan::CandleState::final || candle.state == cscan::CandleState::no_trade;
  verdict.coverage = static_cast<double>(proven) / static_cast<double>(window.size());
  return verdict;
}

/// The same, with all evidence computed afresh.
inline std::optional<Verdict> judge(std::span<const cscan::Candle> window, bool from_listing,
                                    const cscan::Settings& settings) {
  return judge(window, from_listing, settings,
               [&](std::size_t i) { return look_at(&window[i], settings); });
}

}  // namespace rarity_oracle
