#pragma once
// The peer: TA-Lib's batch functions over one window, which is what a scanner that is built on it
// computes when a candle closes.

#include <cstddef>
#include <span>
#include <vector>

#include "model/candle.hpp"

namespace cscan::bench {

/// One series as TA-Lib takes it: a column a field. Made beforehand, outside what is measured.
struct TalibColumns {
  std::vector<double> high, low, close, volume;
};
[[nodiscard]] TalibColumns to_columns(std::span<const Candle> candles);

/// Owns the output columns, so that no round allocates. One thread.
class TalibBundle {
 public:
  /// Over windows of so many candles.
  explicit TalibBundle(std::size_t window);
  ~TalibBundle();
  TalibBundle(const TalibBundle&) = delete;
  TalibBundle& operator=(const TalibBundle&) = delete;

  /// Thirteen indicators over the window that ends with candle `last` (>= window - 1): RSI 14, EMA
  /// 5 9 13 21 50, SMA 20, Bollinger 20, stochastic 14/3/3, ATR 14, ADX 14, OBV, MACD 12/26/9. The
  /// sum of their newest values. CHECKs that TA-Lib accepted every call and gave values.
  double run(const TalibColumns& columns, std::size_t last);

  /// The same and what else of the full scan TA-Lib has: EMA 200, SMA 50, ATR 100, +DI and -DI 14.
  double run_scan(const TalibColumns& columns, std::size_t last);

 private:
  using Column = std::vector<double>;
  [[nodiscard]] double newest(const Column& column) const;
  double averages(const double* close);
  double oscillators(const double* high, const double* low, const double* close,
                     const double* volume);
  double rest_of_scan(const double* high, const double* low, const double* close);

  std::size_t window_;
  int end_;
  int code_ = 0;  ///< of the newest call
  int begin_ = 0;
  int count_ = 0;
  Column first_, second_, third_;
};

}  // namespace cscan::bench
