#pragma once
// How the price gets from the open to the close of one 5m candle, second by second.
//
// The 300 seconds are 5 minutes of 59 steps and one pause: nothing trades in the first second of a
// minute. So a 1m candle opens at the close before it, begins with volume 0, and five of them roll
// up to the 5m candle exactly. Step 0 is the open, step 295 (the last second) the close.

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "sim/counter_random.hpp"
#include "sim/tick_bar.hpp"

namespace cscan {

class IntrabarPath {
 public:
  static constexpr std::size_t minute_steps = 59;
  static constexpr std::size_t last_step = 5 * minute_steps;

  /// The step reached when `since_open` (0 to 5 minutes, exclusive) of the candle has passed.
  [[nodiscard]] static constexpr std::size_t step_at(Duration since_open) {
    const auto second = static_cast<std::size_t>(since_open / seconds(1));
    return second / 60 * minute_steps + second % 60;
  }

  /// `bar` trades (volume >= 5); `counter` tells the candles of a stream apart.
  IntrabarPath(const TickBar& bar, const CounterRandom& random, std::uint64_t counter);

  /// What was traded after step `from` up to step `to` (from < to): opens at the price of `from`.
  /// part(0, last_step) is the candle itself. Volume is above 0.
  [[nodiscard]] TickBar part(std::size_t from, std::size_t to) const;
  [[nodiscard]] TickBar minute(std::size_t index) const {
    return part(index * minute_steps, (index + 1) * minute_steps);
  }

 private:
  struct Anchor;
  void draw_segment(const Anchor& from, const Anchor& to, const TickBar& bar,
                    const CounterRandom& random);
  void split_volume(std::int64_t volume, std::uint64_t bits);
  [[nodiscard]] std::int64_t volume_until(std::size_t step) const;

  std::array<std::int64_t, last_step + 1> prices_{};
  std::array<std::int64_t, 6> minute_volume_{};  ///< cumulated: 0 at the open, all at the close
};

}  // namespace cscan
