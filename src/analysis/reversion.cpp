#include "analysis/reversion.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/candle_window.hpp"
#include "base/check.hpp"

namespace cscan {
namespace {

constexpr double root_3 = 1.7320508075688772;
constexpr double root_5 = 2.23606797749979;

Direction old_direction(std::span<const Candle> prices) { return sign_of(close_change(prices, 5)); }

/// Mean of the newest 14 true ranges, oldest first.
double simple_atr(std::span<const Candle> prices) {
  double sum = 0;
  for (std::size_t n = 14; n >= 1; --n) {
    const Candle& candle = back(prices, n);
    double before = back(prices, n + 1).close;
    sum += std::max(candle.high, before) - std::min(candle.low, before);
  }
  return sum / 14;
}

int consecutive_moves(std::span<const Candle> prices) {
  double least = simple_atr(prices) * 0.1;
  int run = 0;
  Direction direction = Direction::neutral;
  for (std::size_t n = 1; n <= 20; ++n) {
    double move = back(prices, n).close - back(prices, n + 1).close;
    if (move == 0 || std::abs(move) < least)
      continue;
    if (run > 0 && sign_of(move) != direction)
      break;
    direction = sign_of(move);
    ++run;
  }
  return run;
}

/// Cutler's RSI; undefined when nothing moved.
std::optional<double> cutler_rsi(std::span<const Candle> prices) {
  double gains = 0, losses = 0;
  for (std::size_t n = 14; n >= 1; --n) {
    double change = back(prices, n).close - back(prices, n + 1).close;
    gains += change > 0 ? change : 0;
    losses += change < 0 ? -change : 0;
  }
  if (gains + losses == 0)
    return std::nullopt;
  return 100 * (gains / (gains + losses));  // in this order: never above 100
}

std::optional<double> mean_volume_change(std::span<const Candle> volumes) {
  double v1 = back(volumes, 1).volume, v2 = back(volumes, 2).volume, v3 = back(volumes, 3).volume;
  if (v2 == 0 || v3 == 0)
    return std::nullopt;
  return ((v2 / v3 - 1) + (v1 / v2 - 1)) / 2;
}

/// 1 at the threshold (which is not positive) or below, 0 at 0 or above.
double decline_grade(double change, double threshold) {
  return change <= threshold ? 1 : change >= 0 ? 0 : grade(change, 0, threshold);
}

Score points_of(double grade) { return to_score(25 * grade); }

double grade_exhaustion(Reversion& r, std::span<const Candle> prices, const Settings& settings,
                        Reasons& reasons) {
  int moves = consecutive_moves(prices);
  double threshold = settings.momentum_exhaustion_threshold;
  double graded = grade(moves, threshold / 2, threshold);
  r.consecutive_moves = static_cast<std::uint8_t>(moves);
  reasons.add({Factor::momentum_exhaustion, graded == 1, static_cast<double>(moves), threshold,
               points_of(graded)});
  return graded;
}

double grade_volume(std::span<const Candle> volumes, const Settings& settings, Reasons& reasons) {
  double multiplier = settings.volume_exhaustion_multiplier;
  double usual = mean_volume(volumes, 20);
  auto ratio = usual == 0 ? std::nullopt : std::optional(mean_volume(volumes, 3) / usual);
  auto change = mean_volume_change(volumes);
  double spike = ratio ? grade(*ratio, multiplier / 2, multiplier) : 0;
  double decline = change ? decline_grade(*change, settings.volume_decline_threshold) : 0;
  double graded = std::min(spike, decline);
  reasons.add({Factor::volume_exhaustion, spike == 1, ratio, multiplier, points_of(graded)});
  reasons.add({Factor::volume_decline, decline == 1, change, settings.volume_decline_threshold});
  return graded;
}

double grade_gain(Reversion& r, std::span<const Candle> prices, double sigma,
                  const Settings& settings, Reasons& reasons) {
  r.gain = close_change(prices, 5);
  double size = std::abs(r.gain);
  double plain = settings.excessive_gain_threshold, in_sigma = settings.excessive_gain_sigma;
  auto sigmas = sigma == 0 ? std::nullopt : std::optional(size / (root_5 * sigma));
  double by_size = grade(size, plain / 2, plain);
  double by_sigma = sigmas ? grade(*sigmas, in_sigma / 2, in_sigma) : 0;
  double graded = std::max(by_size, by_sigma);
  reasons.add({Factor::excessive_gain, by_size == 1, r.gain, plain, points_of(graded)});
  reasons.add({Factor::excessive_gain_sigma, by_sigma == 1, sigmas, in_sigma});
  return graded;
}

double grade_rsi(Reversion& r, std::span<const Candle> prices, Direction old, Reasons& reasons) {
  auto rsi = cutler_rsi(prices);
  r.rsi = rsi.value_or(50);
  bool fell = old == Direction::bearish;
  double graded = 0;
  if (rsi && old != Direction::neutral)
    graded = fell ? grade(*rsi, 40, 30) : grade(*rsi, 60, 70);
  reasons.add({fell ? Factor::rsi_oversold : Factor::rsi_overbought, graded == 1, rsi,
               fell ? 30.0 : 70.0, points_of(graded)});
  return graded;
}

}  // namespace

Reversion detect_reversion(std::span<const Candle> prices, std::span<const Candle> volumes,
                           double sigma, const Settings& settings, Reasons& reasons) {
  CHECK(prices.size() >= reversion_window && volumes.size() >= reversion_window);
  Reversion r;
  Direction old = old_direction(prices);
  r.expected_direction = opposite(old);
  double exhaustion = grade_exhaustion(r, prices, settings, reasons);
  double volume = grade_volume(volumes, settings, reasons);
  double gain = grade_gain(r, prices, sigma, settings, reasons);
  double rsi = grade_rsi(r, prices, old, reasons);
  r.strength = (exhaustion + volume + gain + rsi) / 4;
  r.factors_met =
      static_cast<std::uint8_t>((exhaustion == 1) + (volume == 1) + (gain == 1) + (rsi == 1));
  r.running_on = running_on(prices, sigma);
  return r;
}

double running_on(std::span<const Candle> prices, double sigma) {
  double change = close_change(prices, 3);
  bool goes_on = sign_of(change) == old_direction(prices);
  if (!goes_on || sigma == 0)
    return 0;
  return std::min(std::abs(change) / (2 * root_3 * sigma), 1.0);
}

}  // namespace cscan
