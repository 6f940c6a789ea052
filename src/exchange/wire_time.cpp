#include "exchange/wire_time.hpp"

#include <fmt/format.h>

#include <array>

namespace cscan {
namespace {

constexpr std::array all_units = {TimeUnit::s, TimeUnit::ms, TimeUnit::us, TimeUnit::ns};
constexpr Timestamp date_max{253'402'300'800'000};  // 10000-01-01

bool is_plausible(Timestamp time, Timestamp last) { return wire_time_min <= time && time <= last; }

/// Precondition for seconds: value * 1000 fits; callers check the magnitude first.
Timestamp convert(std::int64_t value, TimeUnit unit) {
  switch (unit) {
    case TimeUnit::s: return {value * 1'000};
    case TimeUnit::ms: return {value};
    case TimeUnit::us: return {value / 1'000};
    case TimeUnit::ns: return {value / 1'000'000};
  }
  return {};
}

bool fits(std::int64_t value, TimeUnit unit, Timestamp last) {
  // Seconds beyond the year 9999 would overflow on the way to milliseconds.
  if (unit == TimeUnit::s && (value < 0 || value > date_max.ms / 1'000))
    return false;
  return is_plausible(convert(value, unit), last);
}

}  // namespace

std::string_view to_string(TimeUnit unit) {
  constexpr std::array<std::string_view, 4> names = {"seconds", "milliseconds", "microseconds",
                                                     "nanoseconds"};
  return names[static_cast<std::size_t>(unit)];
}

Result<Timestamp> to_timestamp(std::int64_t value, TimeUnit unit, Timestamp received) {
  Timestamp last = received + wire_time_ahead_max;
  if (fits(value, unit, last))
    return convert(value, unit);
  for (TimeUnit other : all_units)
    if (fits(value, other, last))
      return fail(ErrorCode::corrupt, fmt::format("{} is no time in {}; it would be one in {}",
                                                  value, to_string(unit), to_string(other)));
  return fail(ErrorCode::corrupt, fmt::format("{} is no time in {}", value, to_string(unit)));
}

Result<Timestamp> to_date(std::int64_t value_ms) {
  Timestamp date{value_ms};
  if (is_plausible(date, date_max))
    return date;
  return fail(ErrorCode::corrupt, fmt::format("{} is no date in milliseconds", value_ms));
}

}  // namespace cscan
