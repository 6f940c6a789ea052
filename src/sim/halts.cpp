#include "sim/halts.hpp"

#include "sim/synthetic_calendar.hpp"

namespace cscan {
namespace {

/// The halt of a block of `block_days`, if it has one and it falls on `day`.
Halt halt_of(const CounterRandom& random, std::int64_t day, std::int64_t block_days, double chance,
             std::size_t bars_least, std::size_t bars_most) {
  const auto block = static_cast<std::uint64_t>(day / block_days);
  const CounterRandom lanes(random.bits(block), {});
  if (lanes.uniform(0) >= chance)
    return {};
  if (lanes.below(1, static_cast<std::uint64_t>(block_days)) !=
      static_cast<std::uint64_t>(day % block_days))
    return {};
  const double u = lanes.uniform(2);  // mostly short
  const auto length =
      bars_least + static_cast<std::size_t>(u * u * static_cast<double>(bars_most - bars_least));
  const std::size_t first = 1 + lanes.below(3, bars_per_day - 1 - length);
  return {first, first + length};
}

}  // namespace

Halt market_halt(const CounterRandom& random, std::int64_t day, double chance) {
  return halt_of(random, day, 16, chance, 3, 72);
}

Halt exchange_outage(const CounterRandom& random, std::int64_t day) {
  return halt_of(random, day, 90, 0.35, 12, 48);
}

}  // namespace cscan
