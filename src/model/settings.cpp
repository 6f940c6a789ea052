#include "model/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/decimal.hpp"
#include "base/digest.hpp"
#include "base/limits.hpp"

namespace cscan {
namespace {

constexpr std::array<SettingsField, 18> fields = {{
    {"price_update_interval", &Settings::price_update_interval, 1, 3600, false, "s",
     "how often the newest price enters the tick buffer"},
    {"signal_generation_interval", &Settings::signal_generation_interval, 1, 3600, false, "s",
     "how often forming candles are previewed; closed signals come at the close"},
    {"market_state_interval", &Settings::market_state_interval, 1, 3600, false, "s",
     "how often breadth and volatility regime are taken"},
    {"scan_interval", &Settings::scan_interval, 1, 3600, false, "s",
     "how often the whole market is ranked"},
    {"momentum_bias", &Settings::momentum_bias, 0, 1, true, "share",
     "weight of momentum against mean reversion in the combined score"},
    {"momentum_exhaustion_threshold", &Settings::momentum_exhaustion_threshold, 1, 20, true,
     "moves", "consecutive moves that count as exhaustion"},
    {"volume_exhaustion_multiplier", &Settings::volume_exhaustion_multiplier, 0.1, 100, true, "x",
     "recent volume over the mean that counts as a spike"},
    {"volume_decline_threshold", &Settings::volume_decline_threshold, -1, 0, true, "fraction",
     "mean change of the last volumes that counts as drying up"},
    {"excessive_gain_threshold", &Settings::excessive_gain_threshold, 0.0001, 10, true, "fraction",
     "gain or loss that counts as excessive"},
    {"excessive_gain_sigma", &Settings::excessive_gain_sigma, 0.1, 100, true, "sigma",
     "the same in units of the series' own volatility (rarity model)"},
    {"volume_threshold_multiplier", &Settings::volume_threshold_multiplier, 0.1, 100, true, "x",
     "volume over the mean that makes a high-volume candle"},
    {"cluster_trend_threshold", &Settings::cluster_trend_threshold, 0, 1, true, "share",
     "share of clusters in one direction that forms a trend"},
    {"cluster_followthrough_threshold", &Settings::cluster_followthrough_threshold, 0, 1, true,
     "share", "share of the newest three candles that must follow"},
    {"max_candles_per_timeframe", &Settings::max_candles_per_timeframe, 100, 5000, false, "candles",
     "final candles kept per instrument and timeframe"},
    {"settle_delay", &Settings::settle_delay, 0, 60, false, "s",
     "wait after an exchange's closed flag before a candle is final"},
    {"grace", &Settings::grace, 0, 300, false, "s",
     "lateness of a candle before its series is stale and asked for again"},
    {"breadth_window", &Settings::breadth_window, 1, 495, false, "s",
     "span over which a price counts as advancing or declining"},
    {"persist_previews", &Settings::persist_previews, 0, 1, false, "bool",
     "store previews of forming candles beside closed signals"},
}};

std::string range_text(const SettingsField& field) {
  if (std::holds_alternative<bool Settings::*>(field.member))
    return "true or false";
  bool whole = std::holds_alternative<std::int64_t Settings::*>(field.member);
  return fmt::format("{} from {} to {} ({})", whole ? "a whole number" : "a number",
                     format_decimal(field.min), format_decimal(field.max), field.unit);
}

/// Fifteen significant digits survive every reader of JSON (beyond them Boost.JSON is a bit off):
/// the same text is the same value, and the same digest, wherever it was read.
double canonical(double value) { return parse_decimal(fmt::format("{:.15g}", value)).value(); }

}  // namespace

std::string_view Settings::style_of(Timeframe timeframe) const {
  for (const auto& entry : timeframes)
    if (entry.interval == timeframe)
      return entry.style;
  return to_string(timeframe);
}

std::optional<Timeframe> Settings::find_timeframe(std::string_view name) const {
  for (const auto& entry : timeframes)
    if (entry.style == name || to_string(entry.interval) == name)
      return entry.interval;
  return std::nullopt;
}

std::vector<Timeframe> Settings::intervals() const {
  std::vector<Timeframe> result;
  for (const auto& entry : timeframes)
    result.push_back(entry.interval);
  std::ranges::sort(result);
  result.erase(std::ranges::unique(result).begin(), result.end());
  return result;
}

std::span<const SettingsField> settings_fields() { return fields; }

const SettingsField* find_settings_field(std::string_view key) {
  auto found = std::ranges::find(fields, key, &SettingsField::key);
  return found == fields.end() ? nullptr : &*found;
}

Status set_field(Settings& settings, const SettingsField& field, double value) {
  bool whole = !std::holds_alternative<double Settings::*>(field.member);
  // The negated form also catches NaN.
  if (!(value >= field.min && value <= field.max) || (whole && value != std::floor(value))) {
    std::string shown = std::isfinite(value) ? format_decimal(value) : "not a finite number";
    return fail(Error{
        ErrorCode::invalid_argument,
        fmt::format("{} = {} is out of range: use {}", field.key, shown, range_text(field)),
        {}}.with("field", std::string(field.key))
                    .with("value", shown)
                    .with("accepted", range_text(field)));
  }
  if (auto* integer = std::get_if<std::int64_t Settings::*>(&field.member))
    settings.** integer = static_cast<std::int64_t>(value);
  else if (auto* real = std::get_if<double Settings::*>(&field.member))
    settings.** real = canonical(value);
  else if (auto* flag = std::get_if<bool Settings::*>(&field.member))
    settings.** flag = value != 0;
  return {};
}

std::string field_text(const Settings& settings, const SettingsField& field) {
  if (auto* integer = std::get_if<std::int64_t Settings::*>(&field.member))
    return fmt::format("{}", settings.**integer);
  if (auto* real = std::get_if<double Settings::*>(&field.member))
    return format_decimal(settings.**real);
  return settings.*std::get<bool Settings::*>(field.member) ? "true" : "false";
}

Status check_settings(const Settings& settings) {
  auto bad_timeframes = [](std::string message, std::string value, std::string accepted) {
    return fail(Error{ErrorCode::invalid_argument, std::move(message), {}}
                    .with("field", "timeframes")
                    .with("value", std::move(value))
                    .with("accepted", std::move(accepted)));
  };
  std::size_t count = settings.timeframes.size();
  if (count == 0 || count > limits::timeframes_max)
    return bad_timeframes(
        fmt::format("timeframes has {} entries: use 1 to {}", count, limits::timeframes_max),
        fmt::format("{} entries", count), fmt::format("1 to {} entries", limits::timeframes_max));
  if (settings.intervals().size() != count)
    return bad_timeframes(
        "timeframes names one interval twice: give each style an interval of its own",
        "one interval twice", "each interval once");
  for (std::size_t i = 0; i < settings.timeframes.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (settings.timeframes[i].style == settings.timeframes[j].style)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("timeframes.{} stands twice", settings.timeframes[i].style));
  return {};
}

std::string settings_digest(const Settings& settings, Timeframe timeframe) {
  std::string text = fmt::format("score_model={};style={}", to_string(settings.score_model),
                                 settings.style_of(timeframe));
  for (const SettingsField& field : fields)
    if (field.shapes_score)
      text += fmt::format(";{}={}", field.key, field_text(settings, field));
  return sha256_hex(text, 8);
}

}  // namespace cscan
