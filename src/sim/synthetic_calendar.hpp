#pragma once
// The synthetic market's time: it exists in [genesis, horizon), its days are UTC days counted from
// genesis, its grain is the 5m candle (a bar), counted from genesis too.

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace cscan {

inline constexpr Timestamp synthetic_genesis{1'577'836'800'000};  ///< 2020-01-01, a Wednesday
inline constexpr Timestamp synthetic_horizon{2'208'988'800'000};  ///< 2040-01-01
inline constexpr std::int64_t synthetic_days = (synthetic_horizon - synthetic_genesis) / days(1);

inline constexpr Duration bar_length = minutes(5);
inline constexpr std::size_t bars_per_hour = 12;
inline constexpr std::size_t bars_per_day = 288;

/// Days and bars from genesis to `t`, which is not before it.
constexpr std::int64_t day_of(Timestamp t) { return (t - synthetic_genesis) / days(1); }
constexpr std::int64_t bar_of(Timestamp t) { return (t - synthetic_genesis) / bar_length; }
constexpr Timestamp start_of_day(std::int64_t day) { return synthetic_genesis + days(1) * day; }
constexpr std::int64_t first_bar_of(std::int64_t day) {
  return day * static_cast<std::int64_t>(bars_per_day);
}

}  // namespace cscan
