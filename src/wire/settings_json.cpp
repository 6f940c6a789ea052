#include "wire/settings_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/decimal.hpp"
#include "base/edit_distance.hpp"
#include "base/limits.hpp"
#include "wire/json_writer.hpp"

namespace cscan {
namespace {

namespace json = boost::json;

Error bad_value(std::string_view field, std::string_view value, std::string_view accepted) {
  std::string shown(value.substr(0, 80));
  return Error{ErrorCode::invalid_argument,
               fmt::format("{} = {} is not valid: use {}", field, shown, accepted),
               {}}
      .with("field", std::string(field))
      .with("value", shown)
      .with("accepted", std::string(accepted));
}

Error unknown_key(std::string_view key) {
  std::string_view nearest = "timeframes";
  std::string all = "timeframes, score_model";
  for (const SettingsField& field : settings_fields()) {
    all += fmt::format(", {}", field.key);
    if (edit_distance(key, field.key) < edit_distance(key, nearest))
      nearest = field.key;
  }
  std::string hint = edit_distance(key, nearest) <= 4 ? fmt::format("did you mean '{}'?", nearest)
                                                      : "see 'cscan config show' for all keys";
  return Error{ErrorCode::invalid_argument,
               fmt::format("unknown configuration key '{}': {}", key.substr(0, 80), hint),
               {}}
      .with("field", std::string(key.substr(0, 80)))
      .with("accepted", all);
}

std::string timeframe_names() {
  std::string names;
  for (Timeframe timeframe : all_timeframes)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", to_string(timeframe));
  return names;
}

bool is_style_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Status set_timeframe(Settings& settings, std::string_view style, std::string_view interval) {
  std::string path = fmt::format("timeframes.{}", style.substr(0, 80));
  auto parsed = parse_timeframe(interval);
  if (!parsed)
    return fail(bad_value(path, interval, "one of " + timeframe_names()));
  if (!is_style_name(style))
    return fail(bad_value(path, interval, "a style name of a-z, 0-9 and _ (at most 32)"));
  auto found = std::ranges::find(settings.timeframes, style, &TimeframeSetting::style);
  if (found != settings.timeframes.end())
    found->interval = *parsed;
  else
    settings.timeframes.push_back({std::string(style), *parsed});
  return {};
}

/// A `timeframes` object states the whole map: styles it does not name are not watched.
Status apply_timeframes(Settings& settings, const json::value& value) {
  if (!value.is_object())
    return fail(bad_value("timeframes", json::serialize(value),
                          R"(an object such as {"scalp": "5m", "swing": "1h"})"));
  settings.timeframes.clear();
  for (const auto& [style, interval] : value.get_object()) {
    std::string_view name(style.data(), style.size());
    if (!interval.is_string())
      return fail(bad_value(fmt::format("timeframes.{}", name), json::serialize(interval),
                            "one of " + timeframe_names()));
    std::string_view text(interval.get_string().data(), interval.get_string().size());
    if (auto set = set_timeframe(settings, name, text); !set)
      return set;
  }
  return {};
}

Status set_model(Settings& settings, std::string_view name) {
  auto model = parse_score_model(name);
  if (!model)
    return fail(bad_value("score_model", name, "classic or rarity"));
  settings.score_model = *model;
  return {};
}

std::string accepted_type(const SettingsField& field) {
  return std::holds_alternative<bool Settings::*>(field.member)
             ? "true or false"
             : fmt::format("a number from {} to {}", format_decimal(field.min),
                           format_decimal(field.max));
}

Status apply_member(Settings& settings, std::string_view key, const json::value& value) {
  if (key == "timeframes")
    return apply_timeframes(settings, value);
  if (key == "score_model")
    return value.is_string()
               ? set_model(settings,
                           std::string_view(value.get_string().data(), value.get_string().size()))
               : fail(bad_value(key, json::serialize(value), "\"classic\" or \"rarity\""));
  const SettingsField* field = find_settings_field(key);
  if (field == nullptr)
    return fail(unknown_key(key));
  bool wants_bool = std::holds_alternative<bool Settings::*>(field->member);
  if (wants_bool && value.is_bool())
    return set_field(settings, *field, value.get_bool() ? 1 : 0);
  if (wants_bool || !value.is_number())
    return fail(bad_value(key, json::serialize(value), accepted_type(*field)));
  return set_field(settings, *field, value.to_number<double>());
}

/// Reads JSON as people write it. A failure says where.
Result<json::value> parse_relaxed(std::string_view text) {
  json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  options.max_depth = limits::json_depth_max;
  json::stream_parser parser({}, options);
  json::error_code error;
  std::size_t read = parser.write(text.data(), text.size(), error);
  if (!error)
    parser.finish(error);
  if (!error)
    return parser.release();
  auto before = text.substr(0, std::min(read, text.size()));
  auto line = 1 + std::ranges::count(before, '\n');
  auto column = before.size() - (before.rfind('\n') + 1) + 1;
  return fail(ErrorCode::invalid_argument, fmt::format("line {}, column {}: not valid JSON ({})",
                                                       line, column, error.message()));
}

}  // namespace

Status apply_settings_json(Settings& settings, std::string_view text, std::string_view source,
                           SettingsOrigin* origin) {
  if (text.size() > limits::config_bytes_max)
    return fail(ErrorCode::invalid_argument,
                fmt::format("configuration has {} bytes: at most {} are read", text.size(),
                            limits::config_bytes_max));
  auto parsed = parse_relaxed(text);
  if (!parsed)
    return fail(std::move(parsed.error()));
  if (!parsed->is_object())
    return fail(ErrorCode::invalid_argument, "configuration must be a JSON object {…}");
  Settings changed = settings;
  for (const auto& [key, value] : parsed->get_object())
    if (auto set = apply_member(changed, std::string_view(key.data(), key.size()), value); !set)
      return set;
  if (auto whole = check_settings(changed); !whole)
    return whole;
  if (origin != nullptr)
    for (const auto& [key, value] : parsed->get_object())
      (*origin)[std::string(key.data(), key.size())] = source;
  settings = std::move(changed);
  return {};
}

Status apply_setting(Settings& settings, std::string_view assignment, SettingsOrigin* origin) {
  std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("--set '{}': use key=value, for example --set momentum_bias=0.5",
                            assignment.substr(0, 80)));
  std::string_view key = assignment.substr(0, equals);
  std::string_view value = assignment.substr(equals + 1);
  Settings changed = settings;
  Status set;
  if (key.starts_with("timeframes.")) {
    set = set_timeframe(changed, key.substr(11), value);
  } else if (key == "score_model") {
    set = set_model(changed, value);
  } else if (const SettingsField* field = find_settings_field(key); field == nullptr) {
    set = fail(unknown_key(key));
  } else if (value == "true" || value == "false") {
    set = std::holds_alternative<bool Settings::*>(field->member)
              ? set_field(changed, *field, value == "true" ? 1 : 0)
              : fail(bad_value(key, value, accepted_type(*field)));
  } else if (auto number = parse_decimal(value); !number) {
    set = fail(bad_value(key, value, accepted_type(*field)));
  } else {
    set = set_field(changed, *field, *number);
  }
  if (set)
    set = check_settings(changed);
  if (!set)
    return set;
  if (origin != nullptr)
    (*origin)[std::string(key)] = "--set";
  settings = std::move(changed);
  return {};
}

std::string settings_json(const Settings& settings) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  for (const SettingsField& field : settings_fields()) {
    writer.key(field.key).raw(field_text(settings, field));
    if (field.key == "scan_interval") {
      writer.key("timeframes").begin_object();
      for (const auto& entry : settings.timeframes)
        writer.field(entry.style, to_string(entry.interval));
      writer.end_object().field("score_model", to_string(settings.score_model));
    }
  }
  writer.end_object();
  return out;
}

}  // namespace cscan
