// Every configuration key: its default, its range at both ends, and what the digest covers.

#include "model/settings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cscan {
namespace {

bool is_whole(const SettingsField& field) {
  return !std::holds_alternative<double Settings::*>(field.member);
}

TEST(Settings, DefaultsAreTheBriefs) {
  Settings s;
  EXPECT_EQ(s.price_update_interval, 5);
  EXPECT_EQ(s.signal_generation_interval, 30);
  EXPECT_EQ(s.market_state_interval, 60);
  EXPECT_EQ(s.scan_interval, 90);
  EXPECT_EQ(s.momentum_bias, 0.6);
  EXPECT_EQ(s.momentum_exhaustion_threshold, 4);
  EXPECT_EQ(s.volume_exhaustion_multiplier, 1.5);
  EXPECT_EQ(s.excessive_gain_threshold, 0.15);
  EXPECT_EQ(s.volume_threshold_multiplier, 2.0);
  EXPECT_EQ(s.cluster_trend_threshold, 0.7);
  EXPECT_EQ(s.cluster_followthrough_threshold, 0.5);
  EXPECT_EQ(s.find_timeframe("scalp"), Timeframe::m5);
  EXPECT_EQ(s.find_timeframe("day_trade"), Timeframe::h4);
  EXPECT_EQ(s.find_timeframe("swing"), Timeframe::h1);
  EXPECT_EQ(s.find_timeframe("position"), Timeframe::d1);
  EXPECT_TRUE(check_settings(s));
}

TEST(Settings, EveryFieldTakesBothEndsOfItsRangeAndNothingBeyond) {
  double inf = std::numeric_limits<double>::infinity();
  for (const SettingsField& field : settings_fields()) {
    Settings s;
    EXPECT_TRUE(set_field(s, field, field.min)) << field.key;
    EXPECT_TRUE(set_field(s, field, field.max)) << field.key;
    Settings before = s;
    for (double bad :
         {std::nextafter(field.min, -inf), std::nextafter(field.max, inf), field.min - 1,
          field.max + 1, inf, -inf, std::numeric_limits<double>::quiet_NaN()}) {
      auto set = set_field(s, field, bad);
      ASSERT_FALSE(set) << field.key << ' ' << bad;
      EXPECT_EQ(set.error().code, ErrorCode::invalid_argument);
      EXPECT_NE(set.error().message.find(field.key), std::string::npos);
    }
    EXPECT_EQ(s, before) << field.key;
  }
}

TEST(Settings, EveryDefaultLiesInItsRange) {
  for (const SettingsField& field : settings_fields()) {
    Settings s;
    double value = field_text(s, field) == "true"    ? 1
                   : field_text(s, field) == "false" ? 0
                                                     : std::stod(field_text(s, field));
    EXPECT_TRUE(set_field(s, field, value)) << field.key;
    EXPECT_EQ(s, Settings{}) << field.key;
  }
}

TEST(Settings, WholeNumberFieldsRefuseFractions) {
  for (const SettingsField& field : settings_fields()) {
    Settings s;
    double middle = std::floor((field.min + field.max) / 2) + 0.5;
    EXPECT_EQ(set_field(s, field, middle).has_value(), !is_whole(field)) << field.key;
  }
}

TEST(Settings, FieldsAreFoundByTheirExactKey) {
  ASSERT_NE(find_settings_field("momentum_bias"), nullptr);
  EXPECT_EQ(find_settings_field("momentum_bias")->key, "momentum_bias");
  EXPECT_EQ(find_settings_field("Momentum_bias"), nullptr);
  EXPECT_EQ(find_settings_field(""), nullptr);
}

TEST(Settings, TimeframesAreFoundByStyleAndIntervalAndListedAscending) {
  Settings s;
  EXPECT_EQ(s.find_timeframe("4h"), Timeframe::h4);
  EXPECT_FALSE(s.find_timeframe("15m"));
  EXPECT_EQ(s.style_of(Timeframe::h1), "swing");
  EXPECT_EQ(s.style_of(Timeframe::m15), "15m");
  EXPECT_EQ(s.intervals(),
            (std::vector{Timeframe::m5, Timeframe::h1, Timeframe::h4, Timeframe::d1}));
}

TEST(Settings, TheMapOfTimeframesIsBoundedAndUnambiguous) {
  Settings s;
  s.timeframes.clear();
  EXPECT_FALSE(check_settings(s));
  for (std::size_t i = 0; i < 8; ++i)
    s.timeframes.push_back({"style" + std::to_string(i), all_timeframes[i]});
  EXPECT_TRUE(check_settings(s));
  s.timeframes.push_back({"style8", all_timeframes[8]});
  EXPECT_FALSE(check_settings(s));
  s.timeframes = {{"a", Timeframe::m5}, {"b", Timeframe::m5}};
  EXPECT_FALSE(check_settings(s));
  s.timeframes = {{"a", Timeframe::m5}, {"a", Timeframe::h1}};
  EXPECT_FALSE(check_settings(s));
}

TEST(Settings, TheDigestCoversWhatShapesAScoreAndNothingElse) {
  for (const SettingsField& field : settings_fields()) {
    Settings s, other;
    ASSERT_TRUE(set_field(s, field, field.min));
    ASSERT_TRUE(set_field(other, field, field.max));
    bool differs = settings_digest(s, Timeframe::h1) != settings_digest(other, Timeframe::h1);
    EXPECT_EQ(differs, field.shapes_score) << field.key;
  }
  Settings s;
  std::string digest = settings_digest(s, Timeframe::h1);
  EXPECT_EQ(digest.size(), 16U);
  s.score_model = ScoreModel::classic;
  EXPECT_NE(settings_digest(s, Timeframe::h1), digest);
  s = Settings{};
  s.timeframes = {{"swing", Timeframe::h1}};  // dropping other timeframes changes no body
  EXPECT_EQ(settings_digest(s, Timeframe::h1), digest);
  s.timeframes = {{"hourly", Timeframe::h1}};  // the style is in the body
  EXPECT_NE(settings_digest(s, Timeframe::h1), digest);
}

}  // namespace
}  // namespace cscan
