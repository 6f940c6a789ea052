// Configuration as people write it, right and wrong.

#include "wire/settings_json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>

namespace cscan {
namespace {

/// The brief's "Configuration Options", as it stands there.
constexpr const char* brief_configuration = R"({
  "price_update_interval": 5,      // Real-time ticks every 5 seconds
  "signal_generation_interval": 30, // Analysis signals every 30 seconds
  "market_state_interval": 60,     // Market state every 1 minute
  "scan_interval": 90,             // Full scan every 90 seconds

  "timeframes": {
    "scalp": "5m",       // 60-100 min style
    "day_trade": "4h",   // Day trading
    "swing": "1h",       // Swing trades
    "position": "1d"     // 7-day positions
  },

  "momentum_bias": 0.6,  // 60% momentum, 40% mean reversion

  "momentum_exhaustion_threshold": 4,    // 4+ consecutive moves
  "volume_exhaustion_multiplier": 1.5,   // 1.5x volume spike
  "excessive_gain_threshold": 0.15,      // 15% gain threshold
  "volume_threshold_multiplier": 2.0,    // 2x volume for clustering
  "cluster_trend_threshold": 0.7,        // 70% directional clustering
  "cluster_followthrough_threshold": 0.5 // 50% follow-through
}
)";

/// The failure of a configuration that must be refused whole.
Error refused(std::string_view text) {
  Settings settings;
  settings.scan_interval = 77;
  const Settings before = settings;
  SettingsOrigin origin;
  auto applied = apply_settings_json(settings, text, "test", &origin);
  EXPECT_FALSE(applied) << text;
  EXPECT_EQ(settings, before) << text;
  EXPECT_TRUE(origin.empty()) << text;
  if (applied)
    return {};
  EXPECT_EQ(applied.error().code, ErrorCode::invalid_argument) << text;
  return applied.error();
}

std::string context_of(const Error& error, std::string_view name) {
  for (const auto& [key, value] : error.context)
    if (key == name)
      return value;
  return "";
}

TEST(SettingsJson, TheBriefsConfigurationIsTheDefault) {
  Settings settings;
  settings.momentum_bias = 0.1;
  settings.timeframes = {{"other", Timeframe::m1}};
  auto applied = apply_settings_json(settings, brief_configuration, "brief");
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_EQ(settings, Settings{});
}

TEST(SettingsJson, AnUnknownKeyIsRefusedWithASuggestion) {
  Error error = refused(R"({"momentum_baias": 0.5})");
  EXPECT_EQ(context_of(error, "field"), "momentum_baias");
  EXPECT_TRUE(error.message.contains("did you mean 'momentum_bias'")) << error.message;
  EXPECT_TRUE(refused(R"({"timeframe": {}})").message.contains("did you mean 'timeframes'"));
  EXPECT_FALSE(refused(R"({"completely_different": 1})").message.contains("did you mean"));
}

TEST(SettingsJson, AValueOutOfRangeNamesFieldValueAndRange) {
  Error error = refused(R"({"momentum_bias": 1.5})");
  EXPECT_EQ(context_of(error, "field"), "momentum_bias");
  EXPECT_EQ(context_of(error, "value"), "1.5");
  EXPECT_TRUE(context_of(error, "accepted").contains("from 0 to 1"));
  refused(R"({"scan_interval": 0})");
  refused(R"({"scan_interval": -90})");
  refused(R"({"scan_interval": 90.5})");
  refused(R"({"scan_interval": 1e300})");
  refused(R"({"volume_decline_threshold": 0.1})");
}

TEST(SettingsJson, AWrongTypeIsRefused) {
  for (const char* text :
       {R"({"scan_interval": "90"})", R"({"scan_interval": null})", R"({"scan_interval": true})",
        R"({"scan_interval": [90]})", R"({"scan_interval": {}})", R"({"persist_previews": 1})",
        R"({"persist_previews": "true"})", R"({"score_model": 1})", R"({"score_model": "Classic"})",
        R"({"momentum_bias": "0.5"})"})
    EXPECT_FALSE(context_of(refused(text), "accepted").empty()) << text;
  for (const char* text : {"[]", "1", "null", "\"text\"", "true"})
    refused(text);
}

TEST(SettingsJson, ANumberThatIsNotFiniteIsRefused) {
  for (const char* text : {R"({"momentum_bias": NaN})", R"({"momentum_bias": Infinity})",
                           R"({"momentum_bias": -Infinity})", R"({"momentum_bias": 1e999})"})
    refused(text);
}

TEST(SettingsJson, TimeframesStateTheWholeMap) {
  Settings settings;
  constexpr const char* text = R"({"timeframes": {"fast": "1m", "slow": "12h"}})";
  ASSERT_TRUE(apply_settings_json(settings, text, ""));
  EXPECT_EQ(settings.timeframes,
            (std::vector<TimeframeSetting>{{"fast", Timeframe::m1}, {"slow", Timeframe::h12}}));
  Error error = refused(R"({"timeframes": {"scalp": "7m"}})");
  EXPECT_EQ(context_of(error, "field"), "timeframes.scalp");
  EXPECT_EQ(context_of(error, "value"), "7m");
  EXPECT_TRUE(context_of(error, "accepted").contains("5m"));
}

TEST(SettingsJson, AMapOfTimeframesThatMakesNoSenseIsRefused) {
  for (const char* text :
       {R"({"timeframes": {}})", R"({"timeframes": []})", R"({"timeframes": "5m"})",
        R"({"timeframes": {"scalp": 5}})", R"({"timeframes": {"scalp": {"interval": "5m"}}})",
        R"({"timeframes": {"a": "5m", "b": "5m"}})", R"({"timeframes": {"": "5m"}})",
        R"({"timeframes": {"../x": "5m"}})", R"({"timeframes": {"Scalp": "5m"}})"})
    refused(text);
}

TEST(SettingsJson, ASyntaxErrorNamesLineAndColumn) {
  std::string truncated = "{\n  \"momentum_bias\": 0.6,\n  \"scan_interval\": ";
  EXPECT_TRUE(refused(truncated).message.contains("line 3")) << refused(truncated).message;
  Error error = refused("{\n  \"momentum_bias\" 0.6\n}");
  EXPECT_TRUE(error.message.contains("line 2, column 19")) << error.message;
  for (const char* text : {"", "{", "{]", "{\"a\"", "{} {}", "{'scan_interval': 90}", "\xff"})
    EXPECT_TRUE(refused(text).message.contains("line ")) << text;
}

TEST(SettingsJson, HugeOrDeepTextIsRefusedWithoutHarm) {
  refused(std::string(2'000'000, ' '));
  std::string deep;
  for (int i = 0; i < 10'000; ++i)
    deep += "{\"timeframes\":";
  refused(deep);
  Error error = refused("{\"" + std::string(100'000, 'k') + "\": 1}");
  EXPECT_LT(error.message.size(), 500U);
  EXPECT_LT(context_of(error, "field").size(), 200U);
}

TEST(SettingsJson, OriginNamesTheSourceOfEveryKeyThatWasSet) {
  Settings settings;
  SettingsOrigin origin;
  ASSERT_TRUE(apply_settings_json(settings, R"({"scan_interval": 30})", "file a.json", &origin));
  ASSERT_TRUE(apply_setting(settings, "momentum_bias=0.5", &origin));
  EXPECT_EQ(origin, (SettingsOrigin{{"scan_interval", "file a.json"}, {"momentum_bias", "--set"}}));
  EXPECT_EQ(settings.scan_interval, 30);
  EXPECT_EQ(settings.momentum_bias, 0.5);
}

TEST(SettingsJson, TheSameTextIsTheSameValueWhereverItIsRead) {
  for (std::string text : {"0.1", "1.9981000000000002", "0.30000000000000004", "1e-1", "0.5"}) {
    Settings from_json, from_option;
    std::string json = "{\"volume_exhaustion_multiplier\":" + text + "}";
    ASSERT_TRUE(apply_settings_json(from_json, json, ""));
    ASSERT_TRUE(apply_setting(from_option, "volume_exhaustion_multiplier=" + text));
    EXPECT_EQ(from_json, from_option) << text;
  }
}

TEST(SettingsJson, OneAssignmentSetsOneKey) {
  Settings settings;
  ASSERT_TRUE(apply_setting(settings, "timeframes.scalp=15m"));
  EXPECT_EQ(settings.find_timeframe("scalp"), Timeframe::m15);
  EXPECT_EQ(settings.find_timeframe("swing"), Timeframe::h1);
  ASSERT_TRUE(apply_setting(settings, "persist_previews=true"));
  EXPECT_TRUE(settings.persist_previews);
  const Settings before = settings;
  for (const char* text :
       {"", "=", "=5", "scan_interval", "scan_interval=", "scan_interval=nan", "scan_interval=1e9",
        "scan_interval=true", "persist_previews=yes", "scan_interval =90", "scan_interval=90 ",
        "timeframes.scalp=1h", "timeframes.=5m", "timeframes.scalp=", "score_model=rare", "x=1"}) {
    EXPECT_FALSE(apply_setting(settings, text)) << text;
    EXPECT_EQ(settings, before) << text;
  }
}

RC_GTEST_PROP(SettingsJson, WrittenSettingsReadBackEqual, ()) {
  Settings settings;
  for (const SettingsField& field : settings_fields()) {
    double share = *rc::gen::inRange(0, 1001) / 1000.0;
    double value = field.min + share * (field.max - field.min);
    if (!std::holds_alternative<double Settings::*>(field.member))
      value = std::floor(value);
    RC_ASSERT(set_field(settings, field, value).has_value());
  }
  settings.timeframes.clear();
  auto n = *rc::gen::inRange<std::size_t>(1, 9);
  for (std::size_t i = 0; i < n; ++i)
    settings.timeframes.push_back({"style_" + std::to_string(n - i), all_timeframes[i]});
  Settings back;
  RC_ASSERT(apply_settings_json(back, settings_json(settings), "").has_value());
  RC_ASSERT(back == settings);
  RC_ASSERT(boost::json::parse(settings_json(settings)).is_object());
}

}  // namespace
}  // namespace cscan
