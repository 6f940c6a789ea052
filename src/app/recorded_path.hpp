#pragma once
// How a recorded candle grows while it is played. Its recording has four prices and a volume and
// not the way between them, so the way is made up, the same one every time: from the open to the
// low, the high and the close if it closes up, to the high, the low and the close if it closes
// down, in trades spread evenly over its seconds.

#include <array>
#include <cstdint>

#include "model/candle.hpp"
#include "model/timeframe.hpp"
#include "sim/market_truth.hpp"

namespace cscan {

/// Seconds are counted from the candle's open.
class RecordedPath {
 public:
  /// Prices on the way are whole ticks of the market, volumes whole lots. A candle with fewer lots
  /// than seconds has seconds without trades.
  RecordedPath(const Candle& candle, Timeframe timeframe, const TradedMarket& market);

  [[nodiscard]] std::int64_t seconds() const { return seconds_; }
  /// What trades in the seconds [from, until), 0 <= from < until <= seconds(), as a candle that
  /// opens at `from`; flat at the price before where nothing does. part(0, seconds()) is the
  /// candle itself.
  [[nodiscard]] Candle part(std::int64_t from, std::int64_t until) const;
  /// Of the newest trade at the end of that second.
  [[nodiscard]] double price(std::int64_t second) const;

 private:
  struct Corner {
    std::int64_t trade = 0;
    double price = 0;
  };
  void set_corners();
  [[nodiscard]] std::int64_t trade_at(std::int64_t second) const;
  [[nodiscard]] double price_of(std::int64_t trade) const;
  [[nodiscard]] double volume_until(std::int64_t trade) const;

  Candle candle_;
  double ticks_per_unit_;
  double lots_per_unit_;
  std::int64_t seconds_;
  std::int64_t trades_;  ///< 0: nothing trades
  std::array<Corner, 4> corners_{};
  std::size_t corner_count_ = 0;
};

}  // namespace cscan
