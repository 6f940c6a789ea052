#pragma once
// A candle in whole numbers, and how it becomes one in decimals.

#include <algorithm>
#include <cstdint>

#include "model/candle.hpp"
#include "sim/synthetic_universe.hpp"

namespace cscan {

/// A candle in whole price increments and volume steps. Volume 0: silent, flat at the last close.
struct TickBar {
  std::int64_t open = 0;
  std::int64_t high = 0;
  std::int64_t low = 0;
  std::int64_t close = 0;
  std::int64_t volume = 0;
  bool operator==(const TickBar&) const = default;
};

constexpr TickBar flat_at(std::int64_t price) { return {price, price, price, price, 0}; }

/// Extends `sum` by the candle that follows it. A silent one changes nothing; after silence alone
/// the first that trades decides everything.
constexpr void merge(TickBar& sum, const TickBar& next) {
  if (next.volume == 0)
    return;
  if (sum.volume == 0) {
    sum = next;
    return;
  }
  sum.high = std::max(sum.high, next.high);
  sum.low = std::min(sum.low, next.low);
  sum.close = next.close;
  sum.volume += next.volume;
}

/// Turns whole increments and steps into numbers; dividing rounds once, so the text is short.
class CandleMaker {
 public:
  explicit CandleMaker(const MarketProfile& market)
      : increments_(market.increments_per_unit),
        steps_(market.steps_per_unit),
        quiet_state_(market.exchange->quiet_state) {}

  [[nodiscard]] double price(std::int64_t ticks) const {
    return static_cast<double>(ticks) / increments_;
  }
  [[nodiscard]] double volume(std::int64_t steps) const {
    return static_cast<double>(steps) / steps_;
  }
  [[nodiscard]] Candle candle(Timestamp open_time, const TickBar& bar, CandleState state) const {
    return {open_time,
            price(bar.open),
            price(bar.high),
            price(bar.low),
            price(bar.close),
            volume(bar.volume),
            0,
            state};
  }
  [[nodiscard]] Candle closed(Timestamp open_time, const TickBar& bar) const {
    return candle(open_time, bar, bar.volume == 0 ? quiet_state_ : CandleState::final);
  }

 private:
  double increments_;
  double steps_;
  CandleState quiet_state_;
};

}  // namespace cscan
