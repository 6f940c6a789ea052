#pragma once
// One line of the full scan: an instrument and timeframe with its newest closed signal, its
// standard indicators and what follows from them. The columns as readers see them:
// model/scan_columns.hpp.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "model/instrument.hpp"
#include "model/score.hpp"
#include "model/signal.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// Where the close lies, seen from the Ichimoku cloud over its candle.
enum class CloudState : std::uint8_t { below, inside, above };

/// What kind of market it is: see analysis/scan_verdict.hpp.
enum class ScanRegime : std::uint8_t {
  ranging,
  trending,
  turbulent,  ///< called "volatile", which the language keeps for itself
};

/// The standard indicators of one series, by name and period. Empty means not known yet, or
/// undefined (nothing was traded). What each is and where it comes from: the header of its name in
/// indicator/. Prices in quote units, volume in base units.
struct ScanValues {
  std::uint32_t candles = 0;  ///< contiguous candles seen, the newest included
  bool warming_up = true;     ///< too few of them for the longest indicator
  double close = 0;           ///< of the newest candle
  std::optional<double> rsi_14;
  std::optional<double> macd_12_26, macd_signal_9, macd_histogram;
  std::optional<double> ema_5, ema_9, ema_13, ema_21, ema_50, ema_200;
  std::optional<double> sma_20, sma_50;
  std::optional<double> bb_upper_20, bb_lower_20, bb_position_20, bb_width_20;
  std::optional<double> stoch_k_14, stoch_d_14;
  std::optional<double> atr_14, atr_100;
  std::optional<double> adx_14, plus_di_14, minus_di_14;
  std::optional<double> obv, obv_slope_20;
  std::optional<double> vwap;
  std::optional<double> ichimoku_conversion_9, ichimoku_base_26, ichimoku_span_a, ichimoku_span_b;
  std::optional<CloudState> ichimoku_state;
  std::optional<double> poc_100;
  std::optional<double> high_20, low_20, high_100, low_100;
  std::optional<Direction> fib_swing_100;
  std::optional<double> fib_retracement_100;

  bool operator==(const ScanValues&) const = default;
};

/// What follows from the values. Descriptive: none of it says that a trade would pay.
struct ScanVerdict {
  std::optional<double> trend_score;  ///< −100..100, in hundredths
  Direction trend = Direction::neutral;
  std::optional<ScanRegime> regime;
  std::optional<Score> opportunity;
  std::optional<double> stop, target;  ///< prices; empty without a trend
  std::optional<double> reward_risk;   ///< (target − close) / (close − stop)

  bool operator==(const ScanVerdict&) const = default;
};

struct ScanRow {
  InstrumentId instrument;
  Timeframe timeframe{};
  std::uint32_t rank = 0;  ///< 1 is the highest combined score
  Score combined;
  SignalType type = SignalType::neutral;
  Timestamp close_time;              ///< of the signal's candle
  double price = 0;                  ///< newest known
  std::optional<double> change_24h;  ///< fraction
  std::optional<double> quote_volume_24h;
  bool forming = false;  ///< the values see the forming candle; else the newest settled one
  Timestamp basis_open;  ///< open time of that candle
  ScanValues values;
  ScanVerdict verdict;
};

[[nodiscard]] constexpr std::string_view to_string(CloudState state) {
  constexpr std::array<std::string_view, 3> names = {"below", "inside", "above"};
  return names[static_cast<std::size_t>(state)];
}
[[nodiscard]] constexpr std::string_view to_string(ScanRegime regime) {
  constexpr std::array<std::string_view, 3> names = {"ranging", "trending", "volatile"};
  return names[static_cast<std::size_t>(regime)];
}

}  // namespace cscan
