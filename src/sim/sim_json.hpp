#pragma once
// Small pieces of JSON text for what simulated exchanges say.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace cscan {

/// With quotes; escapes what JSON wants escaped.
[[nodiscard]] std::string json_text(std::string_view text);

/// "0.01634790": with that many digits after the point. Reads back as exactly `value` if the value
/// has no more digits than that, or none that a double could hold beyond them.
[[nodiscard]] inline std::string fixed(double value, int digits) {
  return fmt::format("{:.{}f}", value, digits);
}

/// Appends `item` to a list that is being written.
inline void append_item(std::string& list, std::string_view item) {
  if (!list.empty() && list.back() != '[')
    list += ',';
  list += item;
}

}  // namespace cscan
