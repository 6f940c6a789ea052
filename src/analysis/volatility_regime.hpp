#pragma once
// Is the market calm or wild, compared with its own last week?
//
// For every hour of the last 7 days: the realised volatility of 24 h (root of the sum of the last
// 24 squared hourly returns) of each asset, and the median over assets. The regime is where the
// newest median stands among those 168: below the 33rd percentile low, from the 67th high, else
// medium; 5 points of hysteresis, walked through the 168 hours so that nothing older matters.

#include <span>
#include <vector>

#include "model/market_state.hpp"

namespace cscan {

/// Hours whose medians are compared, and hourly closes that takes: 168 + 24 returns + 1.
inline constexpr std::size_t volatility_hours = 168;
inline constexpr std::size_t volatility_closes = volatility_hours + 24 + 1;

/// Hourly closes of one asset, newest last; at most volatility_closes are used. A non-positive
/// value marks a missing close.
using HourlyCloses = std::vector<double>;

/// `assets` are aligned at the end: the last value of each is the same hour. `unknown` before 48
/// hours of history. `realised_1h` is left empty (it comes from a finer timeframe).
[[nodiscard]] Volatility volatility_regime(std::span<const HourlyCloses> assets);

/// Median; empty for no values. Reorders its argument.
[[nodiscard]] std::optional<double> median(std::vector<double>& values);

}  // namespace cscan
