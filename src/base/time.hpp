#pragma once
// Time as values. There is no clock here: the only `now` of the project is runtime/clock, and
// everybody else is told the time. Milliseconds since 1970-01-01 00:00 UTC, signed 64 bit.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cscan {

/// A span of time in milliseconds.
struct Duration {
  std::int64_t ms = 0;
  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration o) const { return {ms + o.ms}; }
  constexpr Duration operator-(Duration o) const { return {ms - o.ms}; }
  constexpr Duration operator*(std::int64_t n) const { return {ms * n}; }
  constexpr std::int64_t operator/(Duration o) const { return ms / o.ms; }
};
constexpr Duration milliseconds(std::int64_t n) { return {n}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1000}; }
constexpr Duration minutes(std::int64_t n) { return {n * 60'000}; }
constexpr Duration hours(std::int64_t n) { return {n * 3'600'000}; }
constexpr Duration days(std::int64_t n) { return {n * 86'400'000}; }

/// A point in time, milliseconds since the Unix epoch, UTC.
struct Timestamp {
  std::int64_t ms = 0;
  constexpr auto operator<=>(const Timestamp&) const = default;
  constexpr Timestamp operator+(Duration d) const { return {ms + d.ms}; }
  constexpr Timestamp operator-(Duration d) const { return {ms - d.ms}; }
  constexpr Duration operator-(Timestamp o) const { return {ms - o.ms}; }
};

/// The latest multiple of `step` (> 0) since the epoch that is not after `t`.
constexpr Timestamp floor_to(Timestamp t, Duration step) {
  std::int64_t rest = t.ms % step.ms;
  return {t.ms - (rest < 0 ? rest + step.ms : rest)};
}

/// RFC 3339, UTC, milliseconds: "2025-10-24T00:00:00.000Z".
[[nodiscard]] std::string format_rfc3339(Timestamp t);
/// The UTC calendar day: "2025-10-24".
[[nodiscard]] std::string format_day(Timestamp t);
/// Accepts RFC 3339 with any offset and up to nanoseconds ("2025-10-24", "2025-10-24T01:02:03Z",
/// "…+02:00") or integer milliseconds since the epoch. invalid_argument otherwise.
[[nodiscard]] Result<Timestamp> parse_timestamp(std::string_view text);

}  // namespace cscan
