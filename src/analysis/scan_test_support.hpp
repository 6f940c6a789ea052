#pragma once
// For tests only: candles for the full scan, and every number that comes out of it.

#include <array>
#include <cmath>
#include <optional>

#include "model/candle.hpp"
#include "model/scan_row.hpp"

namespace cscan::scan_test {

inline constexpr std::array value_members = {&ScanValues::rsi_14,
                                             &ScanValues::macd_12_26,
                                             &ScanValues::macd_signal_9,
                                             &ScanValues::macd_histogram,
                                             &ScanValues::ema_5,
                                             &ScanValues::ema_9,
                                             &ScanValues::ema_13,
                                             &ScanValues::ema_21,
                                             &ScanValues::ema_50,
                                             &ScanValues::ema_200,
                                             &ScanValues::sma_20,
                                             &ScanValues::sma_50,
                                             &ScanValues::bb_upper_20,
                                             &ScanValues::bb_lower_20,
                                             &ScanValues::bb_position_20,
                                             &ScanValues::bb_width_20,
                                             &ScanValues::stoch_k_14,
                                             &ScanValues::stoch_d_14,
                                             &ScanValues::atr_14,
                                             &ScanValues::atr_100,
                                             &ScanValues::adx_14,
                                             &ScanValues::plus_di_14,
                                             &ScanValues::minus_di_14,
                                             &ScanValues::obv,
                                             &ScanValues::obv_slope_20,
                                             &ScanValues::vwap,
                                             &ScanValues::ichimoku_conversion_9,
                                             &ScanValues::ichimoku_base_26,
                                             &ScanValues::ichimoku_span_a,
                                             &ScanValues::ichimoku_span_b,
                                             &ScanValues::poc_100,
                                             &ScanValues::high_20,
                                             &ScanValues::low_20,
                                             &ScanValues::high_100,
                                             &ScanValues::low_100,
                                             &ScanValues::fib_retracement_100};

/// Whether no number of them is NaN or infinite.
inline bool all_finite(const ScanValues& values, const ScanVerdict& verdict) {
  bool finite = std::isfinite(values.close);
  auto look = [&](const std::optional<double>& x) { finite = finite && (!x || std::isfinite(*x)); };
  for (auto member : value_members)
    look(values.*member);
  for (const auto& x : {verdict.trend_score, verdict.stop, verdict.target, verdict.reward_risk})
    look(x);
  return finite;
}

}  // namespace cscan::scan_test
