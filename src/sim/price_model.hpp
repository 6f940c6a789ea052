#pragma once
// The 5m candles of one market on one UTC day, in whole increments and steps, as a pure function of
// (seed, market, day). All arithmetic is on the logarithm of price ÷ level, x:
//
//   days     x(d+1) = x(d) (1 - 1/400) + s A(d) (√m M(d) + √(1-m) E(d) + runs of days)
//            s the base's daily volatility, m the share of the common factor M, A the volatility
//            state; M and E fat-tailed. Drawn once, from genesis on. A day's move is squashed to
//            less than 7 s, and |x| to less than 4.
//   candles  z(i) = σ(i) (√m M(i) + √(1-m) E(i) + runs), 288 a day, where σ follows the hour, the
//            weekend, a volatility state with knots from 2 hours to 7 days, common and own, and
//            surges on days of exceptional moves; then bridged:
//            z(i) + σ(i)² / Σσ² × (x(d+1) - x(d) - Σz), so that a day ends where the next begins
//            whichever day is asked first.
//   markets  each exchange adds a basis of a few hundredths of a percent that drifts over hours.
//   volume   grows with σ, |z| and runs, and has its own persistent state.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "sim/counter_random.hpp"
#include "sim/day_shape.hpp"
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

using DayBars = std::array<TickBar, bars_per_day>;

/// Immutable after construction.
class PriceModel {
 public:
  static constexpr Timestamp genesis{1'577'836'800'000};  ///< 2020-01-01
  static constexpr Timestamp horizon{2'208'988'800'000};  ///< 2040-01-01
  static constexpr std::int64_t day_count = (horizon - genesis) / days(1);

  explicit PriceModel(std::uint64_t seed);

  /// `day` counts from genesis, in [0, day_count). The first and the last candle of a day always
  /// trade, and a day opens at the close of the day before, so each day stands alone. A candle that
  /// trades has a volume of at least 5 steps: one for each of its minutes.
  [[nodiscard]] DayBars day(const MarketProfile& market, std::int64_t day) const;

  /// The stream of one market's draws for `purpose`.
  [[nodiscard]] CounterRandom market_stream(const MarketProfile& market,
                                            std::string_view purpose) const;

 private:
  std::uint64_t seed_;
  /// Per base, in the order of the universe: x at each midnight, day_count + 1 values.
  std::vector<std::vector<double>> midnights_;
};

}  // namespace cscan
