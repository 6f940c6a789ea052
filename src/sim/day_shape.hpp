#pragma once
// One day of one base, before any exchange gives it increments, steps and silence: the log return,
// the standard deviation and the volume factor of each 5m candle. The formulas: price_model.hpp.

#include <cstdint>
#include <span>

#include "sim/counter_random.hpp"
#include "sim/episode.hpp"
#include "sim/market_factor.hpp"
#include "sim/price_factors.hpp"
#include "sim/synthetic_universe.hpp"

namespace cscan {

/// Where a base's draws come from, and what follows from its profile alone. Made once.
class BaseSource {
 public:
  BaseSource(std::uint64_t seed, const BaseProfile& profile);

  /// What befalls the base alone on `day`: exhausting runs and shocks; heights in log price.
  [[nodiscard]] Episodes episodes(std::int64_t day) const;
  /// Factor of the volatility `days_since` its first listing (negative: before).
  [[nodiscard]] double listing_surge(double days_since) const;

  const BaseProfile* profile;
  std::int64_t first_day;  ///< that of its first listing
  double market_weight;    ///< √m
  double own_weight;       ///< √(1 - m)
  double crash_weight;     ///< how far it falls when the market does
  double usual_sigma;      ///< standard deviation of a 5m log return
  CounterRandom moves, runs, state, days, wicks;
};

struct DayShape {
  BarValues sigma;   ///< standard deviation of the candle's log return
  BarValues move;    ///< the log return; their sum is the day's move
  BarValues volume;  ///< factor that follows from the moves, the volatility and the episodes
  BarValues course;  ///< the episodes' part of it: 1, and well above in the midst of one
};

/// x = ln(price ÷ level) at each midnight from first_day on, the horizon's included; |x| < 4.
/// `out` has synthetic_days - first_day + 1 places. Floats, so that thousands of days of hundreds
/// of bases stay small; all else is computed from these very floats.
void draw_midnights(const MarketFactor& market, const BaseSource& base, std::span<float> out);

/// The candles of `day`, which lead from one midnight to the next.
[[nodiscard]] DayShape draw_day(const MarketFactor& market, const BaseSource& base,
                                std::int64_t day, double day_move);

}  // namespace cscan
