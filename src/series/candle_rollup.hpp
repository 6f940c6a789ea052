#pragma once
// Larger candles from smaller ones: 5m → 1h → 4h → 1d.
//
// A candle without volume repeats the last close and never touches open, high or low: with this
// rule roll-ups equal the exchanges' own candles (measured on 450,000 recorded buckets; without it
// a tenth differ). When no sub-candle traded, the result is flat at the last close.

#include <optional>
#include <span>

#include "model/candle.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// The candle of `to` that opens at `open_time`, from its sub-candles of timeframe `from` (those
/// in `candles` that lie inside it; others are ignored). Sums oldest first. nullopt when one of the
/// sub-candles is missing or unknown, so that a hole never looks like a candle.
/// Precondition: length(to) is a multiple of length(from); candles ascend.
[[nodiscard]] std::optional<Candle> roll_up(std::span<const Candle> candles, Timeframe from,
                                            Timeframe to, Timestamp open_time);

/// Adds the next sub-candle to a larger one that is still growing, by the same rule. `sum` begins
/// as flat_candle(open time, last close).
void add_part(Candle& sum, const Candle& part);

/// Whether two candles agree as roll-up and original: prices exactly, volume to 1e-9 relative
/// (a sum of rounded parts).
[[nodiscard]] bool same_rollup(const Candle& a, const Candle& b);

}  // namespace cscan
