#pragma once
// Candle lengths. Every supported length divides a UTC day, so that all candles lie on a grid that
// starts at the epoch: open time is a multiple of the length.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace cscan {

/// Ascending by length; the order is the order of outputs.
enum class Timeframe : std::uint8_t { m1, m3, m5, m15, m30, h1, h2, h4, h6, h8, h12, d1 };

inline constexpr std::array all_timeframes = {
    Timeframe::m1, Timeframe::m3, Timeframe::m5, Timeframe::m15, Timeframe::m30, Timeframe::h1,
    Timeframe::h2, Timeframe::h4, Timeframe::h6, Timeframe::h8,  Timeframe::h12, Timeframe::d1};

constexpr Duration length(Timeframe timeframe) {
  constexpr std::array<std::int64_t, all_timeframes.size()> length_min = {
      1, 3, 5, 15, 30, 60, 120, 240, 360, 480, 720, 1440};
  return minutes(length_min[static_cast<std::size_t>(timeframe)]);
}

/// Exclusive end of the candle that opens at `open_time`.
constexpr Timestamp close_time(Timestamp open_time, Timeframe timeframe) {
  return open_time + length(timeframe);
}

/// The exchange-neutral name: "5m", "1h", "1d".
[[nodiscard]] std::string_view to_string(Timeframe timeframe);
[[nodiscard]] std::optional<Timeframe> parse_timeframe(std::string_view text);

}  // namespace cscan
