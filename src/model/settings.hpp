#pragma once
// Every configuration key of the scanner with its default, its range and what it means. One table
// (settings_fields) drives the JSON form, `cscan config`, --set and the error messages.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "model/signal.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// A trading style and the candle length it looks at ("day_trade" → 4h).
struct TimeframeSetting {
  std::string style;
  Timeframe interval{};
  bool operator==(const TimeframeSetting&) const = default;
};

/// The brief's configuration and what this scanner adds. Intervals and delays are whole seconds.
struct Settings {
  std::int64_t price_update_interval = 5;
  std::int64_t signal_generation_interval = 30;
  std::int64_t market_state_interval = 60;
  std::int64_t scan_interval = 90;

  std::vector<TimeframeSetting> timeframes = {{"scalp", Timeframe::m5},
                                              {"day_trade", Timeframe::h4},
                                              {"swing", Timeframe::h1},
                                              {"position", Timeframe::d1}};

  double momentum_bias = 0.6;
  double momentum_exhaustion_threshold = 4;
  double volume_exhaustion_multiplier = 1.5;
  double volume_decline_threshold = -0.1;
  double excessive_gain_threshold = 0.15;
  double excessive_gain_sigma = 3.0;
  double volume_threshold_multiplier = 2.0;
  double cluster_trend_threshold = 0.7;
  double cluster_followthrough_threshold = 0.5;
  ScoreModel score_model = ScoreModel::rarity;

  std::int64_t max_candles_per_timeframe = 500;
  std::int64_t settle_delay = 5;
  std::int64_t grace = 5;
  std::int64_t breadth_window = 495;
  bool persist_previews = false;

  bool operator==(const Settings&) const = default;

  /// The style configured for an interval, or the interval's own name.
  [[nodiscard]] std::string_view style_of(Timeframe timeframe) const;
  /// By style ("day_trade") or interval ("4h"); nullopt when this run does not watch it.
  [[nodiscard]] std::optional<Timeframe> find_timeframe(std::string_view name) const;
  /// Watched intervals, ascending, without repeats.
  [[nodiscard]] std::vector<Timeframe> intervals() const;
};

/// One numeric key. `timeframes` and `score_model` are the keys that are not numbers.
struct SettingsField {
  std::string_view key;
  std::variant<std::int64_t Settings::*, double Settings::*, bool Settings::*> member;
  double min = 0;
  double max = 0;
  bool shapes_score = false;  ///< part of the settings digest, hence of every signal's id
  std::string_view unit;
  std::string_view meaning;
};

[[nodiscard]] std::span<const SettingsField> settings_fields();
[[nodiscard]] const SettingsField* find_settings_field(std::string_view key);

/// Sets one numeric key from a number; out_of_range becomes invalid_argument naming the key, the
/// value and the accepted range. Whole-number keys reject fractions.
[[nodiscard]] Status set_field(Settings& settings, const SettingsField& field, double value);
/// The value of a numeric key as text ("0.6", "true").
[[nodiscard]] std::string field_text(const Settings& settings, const SettingsField& field);

/// What no single key can say: at least one timeframe, at most timeframes_max, styles unique and
/// intervals unique, windows that fit the kept candles.
[[nodiscard]] Status check_settings(const Settings& settings);

/// 16 hexadecimal digits over everything that shapes the score of one timeframe's signals: the
/// model, the scoring keys and the style's name. Keys that cannot change a body are left out.
[[nodiscard]] std::string settings_digest(const Settings& settings, Timeframe timeframe);

}  // namespace cscan
