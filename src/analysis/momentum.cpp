#include "analysis/momentum.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/candle_window.hpp"
#include "base/check.hpp"

namespace cscan {

double squared_returns(std::span<const Candle> before) {
  CHECK(before.size() >= momentum_window - 1);
  auto newest = before.last(momentum_window - 1);
  // First the squares, independent of each other, then their sum in order: divisions overlap.
  std::array<double, momentum_window - 2> squares;
  for (std::size_t i = 0; i < squares.size(); ++i) {
    double change = newest[i + 1].close / newest[i].close - 1;
    squares[i] = change * change;
  }
  double sum = 0;
  for (double square : squares)
    sum += square;
  return sum;
}

double return_sigma(double squared_returns, std::span<const Candle> prices) {
  double change = close_change(prices, 1);
  return std::sqrt((squared_returns + change * change) / (momentum_window - 1));
}

Momentum detect_momentum(std::span<const Candle> prices, std::span<const Candle> volumes,
                         double sigma, const Clustering& clustering, Reasons& reasons) {
  CHECK(prices.size() >= 10 && volumes.size() >= 20);
  Momentum m;
  m.change = close_change(prices, 9);
  m.direction = sign_of(m.change);
  auto z = sigma == 0 ? std::nullopt : std::optional(m.change / (3 * sigma));
  double usual = mean_volume(volumes, 20);
  auto ratio = usual == 0 ? std::nullopt : std::optional(mean_volume(volumes, 5) / usual);
  m.z = z.value_or(0);
  m.volume_ratio = ratio.value_or(0);
  m.cluster_validated = clustering.trend_formation && clustering.direction == m.direction;
  m.strength = std::abs(m.z) * std::sqrt(std::clamp(m.volume_ratio, 0.5, 2.0));
  if (m.cluster_validated)
    m.strength *= 1 + clustering.cluster_strength;
  reasons.add({Factor::momentum_z, m.z != 0, z, 0});
  reasons.add({Factor::volume_ratio, m.volume_ratio > 1, ratio, 1});
  reasons.add({Factor::cluster_boost, m.cluster_validated, clustering.cluster_strength, 0});
  return m;
}

}  // namespace cscan
