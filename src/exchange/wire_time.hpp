#pragma once
// Times as exchanges write them: whole numbers of a unit that differs by field and has changed in
// the past. A value is believed only if, in the unit it should have, it lies between Bitcoin's
// first block and a day from now; two units apart can never both do so.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace cscan {

enum class TimeUnit : std::uint8_t { s, ms, us, ns };

[[nodiscard]] std::string_view to_string(TimeUnit unit);

/// 2009-01-03, before which nothing was traded.
inline constexpr Timestamp wire_time_min{1'230'940'800'000};
/// How far ahead of us an exchange's clock may be.
inline constexpr Duration wire_time_ahead_max = days(1);

/// 10000-01-01, after which nothing is announced.
inline constexpr Timestamp wire_date_max{253'402'300'800'000};

/// `value` of `unit`, cut to milliseconds, if that is a time to be believed.
[[nodiscard]] constexpr std::optional<Timestamp> plausible_time(std::int64_t value, TimeUnit unit,
                                                                Timestamp received) {
  Timestamp time;
  switch (unit) {
    case TimeUnit::s:
      // Beyond, they would overflow on the way to milliseconds.
      if (value < 0 || value > wire_date_max.ms / 1'000)
        return std::nullopt;
      time = {value * 1'000};
      break;
    case TimeUnit::ms: time = {value}; break;
    case TimeUnit::us: time = {value / 1'000}; break;
    case TimeUnit::ns: time = {value / 1'000'000}; break;
  }
  if (time < wire_time_min || received + wire_time_ahead_max < time)
    return std::nullopt;
  return time;
}

/// The same, with what is wrong. Errors (corrupt): outside wire_time_min ..
/// received + wire_time_ahead_max; the message names the unit it would fit, if any.
[[nodiscard]] Result<Timestamp> to_timestamp(std::int64_t value, TimeUnit unit, Timestamp received);

/// A date that an exchange announces, milliseconds: up to the year 9999.
[[nodiscard]] Result<Timestamp> to_date(std::int64_t value_ms);

}  // namespace cscan
