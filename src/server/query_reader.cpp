#include "server/query_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.hpp"

namespace cscan {

std::vector<std::string> QueryReader::all(std::string_view key) {
  known_.emplace_back(key);
  std::vector<std::string> values;
  for (const auto& [name, value] : parameters_)
    if (name == key)
      values.push_back(value);
  return values;
}

std::optional<std::string> QueryReader::text(std::string_view key) {
  std::vector<std::string> values = all(key);
  if (values.size() > 1)
    reject(key, values[1], "it once");
  else if (!values.empty() && values.front().empty())
    reject(key, "", "a value, or leave the parameter out");
  return values.empty() ? std::nullopt : std::optional(std::move(values.front()));
}

std::int64_t QueryReader::integer(std::string_view key, std::int64_t fallback, std::int64_t min,
                                  std::int64_t max) {
  auto value = text(key);
  if (!value)
    return fallback;
  auto parsed = parse_integer(*value);
  if (parsed && *parsed >= min && *parsed <= max)
    return *parsed;
  reject(key, *value, fmt::format("a whole number from {} to {}", min, max));
  return fallback;
}

double QueryReader::number(std::string_view key, double fallback, double min, double max) {
  auto value = text(key);
  if (!value)
    return fallback;
  auto parsed = parse_decimal(*value);
  if (parsed && *parsed >= min && *parsed <= max)
    return *parsed;
  reject(key, *value,
         fmt::format("a number from {} to {}", format_decimal(min), format_decimal(max)));
  return fallback;
}

bool QueryReader::flag(std::string_view key, bool fallback) {
  auto value = text(key);
  if (!value)
    return fallback;
  if (*value == "true" || *value == "1")
    return true;
  if (*value != "false" && *value != "0")
    reject(key, *value, "true or false");
  return false;
}

std::optional<Timestamp> QueryReader::time(std::string_view key) {
  auto value = text(key);
  if (!value)
    return std::nullopt;
  // Within the calendar, so that no span added or taken away later overflows.
  constexpr Timestamp year_0{-62'167'219'200'000}, year_10000{253'402'300'800'000};
  auto parsed = parse_timestamp(*value);
  if (parsed && *parsed >= year_0 && *parsed < year_10000)
    return *parsed;
  reject(key, *value, "RFC 3339 such as 2025-10-24T00:00:00Z, a date, or milliseconds since 1970");
  return std::nullopt;
}

std::string QueryReader::choice(std::string_view key, std::vector<std::string_view> choices) {
  auto value = text(key);
  if (!value)
    return std::string(choices.front());
  if (std::ranges::find(choices, *value) != choices.end())
    return *value;
  reject(key, *value, fmt::format("{}", fmt::join(choices, " or ")));
  return std::string(choices.front());
}

void QueryReader::reject(std::string_view key, std::string_view value, std::string_view accepted) {
  std::string shown(value.substr(0, 80));
  reject(Error{ErrorCode::invalid_argument,
               fmt::format("{} = '{}' is not valid: use {}", key, shown, accepted),
               {}}
             .with("field", std::string(key))
             .with("value", shown)
             .with("accepted", std::string(accepted)));
}

void QueryReader::reject(Error error) {
  if (!problem_)
    problem_ = std::move(error);
}

Status QueryReader::finish() {
  for (const auto& [name, value] : parameters_)
    if (std::ranges::find(known_, name) == known_.end()) {
      std::string accepted =
          known_.empty() ? "no parameters" : fmt::format("{}", fmt::join(known_, ", "));
      reject(Error{
          ErrorCode::invalid_argument,
          fmt::format("unknown parameter '{}': this path takes {}", name.substr(0, 80), accepted),
          {}}.with("field", name.substr(0, 80))
                 .with("accepted", accepted));
      break;
    }
  return problem_ ? Status(fail(*problem_)) : Status();
}

}  // namespace cscan
