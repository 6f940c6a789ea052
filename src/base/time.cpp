#include "base/time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace cscan {
namespace {

struct Civil {
  int year;
  unsigned month;
  unsigned day;
  std::int64_t ms_of_day;
};

Civil to_civil(Timestamp t) {
  using namespace std::chrono;
  Timestamp midnight = floor_to(t, cscan::days(1));
  year_month_day ymd{sys_days{std::chrono::days{midnight.ms / cscan::days(1).ms}}};
  return {int(ymd.year()), unsigned(ymd.month()), unsigned(ymd.day()), t.ms - midnight.ms};
}

/// Reads exactly `digits` decimal digits at the front of `text` and drops them.
bool take_digits(std::string_view& text, std::size_t digits, int& out) {
  if (text.size() < digits)
    return false;
  auto [end, ec] = std::from_chars(text.data(), text.data() + digits, out);
  if (ec != std::errc{} || end != text.data() + digits || text[0] == '-')
    return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c)
    return false;
  text.remove_prefix(1);
  return true;
}

/// "[.fff]" as milliseconds (further digits are cut off).
bool take_fraction(std::string_view& text, int& ms) {
  ms = 0;
  if (!take(text, '.'))
    return true;
  int scale = 100;
  std::size_t digits = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), ++digits) {
    ms += (text[0] - '0') * scale;
    scale /= 10;
  }
  return digits > 0 && digits <= 9;
}

/// "Z", "+hh:mm" or "-hh:mm" as minutes east of UTC.
bool take_offset(std::string_view& text, int& offset_min) {
  offset_min = 0;
  if (take(text, 'Z') || take(text, 'z'))
    return true;
  bool west = !text.empty() && text.front() == '-';
  int h = 0, m = 0;
  if (!(take(text, '+') || take(text, '-')) || !take_digits(text, 2, h) || !take(text, ':') ||
      !take_digits(text, 2, m) || h > 23 || m > 59)
    return false;
  offset_min = (west ? -1 : 1) * (h * 60 + m);
  return true;
}

bool parse_civil(std::string_view text, Timestamp& out) {
  using namespace std::chrono;
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, ms = 0, offset = 0;
  if (!take_digits(text, 4, y) || !take(text, '-') || !take_digits(text, 2, mo) ||
      !take(text, '-') || !take_digits(text, 2, d))
    return false;
  if (!text.empty()) {
    if (!(take(text, 'T') || take(text, 't') || take(text, ' ')) || !take_digits(text, 2, h) ||
        !take(text, ':') || !take_digits(text, 2, mi) || !take(text, ':') ||
        !take_digits(text, 2, s) || !take_fraction(text, ms) || !take_offset(text, offset) ||
        !text.empty())
      return false;
  }
  year_month_day ymd{year{y}, month{unsigned(mo)}, day{unsigned(d)}};
  if (!ymd.ok() || h > 23 || mi > 59 || s > 60)
    return false;
  std::int64_t day_count = sys_days{ymd}.time_since_epoch().count();
  out = Timestamp{day_count * cscan::days(1).ms} + cscan::hours(h) + cscan::minutes(mi - offset) +
        cscan::seconds(s) + cscan::milliseconds(ms);
  return true;
}

}  // namespace

std::string format_day(Timestamp t) {
  Civil c = to_civil(t);
  return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
}

std::string format_rfc3339(Timestamp t) {
  Civil c = to_civil(t);
  auto s = static_cast<unsigned>(c.ms_of_day / 1000);
  if (c.year < 0 || c.year > 9999)
    return format_day(t) + fmt::format("T{:02}:{:02}:{:02}Z", s / 3600, s / 60 % 60, s % 60);
  // By hand: every signal carries four of these and a replay writes millions.
  std::string text = "0000-00-00T00:00:00.000Z";
  auto put = [&text](std::size_t end, unsigned value, int digits) {
    for (int i = 0; i < digits; ++i, value /= 10)
      text[--end] = static_cast<char>('0' + value % 10);
  };
  put(4, static_cast<unsigned>(c.year), 4);
  put(7, c.month, 2);
  put(10, c.day, 2);
  put(13, s / 3600, 2);
  put(16, s / 60 % 60, 2);
  put(19, s % 60, 2);
  put(23, static_cast<unsigned>(c.ms_of_day % 1000), 3);
  return text;
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  Timestamp t;
  if (parse_civil(text, t))
    return t;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), t.ms);
  if (!text.empty() && ec == std::errc{} && end == text.data() + text.size())
    return t;
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is not a time: use RFC 3339 such as 2025-10-24T00:00:00Z, a date, "
                          "or milliseconds since 1970",
                          text.substr(0, 64)));
}

}  // namespace cscan
