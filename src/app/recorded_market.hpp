#pragma once
// One recorded market as an exchange would have it: its candles of every timeframe, those that were
// recorded as they were, the others made of them.

#include <span>
#include <vector>

#include "app/recorded_path.hpp"
#include "model/candle.hpp"
#include "model/instrument.hpp"
#include "model/timeframe.hpp"
#include "sim/market_truth.hpp"

namespace cscan {

/// Digits after the point that the shortest text of every value needs, as far as a double tells
/// them apart (15 significant ones), at most 15.
[[nodiscard]] int digits_of(std::span<const double> values, int at_least = 0);

/// Immutable; any thread. The smallest recorded timeframe is the grain: the market is played from
/// its candles. Open times have to be multiples of the timeframe's length.
class RecordedMarket {
 public:
  /// A timeframe's candles, not empty, on a whole grid: no_trade where the exchange had none.
  struct Series {
    Timeframe timeframe{};
    std::vector<Candle> candles{};
  };

  /// `series` is not empty; each timeframe comes once, in any order.
  RecordedMarket(Instrument instrument, std::vector<Series> series);

  /// Listed when its first candle of any timeframe opens.
  [[nodiscard]] const TradedMarket& traded() const { return traded_; }
  [[nodiscard]] Timeframe grain() const { return series_.front().timeframe; }
  /// What is played: from the grain's first open to its last close.
  [[nodiscard]] Timestamp begin() const { return grains().front().open_time; }
  [[nodiscard]] Timestamp end() const { return grains().back().open_time + length(grain()); }
  /// Of a recorded timeframe the first recorded candle; of others the first that can be made.
  [[nodiscard]] Timestamp first_open(Timeframe timeframe) const;

  /// The final form: as recorded; else rolled up from the largest recorded timeframe that divides
  /// it; else from the way within the grains. In state no_trade where the exchange has none, as
  /// before the first and after the end.
  [[nodiscard]] Candle candle(Timeframe timeframe, Timestamp open_time) const;
  /// How the grain's candle grows.
  [[nodiscard]] RecordedPath path(Timestamp open_time) const;
  /// What the grains trade in [from, until), whole seconds, as a candle that opens at `from`. Flat
  /// at the price before, and no_trade, where from == until.
  [[nodiscard]] Candle between(Timestamp from, Timestamp until) const;

 private:
  [[nodiscard]] const std::vector<Candle>& grains() const { return series_.front().candles; }
  [[nodiscard]] const Series* find(Timeframe timeframe) const;
  /// What a timeframe that is not recorded is made of; nullptr: of the way within the grains.
  [[nodiscard]] const Series* source_of(Timeframe timeframe) const;
  [[nodiscard]] Candle grain_at(Timestamp open_time) const;
  [[nodiscard]] Candle rolled_up(Timeframe from, Timeframe to, Timestamp open_time) const;
  [[nodiscard]] double price_before(Timestamp time) const;
  [[nodiscard]] Candle in_lots(Candle candle) const;

  std::vector<Series> series_;  ///< ascending by timeframe
  TradedMarket traded_;
};

}  // namespace cscan
