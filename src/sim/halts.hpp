#pragma once
// Stretches in which a market does not trade: its own halts of 15 minutes to 6 hours, and rarer
// outages of its whole exchange of 1 to 4 hours. Elsewhere the price goes on meanwhile, so that the
// first trade afterwards is a jump.

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/counter_random.hpp"

namespace cscan {

/// Bars [first, end) of a day do not trade. Never the first nor the last bar of the day.
struct Halt {
  std::size_t first = 0;
  std::size_t end = 0;
  [[nodiscard]] bool exists() const { return first < end; }
};

/// The halt that a market's own stream holds for `day`; `chance` for one in 16 days.
[[nodiscard]] Halt market_halt(const CounterRandom& random, std::int64_t day, double chance);
/// The outage of a whole exchange: one in 90 days with probability 0.35.
[[nodiscard]] Halt exchange_outage(const CounterRandom& random, std::int64_t day);

}  // namespace cscan
