#include "analysis/score_classic.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/candle_window.hpp"
#include "analysis/momentum.hpp"
#include "base/check.hpp"

namespace cscan {
namespace {

/// a / b; 1 when b is zero, as published.
double ratio_or_one(double a, double b) { return b == 0 ? 1 : a / b; }

/// Runs of consecutive high-volume candles of one direction among the newest 20.
void find_clusters(Clustering& result, std::span<const Candle> candles, double multiplier) {
  double threshold = multiplier * mean_volume(candles, 20);
  Direction running = Direction::neutral;
  for (const Candle& candle : candles.last(20)) {
    if (!(candle.volume > threshold)) {
      running = Direction::neutral;
      continue;
    }
    // A candle that does not close above its open counts as bearish, as published.
    Direction direction = candle.close > candle.open ? Direction::bullish : Direction::bearish;
    ++result.high_volume_candles;
    ++(direction == Direction::bullish ? result.bullish_candles : result.bearish_candles);
    if (direction != running) {
      ++result.clusters;
      ++(direction == Direction::bullish ? result.bullish_clusters : result.bearish_clusters);
      result.direction = direction;
    }
    running = direction;
  }
}

Clustering classic_clustering(std::span<const Candle> prices, std::span<const Candle> volumes,
                              const Settings& settings, Reasons& reasons) {
  Clustering result;
  find_clusters(result, volumes, settings.volume_threshold_multiplier);
  if (result.clusters > 0) {
    result.directional_ratio =
        static_cast<double>(std::max(result.bullish_clusters, result.bearish_clusters)) /
        result.clusters;
    int followed = 0;
    for (const Candle& candle : prices.last(3))
      followed += sign_of(candle.close - candle.open) == result.direction;
    result.follow_through = followed / 3.0;
  }
  result.cluster_strength = result.directional_ratio * result.follow_through;
  bool directional = result.directional_ratio > settings.cluster_trend_threshold;
  bool followed = result.follow_through > settings.cluster_followthrough_threshold;
  result.trend_formation = directional && followed;
  reasons.add({Factor::directional_ratio, directional, result.directional_ratio,
               settings.cluster_trend_threshold});
  reasons.add({Factor::follow_through, followed, result.follow_through,
               settings.cluster_followthrough_threshold});
  return result;
}

/// Run of one sign at the end of the newest nine returns, those of at most 0.1 % left out.
int consecutive_moves(std::span<const Candle> prices) {
  int run = 0;
  Direction direction = Direction::neutral;
  for (std::size_t n = 1; n <= 9; ++n) {
    double move = back(prices, n).close / back(prices, n + 1).close - 1;
    if (std::abs(move) <= 0.001)
      continue;
    if (run > 0 && sign_of(move) != direction)
      break;
    direction = sign_of(move);
    ++run;
  }
  return run;
}

/// Mean of the newest two volume changes; undefined over a zero volume.
std::optional<double> volume_decline(std::span<const Candle> volumes) {
  double v1 = back(volumes, 1).volume, v2 = back(volumes, 2).volume, v3 = back(volumes, 3).volume;
  if (v2 == 0 || v3 == 0)
    return std::nullopt;
  return ((v2 / v3 - 1) + (v1 / v2 - 1)) / 2;
}

/// RSI from simple means of the newest 14 changes; 50 when nothing moved, 100 when nothing fell.
double simple_rsi(std::span<const Candle> prices) {
  double gains = 0, losses = 0;
  for (std::size_t n = 14; n >= 1; --n) {
    double change = back(prices, n).close - back(prices, n + 1).close;
    (change > 0 ? gains : losses) += std::abs(change);
  }
  if (losses == 0)
    return gains == 0 ? 50 : 100;
  return 100 - 100 / (1 + gains / losses);
}

bool volume_is_exhausted(std::span<const Candle> volumes, const Settings& settings,
                         Reasons& reasons) {
  double ratio = ratio_or_one(mean_volume(volumes, 3), mean_volume(volumes, 10));
  std::optional<double> decline = volume_decline(volumes);
  bool spiked = ratio > settings.volume_exhaustion_multiplier;
  bool fading = decline && *decline < settings.volume_decline_threshold;
  Score earned = spiked && fading ? points(25) : Score{};
  reasons.add(
      {Factor::volume_exhaustion, spiked, ratio, settings.volume_exhaustion_multiplier, earned});
  reasons.add({Factor::volume_decline, fading, decline, settings.volume_decline_threshold});
  return spiked && fading;
}

Reversion classic_reversion(std::span<const Candle> prices, std::span<const Candle> volumes,
                            const Settings& settings, Reasons& reasons) {
  Reversion result;
  int moves = consecutive_moves(prices);
  bool exhausted = moves >= settings.momentum_exhaustion_threshold;
  result.consecutive_moves = static_cast<std::uint8_t>(moves);
  reasons.add({Factor::momentum_exhaustion, exhausted, static_cast<double>(moves),
               settings.momentum_exhaustion_threshold, exhausted ? points(25) : Score{}});

  bool volume_exhausted = volume_is_exhausted(volumes, settings, reasons);

  result.gain = (back(prices, 1).close - back(prices, 5).close) / back(prices, 5).close;
  bool excessive = std::abs(result.gain) > settings.excessive_gain_threshold;
  reasons.add({Factor::excessive_gain, excessive, result.gain, settings.excessive_gain_threshold,
               excessive ? points(25) : Score{}});

  result.rsi = simple_rsi(prices);
  bool overbought = result.rsi > 70, oversold = result.rsi < 30;
  reasons.add(
      {Factor::rsi_overbought, overbought, result.rsi, 70, overbought ? points(25) : Score{}});
  reasons.add({Factor::rsi_oversold, oversold, result.rsi, 30, oversold ? points(25) : Score{}});

  int met = exhausted + volume_exhausted + excessive + (overbought || oversold);
  result.factors_met = static_cast<std::uint8_t>(met);
  result.score = points(25 * met);
  result.candidate = result.score > points(50);
  result.expected_direction = result.gain > 0 ? Direction::bearish : Direction::bullish;
  reasons.add({Factor::reversion_candidate, result.candidate, result.score.value(), 50});
  return result;
}

Momentum classic_momentum(std::span<const Candle> prices, std::span<const Candle> volumes,
                          const Clustering& clustering, Reasons& reasons) {
  Momentum result;
  double now = back(prices, 1).close, before = back(prices, 10).close;
  result.change = now / before - 1;
  result.direction = sign_of(now - before);
  result.volume_ratio = ratio_or_one(mean_volume(volumes, 5), mean_volume(volumes, 20));
  double raw = std::abs(now - before) / before * result.volume_ratio * 100;
  result.cluster_validated = clustering.trend_formation && clustering.cluster_strength > 0.5;
  if (result.cluster_validated)
    raw *= 1 + clustering.cluster_strength;
  result.score = to_score(raw);
  result.classification = classify_momentum(result.score);
  reasons.add({Factor::price_change, result.change != 0, result.change, 0, result.score});
  reasons.add({Factor::volume_ratio, result.volume_ratio > 1, result.volume_ratio, 1});
  reasons.add({Factor::cluster_boost, result.cluster_validated, clustering.cluster_strength, 0.5});
  return result;
}

SignalType classify(const Signal& s) {
  bool up = s.momentum.direction == Direction::bullish;
  // Without any change there is nothing to buy or sell.
  bool moved = s.momentum.direction != Direction::neutral;
  if (s.momentum.score > points(70) && !s.reversion.candidate && moved)
    return up ? SignalType::momentum_buy : SignalType::momentum_sell;
  if (s.reversion.candidate)
    return s.reversion.expected_direction == Direction::bullish ? SignalType::reversion_bullish
                                                                : SignalType::reversion_bearish;
  if (s.combined > points(60) && moved)
    return up ? SignalType::strong_buy : SignalType::strong_sell;
  if (s.combined > points(40) && moved)
    return up ? SignalType::weak_buy : SignalType::weak_sell;
  return SignalType::neutral;
}

}  // namespace

Signal score_classic(const ScoreInput& input) {
  const auto& [prices, volumes, past, settings, summary] = input;
  CHECK(prices.size() >= classic_minimum && volumes.size() >= classic_minimum);
  Signal s;
  s.model = ScoreModel::classic;
  s.open_time = prices.back().open_time;
  s.price = prices.back().close;
  s.clustering = classic_clustering(prices, volumes, settings, s.reasons);
  s.reversion = classic_reversion(prices, volumes, settings, s.reasons);
  s.momentum = classic_momentum(prices, volumes, s.clustering, s.reasons);
  double bias = settings.momentum_bias;
  s.combined = to_score(bias * s.momentum.score.value() + (1 - bias) * s.reversion.score.value());
  s.thesis = to_score(bias * s.momentum.score.value());
  s.adjustment = s.combined - s.thesis;
  s.conflict = s.momentum.score > points(70) && s.reversion.score >= points(70);
  s.type = classify(s);
  s.direction = direction_of(s.type);
  return s;
}

}  // namespace cscan
