#include "analysis/score_rarity.hpp"

#include "analysis/candle_window.hpp"
#include "analysis/clustering.hpp"
#include "analysis/momentum.hpp"
#include "analysis/reversion.hpp"

namespace cscan {
namespace {

static_assert(rarity_own_window >= momentum_window && rarity_own_window >= clustering_window);

/// Runs the three detectors; their scores are still open.
void detect(const ScoreInput& input, Signal& s) {
  const auto& [prices, volumes, past, settings, summary] = input;
  double sigma = return_sigma(summary.squared_returns, prices);
  s.clustering = detect_clustering(prices, summary.clusters, settings, s.reasons);
  s.reversion = detect_reversion(prices, volumes, sigma, settings, s.reasons);
  s.momentum = detect_momentum(prices, volumes, sigma, s.clustering, s.reasons);
}

/// A strength of nothing is common, however few others have as little: it is not even ranked.
template <class Rank>
Score score_of(double strength, Rank rank) {
  return strength > 0 ? rarity_score(rank(strength)) : Score{};
}

void score_sides(Signal& s, const StrengthHistory& past) {
  s.momentum.score = score_of(s.momentum.strength, [&](double x) { return past.rank_momentum(x); });
  s.momentum.classification = classify_momentum(s.momentum.score);
  s.reversion.score =
      score_of(s.reversion.strength, [&](double x) { return past.rank_reversion(x); });
  bool enough = s.reversion.factors_met >= 2;
  bool rare = s.reversion.score >= points(70);
  s.reversion.candidate = enough && rare && s.reversion.expected_direction != Direction::neutral;
  s.reasons.add({Factor::factors_met, enough, static_cast<double>(s.reversion.factors_met), 2});
  s.reasons.add({Factor::reversion_score, rare, s.reversion.score.value(), 70});
  s.reasons.add(
      {Factor::momentum_score, s.momentum.score > points(70), s.momentum.score.value(), 70});
}

/// The thesis' strength, discounted by the other side's evidence, ranked among the series' own.
void combine(Signal& s, const StrengthHistory& past, double bias) {
  const bool reversion = s.reversion.candidate;
  double weight = reversion ? bias : 1 - bias;
  double evidence = reversion ? s.reversion.running_on : s.reversion.strength;
  double strength = reversion ? s.reversion.strength : s.momentum.strength;
  s.combined = score_of(discounted(strength, weight, evidence), [&](double rest) {
    return reversion ? past.rank_discounted_reversion(rest, weight)
                     : past.rank_discounted_momentum(rest, weight);
  });
  s.thesis = reversion ? s.reversion.score : s.momentum.score;
  s.adjustment = s.combined - s.thesis;
  s.discount = weight * evidence;
  s.conflict = s.momentum.score > points(70) && s.reversion.score >= points(70);
  s.reasons.add({Factor::opposing_evidence, evidence > 0, evidence, 0});
}

SignalType classify(const Signal& s) {
  bool up = s.momentum.direction == Direction::bullish;
  bool moved = s.momentum.direction != Direction::neutral;
  if (s.reversion.candidate)
    return s.reversion.expected_direction == Direction::bullish ? SignalType::reversion_bullish
                                                                : SignalType::reversion_bearish;
  if (!moved)
    return SignalType::neutral;
  if (s.combined >= points(80))
    return up ? SignalType::strong_buy : SignalType::strong_sell;
  if (s.momentum.score > points(70))
    return up ? SignalType::momentum_buy : SignalType::momentum_sell;
  if (s.combined > points(40))
    return up ? SignalType::weak_buy : SignalType::weak_sell;
  return SignalType::neutral;
}

}  // namespace

WindowSummary summarize_window(std::span<const Candle> before, std::span<const Candle> volumes,
                               const Settings& settings) {
  return {squared_returns(before), find_clusters(volumes, settings.volume_threshold_multiplier)};
}

Strengths rarity_strengths(const ScoreInput& input) {
  Signal s;
  detect(input, s);
  return strengths_of(s);
}

Signal score_rarity(const ScoreInput& input) {
  Signal s;
  s.model = ScoreModel::rarity;
  s.open_time = input.prices.back().open_time;
  s.price = input.prices.back().close;
  detect(input, s);
  score_sides(s, input.past);
  combine(s, input.past, input.settings.momentum_bias);
  s.type = classify(s);
  s.direction = direction_of(s.type);
  s.reasons.add({Factor::combined_score, s.combined >= points(80), s.combined.value(), 80});
  return s;
}

}  // namespace cscan
