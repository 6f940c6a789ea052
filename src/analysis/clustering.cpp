#include "analysis/clustering.hpp"

#include <algorithm>
#include <array>

#include "analysis/candle_window.hpp"
#include "base/check.hpp"

namespace cscan {
namespace {

constexpr std::size_t judged = 20;
constexpr std::size_t before = 20;

constexpr auto agreement_table = [] {
  std::array<std::uint8_t, judged + 1> table{};
  for (std::size_t n = 0; n <= judged; ++n) {
    // Ways for k or more of n to agree, from k = n downwards, while they are at most 2^n / 16.
    std::size_t ways = 0, binomial = 1, least = n + 1;
    for (std::size_t k = n; ways + binomial <= (std::size_t{1} << n) / 16; --k) {
      ways += binomial;
      least = k;
      binomial = binomial * k / (n - k + 1);
    }
    table[n] = static_cast<std::uint8_t>(std::max<std::size_t>(least, 4));
  }
  return table;
}();

/// thresholds[i] for the i-th of the 20 judged candles: the mean volume of the 20 before it, times
/// the multiplier. Each sum oldest first, four at once: one alone would wait for every addition.
std::array<double, judged> volume_thresholds(std::span<const Candle> candles, double multiplier) {
  std::array<double, judged> thresholds;
  static_assert(judged % 4 == 0);
  for (std::size_t i = 0; i < judged; i += 4) {
    const Candle* first = &candles[candles.size() - judged - before + i];
    double a = 0, b = 0, c = 0, d = 0;
    for (const Candle* candle = first; candle != first + before; ++candle) {
      a += candle[0].volume;
      b += candle[1].volume;
      c += candle[2].volume;
      d += candle[3].volume;
    }
    thresholds[i] = multiplier * (a / before);
    thresholds[i + 1] = multiplier * (b / before);
    thresholds[i + 2] = multiplier * (c / before);
    thresholds[i + 3] = multiplier * (d / before);
  }
  return thresholds;
}

Clustering described(const VolumeClusters& clusters) {
  Clustering c;
  c.high_volume_candles = clusters.high_volume_candles;
  c.clusters = clusters.bullish_clusters + clusters.bearish_clusters;
  c.bullish_clusters = clusters.bullish_clusters;
  c.bearish_clusters = clusters.bearish_clusters;
  c.bullish_candles = clusters.bullish_candles;
  c.bearish_candles = clusters.bearish_candles;
  c.direction = clusters.direction;
  return c;
}

double follow_through(std::span<const Candle> prices, Direction direction) {
  int followed = 0;
  for (const Candle& candle : prices.last(3))
    followed += sign_of(candle.close - candle.open) == direction;
  return followed / 3.0;
}

}  // namespace

int least_agreement(int n) {
  CHECK(n >= 0 && n <= static_cast<int>(judged), "{} candles", n);
  return agreement_table[static_cast<std::size_t>(n)];
}

/// A candle that stands joins no run and ends one.
VolumeClusters find_clusters(std::span<const Candle> volumes, double multiplier) {
  CHECK(volumes.size() >= clustering_window);
  VolumeClusters result;
  auto thresholds = volume_thresholds(volumes, multiplier);
  auto newest = volumes.last(judged);
  Direction running = Direction::neutral;
  for (std::size_t i = 0; i < judged; ++i) {
    const Candle& candle = newest[i];
    bool high = candle.volume > thresholds[i];
    Direction direction = high ? sign_of(candle.close - candle.open) : Direction::neutral;
    result.high_volume_candles += high;
    if (direction != Direction::neutral) {
      ++(direction == Direction::bullish ? result.bullish_candles : result.bearish_candles);
      if (direction != running)
        ++(direction == Direction::bullish ? result.bullish_clusters : result.bearish_clusters);
      result.direction = direction;
    }
    running = direction;
  }
  return result;
}

Clustering detect_clustering(std::span<const Candle> prices, const VolumeClusters& clusters,
                             const Settings& settings, Reasons& reasons) {
  CHECK(prices.size() >= 3);
  Clustering c = described(clusters);
  if (c.clusters > 0) {
    c.directional_ratio =
        static_cast<double>(std::max(c.bullish_clusters, c.bearish_clusters)) / c.clusters;
    c.follow_through = follow_through(prices, c.direction);
  }
  c.cluster_strength = c.directional_ratio * c.follow_through;

  bool directional = c.directional_ratio > settings.cluster_trend_threshold;
  bool followed = c.follow_through > settings.cluster_followthrough_threshold;
  Direction majority = sign_of(c.bullish_clusters - c.bearish_clusters);
  bool last_agrees = c.clusters > 0 && majority == c.direction;
  int agreeing = c.direction == Direction::bullish ? c.bullish_candles : c.bearish_candles;
  int least = least_agreement(c.bullish_candles + c.bearish_candles);
  bool agreed = agreeing >= least;
  c.trend_formation = directional && followed && last_agrees && agreed;

  reasons.add({Factor::directional_ratio, directional, c.directional_ratio,
               settings.cluster_trend_threshold});
  reasons.add({Factor::follow_through, followed, c.follow_through,
               settings.cluster_followthrough_threshold});
  reasons.add({Factor::last_cluster, last_agrees, static_cast<double>(c.direction),
               static_cast<double>(majority)});
  reasons.add({Factor::directional_agreement, agreed, static_cast<double>(agreeing),
               static_cast<double>(least)});
  return c;
}

}  // namespace cscan
