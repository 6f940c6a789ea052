#pragma once
// The standard indicators of one series, fed candle by candle: the state behind the full scan.
//
// A candle costs the same however long the history is, and no heap memory. The forming candle is
// judged by peek(), which leaves no trace. Recursive averages remember where the data began, so a
// value depends on the candles seen; how many those were is said beside it (ScanValues::candles).
//
// Candles are contiguous or the state begins again: at an unknown candle, at a jump in open times,
// and at a candle whose values lie outside the bounds below. A changed candle in the past is not
// undone but rebuilt from the candles that are kept.

#include <span>

#include "indicator/adx.hpp"
#include "indicator/atr.hpp"
#include "indicator/bollinger.hpp"
#include "indicator/ema.hpp"
#include "indicator/ichimoku.hpp"
#include "indicator/macd.hpp"
#include "indicator/obv.hpp"
#include "indicator/price_range.hpp"
#include "indicator/retracement.hpp"
#include "indicator/rsi.hpp"
#include "indicator/session_vwap.hpp"
#include "indicator/sma.hpp"
#include "indicator/stochastic.hpp"
#include "indicator/volume_profile.hpp"
#include "model/candle.hpp"
#include "model/scan_row.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// Single-threaded value of less than 12 KB.
class ScanIndicators {
 public:
  /// Candles after which every indicator speaks: EMA(200) is the longest.
  static constexpr std::uint32_t candles_needed = 200;
  /// Prices between these and volumes up to the larger are computed with: squares and products of
  /// them are still numbers. No market comes near; a unit that was mistaken might.
  static constexpr double smallest = 1e-100;
  static constexpr double largest = 1e100;

  explicit ScanIndicators(Timeframe timeframe) : timeframe_(timeframe) {}

  /// Takes the next candle of the series: settled, or unknown, which empties the state.
  void update(const Candle& candle);
  /// Begins again with these candles, oldest first.
  void rebuild(std::span<const Candle> candles);

  /// As of the newest candle taken.
  [[nodiscard]] ScanValues value() const;
  /// What value() would be after `candle`, without taking it.
  [[nodiscard]] ScanValues peek(const Candle& candle) const;

  /// Contiguous candles taken since the state began.
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(obv_.count()); }
  /// Open time of the newest of them; meaningless before the first.
  [[nodiscard]] Timestamp newest_open() const { return newest_open_; }

 private:
  void take_close(double close);
  void take_candle(const Candle& candle);
  void put_averages(ScanValues& values) const;
  void put_oscillators(ScanValues& values) const;
  void put_volume(ScanValues& values) const;
  void put_structure(ScanValues& values) const;

  Timeframe timeframe_;
  Timestamp newest_open_;
  double close_ = 0;

  Ema ema_5_{5}, ema_9_{9}, ema_13_{13}, ema_21_{21}, ema_50_{50}, ema_200_{200};
  Macd macd_;
  Rsi rsi_;
  Bollinger<20> bollinger_;  ///< its middle is SMA(20)
  Sma<50> sma_50_;
  Stochastic stochastic_;
  Atr atr_14_{14}, atr_100_{100};
  Adx adx_;
  Obv obv_;
  SessionVwap vwap_;
  Ichimoku ichimoku_;
  VolumeProfile<100> profile_;
  PriceRange<20> range_20_;
  Retracement<100> swing_;
};

}  // namespace cscan
