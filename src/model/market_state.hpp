#pragma once
// The state of the whole watched market: breadth, trend and volatility regime (analysis.md).

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/timeframe.hpp"

namespace cscan {

enum class MarketBias : std::uint8_t { bearish, neutral, bullish };
enum class VolatilityRegime : std::uint8_t { unknown, low, medium, high };

/// How many base assets rise and fall. Each base counts once.
struct Breadth {
  std::int64_t advancing = 0;
  std::int64_t declining = 0;
  std::int64_t unchanged = 0;
  std::optional<double> ratio;  ///< advancing / (advancing + declining); empty when both are 0
  MarketBias bias = MarketBias::neutral;
  Duration window;           ///< the span actually used
  std::int64_t covered = 0;  ///< bases with a fresh price over the window
  std::int64_t total = 0;    ///< bases watched
};

/// Breadth of the 24 h change, with hysteresis: slower than market_bias.
struct MarketTrend {
  MarketBias trend = MarketBias::neutral;
  std::optional<double> ratio;
  std::int64_t covered = 0;
};

struct Volatility {
  VolatilityRegime regime = VolatilityRegime::unknown;
  std::optional<double> realised_24h;  ///< cross-sectional median, as a fraction
  std::optional<double> realised_1h;   ///< reported, not classified
  std::optional<double> percentile;    ///< of the 24 h figure within its trailing 7 days, 0-100
  std::int64_t hours_of_history = 0;
};

/// Share of bases whose close is above their EMA(50), per watched timeframe.
struct EmaShare {
  Timeframe timeframe{};
  std::int64_t above = 0;
  std::int64_t covered = 0;
};

struct MarketState {
  Timestamp as_of;
  Breadth breadth;
  MarketTrend trend;
  Volatility volatility;
  std::vector<EmaShare> above_ema_50;
  std::int64_t new_highs_24h = 0;
  std::int64_t new_lows_24h = 0;
  std::int64_t active_signals = 0;  ///< fresh closed signals with combined score >= 60
};

[[nodiscard]] constexpr std::string_view to_string(MarketBias bias) {
  constexpr std::array<std::string_view, 3> names = {"bearish", "neutral", "bullish"};
  return names[static_cast<std::size_t>(bias)];
}
[[nodiscard]] constexpr std::string_view to_string(VolatilityRegime regime) {
  constexpr std::array<std::string_view, 4> names = {"unknown", "low", "medium", "high"};
  return names[static_cast<std::size_t>(regime)];
}

}  // namespace cscan
