#include "store/signal_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/decimal.hpp"

namespace cscan {
namespace {

std::unexpected<Error> not_a_cursor(std::string_view text) {
  return fail(Error{ErrorCode::invalid_argument,
                    fmt::format("'{}' is not a cursor of this sort order: pass next_cursor of the "
                                "page before, unchanged and with the same sort",
                                text.substr(0, 96)),
                    {}}
                  .with("field", "cursor")
                  .with("value", std::string(text.substr(0, 96))));
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

}  // namespace

std::string format_cursor(const SignalCursor& cursor) {
  return fmt::format("{}.{}.{}.{}.{}", cursor.sort == SignalSort::score ? "s" : "t",
                     cursor.combined.hundredths, cursor.close_time.ms, cursor.computed_at.ms,
                     cursor.id);
}

Result<SignalCursor> parse_cursor(std::string_view text, SignalSort sort) {
  std::array<std::string_view, 5> parts;
  std::string_view rest = text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::size_t dot = rest.find('.');
    if ((dot == std::string_view::npos) != (i + 1 == parts.size()))
      return not_a_cursor(text);
    parts[i] = rest.substr(0, dot);
    rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  }
  Result<std::int64_t> score = parse_integer(parts[1]);
  Result<std::int64_t> close = parse_integer(parts[2]);
  Result<std::int64_t> computed = parse_integer(parts[3]);
  if (!score || !close || !computed || *score < 0 || *score > 10'000 || !is_id(parts[4]))
    return not_a_cursor(text);
  SignalCursor cursor{sort, Score{static_cast<std::int32_t>(*score)}, Timestamp{*close},
                      Timestamp{*computed}, std::string(parts[4])};
  // Numbers have one spelling only, so what does not print the same was not written by us.
  if (format_cursor(cursor) != text)
    return not_a_cursor(text);
  return cursor;
}

}  // namespace cscan
