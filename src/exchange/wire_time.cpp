#include "exchange/wire_time.hpp"

#include <fmt/format.h>

#include <array>

namespace cscan {
namespace {

constexpr std::array all_units = {TimeUnit::s, TimeUnit::ms, TimeUnit::us, TimeUnit::ns};

}  // namespace

std::string_view to_string(TimeUnit unit) {
  constexpr std::array<std::string_view, 4> names = {"seconds", "milliseconds", "microseconds",
                                                     "nanoseconds"};
  return names[static_cast<std::size_t>(unit)];
}

Result<Timestamp> to_timestamp(std::int64_t value, TimeUnit unit, Timestamp received) {
  if (auto time = plausible_time(value, unit, received))
    return *time;
  for (TimeUnit other : all_units)
    if (plausible_time(value, other, received))
      return fail(ErrorCode::corrupt, fmt::format("{} is no time in {}; it would be one in {}",
                                                  value, to_string(unit), to_string(other)));
  return fail(ErrorCode::corrupt, fmt::format("{} is no time in {}", value, to_string(unit)));
}

Result<Timestamp> to_date(std::int64_t value_ms) {
  Timestamp date{value_ms};
  if (wire_time_min <= date && date <= wire_date_max)
    return date;
  return fail(ErrorCode::corrupt, fmt::format("{} is no date in milliseconds", value_ms));
}

}  // namespace cscan
