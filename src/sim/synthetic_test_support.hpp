#pragma once
// What tests of the synthetic market's statistics share.

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/synthetic_market.hpp"
#include "sim/synthetic_universe.hpp"

namespace cscan::synthetic {

inline constexpr Timestamp end{1'761'264'000'000};  // 2025-10-24
using Values = std::vector<double>;

inline Instrument spot(std::string_view base) { return {"binance", std::string(base), "USDT", ""}; }

/// The `count` most liquid markets of binance.
inline std::vector<Instrument> liquid(std::size_t count) {
  std::vector<Instrument> found;
  for (const BaseProfile& base : synthetic_bases().first(count))
    found.push_back(spot(base.name));
  return found;
}

inline double mean_of(const Values& values) {
  double sum = 0;
  for (const double value : values)
    sum += value;
  return sum / static_cast<double>(values.size());
}

inline double correlation(const Values& a, const Values& b) {
  const double mean_a = mean_of(a);
  const double mean_b = mean_of(b);
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

inline double lagged(const Values& values, std::ptrdiff_t lag) {
  return correlation({values.begin(), values.end() - lag}, {values.begin() + lag, values.end()});
}

/// Made once per seed.
inline const SyntheticMarket& market_of(std::uint64_t seed) {
  static std::map<std::uint64_t, std::unique_ptr<const SyntheticMarket>> made;
  auto& market = made[seed];
  if (!market)
    market = std::make_unique<const SyntheticMarket>(seed);
  return *market;
}

/// Log returns, their sizes and the volumes beside them.
struct Series {
  Values returns;
  Values sizes;
  Values volumes;
  explicit Series(const std::vector<Candle>& candles) {
    for (std::size_t i = 1; i < candles.size(); ++i) {
      returns.push_back(std::log(candles[i].close / candles[i - 1].close));
      sizes.push_back(std::abs(returns.back()));
      volumes.push_back(candles[i].volume);
    }
  }
};

}  // namespace cscan::synthetic
