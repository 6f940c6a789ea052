#pragma once
// The 5m candles of one market on one UTC day, in whole increments and steps, as a pure function of
// (seed, market, day). All arithmetic is on the logarithm of price ÷ level, x:
//
//   days     x(d+1) = x(d) - pull(x) + s (A(d) (√m M(d) + √(1-m) E(d))) + episodes
//            s the base's daily volatility, m the share of the common factor M (market_factor.hpp:
//            regimes, crashes), E its own draw, A the volatility state; M and E fat-tailed. Drawn
//            once, from the base's listing on. Pulled home ever more strongly, |x| stays below 4.
//   candles  z(i) = σ(i) (√m M(i) + √(1-m) E(i)) + episodes, 288 a day, where σ follows the hour,
//            the weekend, a volatility state with knots from 2 hours to 7 days, common and own, the
//            market's regime, the time since listing, and surges on days of exceptional moves; then
//            bridged: z(i) + σ(i)² / Σσ² × (x(d+1) - x(d) - Σz), so that a day ends where the next
//            begins whichever day is asked first.
//   markets  each exchange adds a basis of a few hundredths of a percent, more where trade is thin,
//            that drifts over hours and returns to 0; and its halts and silences.
//   volume   grows with σ, |z| and episodes, and has its own persistent state.
//
// Episodes: episode.hpp. All arithmetic is + - × ÷ and √ on IEEE doubles and integers, compiled
// without contraction, so every compiler, C library and processor gives the same bits.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "sim/counter_random.hpp"
#include "sim/day_shape.hpp"
#include "sim/market_factor.hpp"
#include "sim/synthetic_universe.hpp"
#include "sim/tick_bar.hpp"

namespace cscan {

using DayBars = std::array<TickBar, bars_per_day>;

/// One market with the streams its own draws come from. Cheap to make; plain value.
struct MarketSource {
  MarketSource(std::uint64_t seed, const MarketProfile& market);
  MarketProfile profile;
  CounterRandom basis, activity, volume, silence, halts, outages, path;
};

/// Immutable after construction.
class PriceModel {
 public:
  explicit PriceModel(std::uint64_t seed);

  [[nodiscard]] MarketSource source(const MarketProfile& market) const { return {seed_, market}; }

  /// `day` counts from genesis, not before the market's listing. The first and the last candle of a
  /// day always trade, and a day opens at the close of the day before, so each day stands alone. A
  /// candle that trades has a volume of at least 5 steps: one for each of its minutes. On the day
  /// of the listing the candles before it are silent at the first price.
  [[nodiscard]] DayBars day(const MarketSource& market, std::int64_t day) const;

  [[nodiscard]] const MarketFactor& market_factor() const { return market_; }

 private:
  [[nodiscard]] std::span<float> midnights(std::size_t base);

  std::uint64_t seed_;
  MarketFactor market_;
  std::vector<BaseSource> bases_;  ///< in the order of the universe, as the next two
  std::vector<std::size_t> first_midnight_;
  std::vector<float> midnights_;  ///< x at each midnight of each base
};

}  // namespace cscan
