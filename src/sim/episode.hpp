#pragma once
// Episodes: stretches in which the price does something that noise alone would hardly do. Each is
// two legs: a run to `height`, then a second leg after which `kept` of the height stays (below 1 a
// reversal, above 1 a continuation), with a course of volume of its own.
//
//   exhaustion  6 to 9 candles of one direction whose moves shrink towards the end, while volume
//               grows for five eighths of the way and then fades; reversed in 3 of 4 cases. On
//               four scales: candles of 5m, 1h, 4h and 1d. That reversals outnumber continuations
//               is a property of this synthetic market, put there so that reversion signals occur;
//               it says nothing about real ones.
//   crash       a fall of 10 to 30 % within 1 to 8 hours that gathers speed, on surging volume and
//               volatility, and a partial rebound over up to 30 hours
//   shock       the same for one base alone, up (a pump, mostly given back) or down
//
// Where and how follows from a counter per block of time; an episode ends within its block, so any
// instant can find what goes on by drawing its own blocks alone.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/counter_random.hpp"
#include "sim/price_factors.hpp"

namespace cscan {

struct Episode {
  std::int64_t first_bar = 0;  ///< counted from genesis
  std::int64_t rise = 1;       ///< bars of the first leg
  std::int64_t retrace = 1;    ///< bars of the second
  double height = 0;           ///< change of the log price by the end of the first leg
  double kept = 1;             ///< share of it that is left after the second
  double volume = 0;           ///< added to the volume's factor at the peak
  double sigma = 0;            ///< added to the volatility's factor at the peak
  double noise = 1;            ///< factor of the noise of candles, so that they agree in direction
  double day_noise = 1;        ///< likewise of the noise of whole days
  bool gathers_speed = false;  ///< a crash does; an exhausting run slows down

  /// Change of the log price from before the episode to the beginning of `bar`.
  [[nodiscard]] double displacement(std::int64_t bar) const;
  /// Course of volume and volatility in the middle of `bar`: 0 outside, 1 at the peak.
  [[nodiscard]] double intensity(std::int64_t bar) const;
  [[nodiscard]] std::int64_t end_bar() const { return first_bar + rise + retrace; }
};

/// The few episodes that touch one day.
class Episodes {
 public:
  void add(const std::optional<Episode>& episode, std::int64_t day);
  [[nodiscard]] std::span<const Episode> all() const { return {items_.data(), count_}; }
  /// What they add to the log price from the midnight before `day` to the one after.
  [[nodiscard]] double move(std::int64_t day) const;
  /// Factor of the noise of the day's move.
  [[nodiscard]] double day_noise() const;

 private:
  std::array<Episode, 6> items_;
  std::size_t count_ = 0;
};

/// Candles of a day as its episodes change them.
struct EpisodeBars {
  EpisodeBars();
  /// Adds an episode whose height counts `weight` times.
  void apply(const Episode& episode, std::int64_t day, double weight);

  BarValues drift;   ///< added to the log return
  BarValues noise;   ///< factor
  BarValues volume;  ///< factor
  BarValues sigma;   ///< factor
};

/// Exhaustion on one scale. In a block there is one with probability `chance`.
struct SwingScale {
  std::int64_t candle_bars = 1;  ///< bars of a candle of this scale
  std::int64_t block_candles = 24;
  double noise = 1;
  double day_noise = 1;
  std::uint64_t stream = 0;  ///< offset of its counters

  [[nodiscard]] constexpr std::int64_t block_days() const {
    return candle_bars * block_candles / static_cast<std::int64_t>(bars_per_day);
  }
};
inline constexpr SwingScale swings_5m{1, 24, 0.45, 1, 1ULL << 40};
inline constexpr SwingScale swings_1h{12, 24, 0.60, 1, 2ULL << 40};
inline constexpr SwingScale swings_4h{48, 24, 0.70, 0.9, 3ULL << 40};
inline constexpr SwingScale swings_1d{288, 20, 1, 0.55, 4ULL << 40};

/// A swing that a draw says there is; `daily_sigma` is the unit of its height (that of a random
/// walk's candle of this scale follows from it).
[[nodiscard]] Episode make_swing(const SwingScale& scale, std::uint64_t bits, std::int64_t block,
                                 double daily_sigma);
/// The swing of block `block`.
[[nodiscard]] inline std::optional<Episode> swing_in(const SwingScale& scale,
                                                     const CounterRandom& random,
                                                     std::int64_t block, double chance,
                                                     double daily_sigma) {
  const std::uint64_t bits = random.bits(scale.stream + static_cast<std::uint64_t>(block));
  if (to_uniform(bits) >= chance)
    return std::nullopt;
  return make_swing(scale, bits, block, daily_sigma);
}
/// The swing whose block holds `day`; for scales of which a block is a day or longer.
[[nodiscard]] inline std::optional<Episode> swing_of(const SwingScale& scale,
                                                     const CounterRandom& random, std::int64_t day,
                                                     double chance, double daily_sigma) {
  return swing_in(scale, random, day / scale.block_days(), chance, daily_sigma);
}

/// Crashes of the whole market: at most one in `crash_block_days`.
inline constexpr std::int64_t crash_block_days = 8;
/// The day on which the block of `day` has its crash, if it has one.
[[nodiscard]] std::int64_t crash_day(const CounterRandom& random, std::int64_t day);
[[nodiscard]] std::optional<Episode> crash_of(const CounterRandom& random, std::int64_t day,
                                              double chance);

/// A crash or pump of one base: at most one in `shock_block_days`.
inline constexpr std::int64_t shock_block_days = 16;
[[nodiscard]] std::optional<Episode> shock_of(const CounterRandom& random, std::int64_t day,
                                              double chance);

}  // namespace cscan
