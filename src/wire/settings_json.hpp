#pragma once
// Settings from and to JSON (with comments and trailing commas, as people write configuration).

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/settings.hpp"

namespace cscan {

/// Where a value came from: key → "default", "file …", "--set", "start request".
using SettingsOrigin = std::map<std::string, std::string, std::less<>>;

/// Applies a JSON object of keys onto `settings`; on failure nothing is changed. Unknown keys,
/// wrong types and values out of range are invalid_argument whose context names field, value and
/// what is accepted; a syntax error names its line and column. `origin`, when given, notes `source`
/// for every key that was set.
[[nodiscard]] Status apply_settings_json(Settings& settings, std::string_view text,
                                         std::string_view source, SettingsOrigin* origin = nullptr);

/// Applies one `key=value` of the command line; `timeframes.scalp=15m` reaches into the map.
[[nodiscard]] Status apply_setting(Settings& settings, std::string_view assignment,
                                   SettingsOrigin* origin = nullptr);

/// All keys as one JSON object, in the brief's order.
[[nodiscard]] std::string settings_json(const Settings& settings);

}  // namespace cscan
