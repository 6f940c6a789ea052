#pragma once
// What the whole synthetic market shares: the regime it is in, its daily move, its volatility, its
// exhausting runs and its crashes. Computed once per seed, from genesis to horizon.
//
//   regimes  bull (6-24 days, drifts up), bear (4-16 days, drifts down, livelier), range (5-20
//            days, calm, drawn back to where it began), storm (3-9 days, half as lively again as
//            usual, most crashes). The next is drawn among the others when one ends.
//   crashes  about five a year, most of them in storms and bear markets

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/counter_random.hpp"
#include "sim/episode.hpp"

namespace cscan {

enum class Regime : std::uint8_t { bull, bear, range, storm };

/// Immutable after construction (0.7 MB).
class MarketFactor {
 public:
  explicit MarketFactor(std::uint64_t seed);

  [[nodiscard]] Regime regime(std::int64_t day) const { return regimes_[index(day)]; }
  /// The day's move without episodes, in standard deviations of a calm day.
  [[nodiscard]] double move(std::int64_t day) const { return moves_[index(day)]; }
  /// Logarithm of the volatility at a full hour counted from genesis; 0 is usual.
  [[nodiscard]] double log_volatility(std::int64_t hour) const { return volatility_[index(hour)]; }

  /// Factor of the volatility at noon.
  [[nodiscard]] double day_volatility(std::int64_t day) const { return noons_[index(day)]; }

  /// Exhausting runs of the day; heights in standard deviations of a calm day.
  [[nodiscard]] Episodes swings(std::int64_t day) const;
  /// Its crash, if any; height in log price of a base that falls with the market.
  [[nodiscard]] Episodes crashes(std::int64_t day) const;

  /// What they add to the day's move, in the same units.
  [[nodiscard]] double swing_move(std::int64_t day) const { return swing_moves_[index(day)]; }
  [[nodiscard]] double crash_move(std::int64_t day) const { return crash_moves_[index(day)]; }

  /// Draws of the market's part in each 5m candle, by bar; and of its short runs.
  [[nodiscard]] const CounterRandom& bar_moves() const { return bar_moves_; }
  [[nodiscard]] const CounterRandom& runs() const { return runs_; }

 private:
  static std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }
  void draw_regimes(const CounterRandom& random);
  void draw_moves(const CounterRandom& random);
  void draw_volatility(const CounterRandom& random);

  CounterRandom bar_moves_;
  CounterRandom runs_;
  std::vector<Regime> regimes_;  ///< by day
  std::vector<double> moves_;    ///< by day, as are the next three
  std::vector<double> swing_moves_;
  std::vector<double> crash_moves_;
  std::vector<double> noons_;
  std::vector<float> volatility_;  ///< by hour, midnight of the horizon included
};

/// A draw of a day's move: mean 0, variance 1, tails less fat than a candle's.
[[nodiscard]] double day_draw(const CounterRandom& random, std::int64_t day);

}  // namespace cscan
