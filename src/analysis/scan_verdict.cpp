#include "analysis/scan_verdict.hpp"

#include <algorithm>
#include <cmath>

namespace cscan {
namespace {

constexpr double direction_from = 20;  // of the trend score
constexpr double strong_adx = 25;
constexpr double turbulent_ratio = 1.5;  // ATR(14) / ATR(100)
constexpr double stop_beyond = 0.5;      // the rest in ATR
constexpr double stop_min = 1, stop_max = 3;
constexpr double target_min = 1, target_without_structure = 3;

double limited(double x) { return std::clamp(x, -1.0, 1.0); }

/// The mean of what is known.
class Votes {
 public:
  void add(double vote) {
    sum_ += vote;
    ++count_;
  }
  [[nodiscard]] double mean() const { return count_ > 0 ? sum_ / count_ : 0; }

 private:
  double sum_ = 0;
  int count_ = 0;
};

double averages_vote(const ScanValues& v, double atr) {
  Votes gaps;
  auto gap = [&](std::optional<double> fast, std::optional<double> slow) {
    if (fast && slow)
      gaps.add(limited((*fast - *slow) / atr));
  };
  gap(v.close, v.ema_21);
  gap(v.ema_21, v.ema_50);
  gap(v.ema_50, v.ema_200);
  return gaps.mean();
}

double movement_vote(const ScanValues& v) {
  double both = *v.plus_di_14 + *v.minus_di_14;
  double side = both > 0 ? (*v.plus_di_14 - *v.minus_di_14) / both : 0;
  return side * std::min(*v.adx_14 / strong_adx, 1.0);
}

double cloud_vote(const ScanValues& v) {
  double middle = (*v.ichimoku_span_a + *v.ichimoku_span_b) / 2;
  double half = std::abs(*v.ichimoku_span_a - *v.ichimoku_span_b) / 2;
  if (half > 0)
    return limited((v.close - middle) / half);
  return v.close > middle ? 1 : v.close < middle ? -1 : 0;
}

double trend_score(const ScanValues& v) {
  double atr = *v.atr_14;
  if (!(atr > 0))
    return 0;
  Votes votes;
  votes.add(averages_vote(v, atr));
  votes.add(movement_vote(v));
  if (v.macd_12_26)
    votes.add(limited(*v.macd_12_26 / atr));
  if (v.ichimoku_span_a && v.ichimoku_span_b)
    votes.add(cloud_vote(v));
  return std::round(votes.mean() * 10'000) / 100 + 0.0;  // no negative zero
}

ScanRegime regime(const ScanValues& v) {
  if (v.atr_100 && *v.atr_100 > 0 && *v.atr_14 >= turbulent_ratio * *v.atr_100)
    return ScanRegime::turbulent;
  return *v.adx_14 >= strong_adx ? ScanRegime::trending : ScanRegime::ranging;
}

Score opportunity(const ScanValues& v, double trend) {
  if (!(*v.atr_14 > 0) || trend == 0)
    return {};
  double side = trend > 0 ? 1 : -1;
  double away = side * (v.close - *v.ema_21) / *v.atr_14;
  double value = std::clamp(std::min(away + 2, (3 - away) / 2.5), 0.0, 1.0);
  double room = std::clamp((40 - side * (*v.rsi_14 - 50)) / 20, 0.0, 1.0);
  return to_score(std::abs(trend) * value * room);
}

void suggest_levels(const ScanValues& v, ScanVerdict& verdict) {
  double atr = *v.atr_14;
  if (verdict.trend == Direction::neutral || !(atr > 0) || !v.high_20)
    return;
  // In the direction of the trend everything is a distance from the close.
  bool up = verdict.trend == Direction::bullish;
  double side = up ? 1 : -1;
  double to_structure = side * (v.close - (up ? *v.low_20 : *v.high_20));
  double risk = std::clamp(to_structure + stop_beyond * atr, stop_min * atr, stop_max * atr);
  double reward = target_without_structure * atr;
  if (v.high_100)
    if (double far = side * ((up ? *v.high_100 : *v.low_100) - v.close); far >= target_min * atr)
      reward = far;
  double stop = v.close - side * risk, target = v.close + side * reward;
  if (!(stop > 0) || !(target > 0) || !std::isfinite(reward / risk))
    return;
  verdict.stop = stop;
  verdict.target = target;
  verdict.reward_risk = reward / risk;
}

}  // namespace

ScanVerdict judge_scan(const ScanValues& values) {
  ScanVerdict verdict;
  if (!values.adx_14)
    return verdict;
  double score = trend_score(values);
  verdict.trend_score = score;
  verdict.trend = score >= direction_from    ? Direction::bullish
                  : score <= -direction_from ? Direction::bearish
                                             : Direction::neutral;
  verdict.regime = regime(values);
  verdict.opportunity = opportunity(values, score);
  suggest_levels(values, verdict);
  return verdict;
}

}  // namespace cscan
