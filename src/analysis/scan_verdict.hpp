#pragma once
// What the full scan makes of the indicators: how strongly a market trends, what kind of market it
// is, whether price offers a place to join its trend, and where a stop and a target would lie.
// Ours: simple, bounded formulas that describe what is there. None of them says that a trade would
// pay.
//
// Distances are measured in ATR(14); g(x) = x / ATR limited to −1..1. Where ATR is 0 nothing moves,
// and every g is 0.
//
// **Trend score**, −100..100: the mean of four votes of −1..1, times 100, rounded to 0.01. A vote
// that is still warming up is left out; empty before ADX is known (28 candles).
//   averages  mean of g(close − EMA21), g(EMA21 − EMA50), g(EMA50 − EMA200), as far as known
//   movement  (+DI − −DI) / (+DI + −DI) × min(ADX / 25, 1)
//   macd      g(MACD line)
//   cloud     close seen from the middle of the Ichimoku cloud, in halves of its thickness,
//             limited to −1..1
// The trend is bullish from +20 on, bearish from −20 on, else neutral.
//
// **Regime**: volatile when ATR(14) >= 1.5 × ATR(100); else trending when ADX(14) >= 25 (Wilder's
// own line is 25); else ranging. Empty before ADX is known; while ATR(100) warms up, never
// volatile.
//
// **Opportunity**, 0..100: |trend score| × value × room. With s the sign of the trend score:
//   value  d = s × (close − EMA21) / ATR: 1 from −1 to 0.5 (price is back at its average), falling
//          to 0 at 3 (it has run away) and at −2 (it fell through)
//   room   1 while s × (RSI − 50) <= 20, falling to 0 at 40: an overextended market has none
//
// **Stop and target**, in the trend's direction; for a bullish one:
//   stop    0.5 ATR below the lowest low of 20 candles, but 1 to 3 ATR below the close
//   target  the highest high of 100 candles when that is at least 1 ATR away, else close + 3 ATR
// A bearish one is its mirror image. Empty without a trend, and where a price would not be above 0.

#include "model/scan_row.hpp"

namespace cscan {

[[nodiscard]] ScanVerdict judge_scan(const ScanValues& values);

}  // namespace cscan
