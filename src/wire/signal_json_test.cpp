// The JSON of a signal: complete, valid for any content, and the same bytes every time.

#include "wire/signal_json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>
#include <limits>
#include <set>
#include <sstream>

#include "wire/json_writer.hpp"

namespace cscan {
namespace {

namespace json = boost::json;

Signal sample_signal() {
  Signal s;
  s.instrument = InstrumentId{3};
  s.timeframe = Timeframe::h4;
  s.type = SignalType::reversion_bearish;
  s.direction = Direction::bearish;
  s.open_time = parse_timestamp("2025-10-24T00:00:00Z").value();
  s.price = 67123.45;
  s.history_n = 100;
  s.combined = Score{72'30};
  s.thesis = Score{42'30};
  s.adjustment = Score{30'00};
  s.momentum.score = Score{70'50};
  s.reversion.candidate = true;
  s.reversion.score = points(75);
  s.reversion.rsi = 81.25;
  s.reasons.add({Factor::volume_decline, false, std::nullopt, -0.1, {}});
  s.reasons.add({Factor::rsi_overbought, true, 81.25, 70, points(25)});
  return s;
}

SignalContext sample_context() {
  return signal_context({"binance", "BTC", "USDT", ""}, Settings{}, Timeframe::h4);
}

std::set<std::string> keys_of(const json::value& object) {
  std::set<std::string> keys;
  for (const auto& member : object.as_object())
    keys.insert(member.key());
  return keys;
}

std::string whole_json(const Signal& s, const SignalContext& context, bool stale) {
  std::string text;
  append_signal_body(text, s, context, signal_id(s, context));
  append_signal_envelope(text, {s.close_time(), s.close_time(), Origin::live, true, "live"}, stale);
  return text;
}

TEST(SignalJson, HasTheFieldsOfTheInterface) {
  auto value = json::parse(whole_json(sample_signal(), sample_context(), true));
  auto keys = keys_of(value);
  std::istringstream fields(
      "id symbol exchange style timeframe timestamp price momentum reversion "
      "clustering combined_score signal_type candle_open_time candle_close_time "
      "candle_state revision history_n direction quality coverage conflict reasons "
      "score_model model_version settings_digest computed_at available_at stale "
      "durable origin source calibrated");
  for (std::string field; fields >> field;)
    EXPECT_TRUE(keys.contains(field)) << field;
}

TEST(SignalJson, SaysWhatTheSignalSays) {
  auto value = json::parse(whole_json(sample_signal(), sample_context(), true));
  EXPECT_EQ(value.at("symbol"), "BTC/USDT");
  EXPECT_EQ(value.at("style"), "day_trade");
  EXPECT_EQ(value.at("timeframe"), "4h");
  EXPECT_EQ(value.at("candle_open_time"), "2025-10-24T00:00:00.000Z");
  EXPECT_EQ(value.at("candle_close_time"), "2025-10-24T04:00:00.000Z");
  EXPECT_EQ(value.at("timestamp"), "2025-10-24T04:00:00.000Z");
  EXPECT_EQ(value.at("price"), 67123.45);
  EXPECT_EQ(value.at("combined_score"), 72.3);
  EXPECT_EQ(value.at("signal_type"), "REVERSION_BEARISH");
  EXPECT_EQ(value.at("direction"), "bearish");
  EXPECT_EQ(value.at("quality"), "good");
  EXPECT_EQ(value.at("momentum").at("momentum_score"), 70.5);
  EXPECT_EQ(value.at("reversion").at("reversion_candidate"), true);
  EXPECT_EQ(value.at("clustering").at("trend_formation_signal"), false);
  EXPECT_EQ(value.at("stale"), true);
  EXPECT_EQ(value.at("calibrated"), nullptr);
  double thesis = value.at("explanation").at("thesis_score").to_number<double>();
  double adjustment = value.at("explanation").at("adjustment").to_number<double>();
  EXPECT_NEAR(thesis + adjustment, 72.3, 1e-12);
}

TEST(SignalJson, EveryReasonStatesValueOperatorAndThreshold) {
  auto value = json::parse(signal_body_json(sample_signal(), sample_context()));
  const auto& reasons = value.at("reasons").as_array();
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_EQ(reasons[0].at("factor"), "volume_decline");
  EXPECT_EQ(reasons[0].at("value"), nullptr);
  EXPECT_EQ(reasons[0].at("undefined"), true);
  EXPECT_EQ(reasons[0].at("met"), false);
  EXPECT_EQ(reasons[1].at("value"), 81.25);
  EXPECT_EQ(reasons[1].at("operator"), ">");
  EXPECT_EQ(reasons[1].at("threshold").to_number<double>(), 70);
  EXPECT_EQ(reasons[1].at("points").to_number<double>(), 25);
}

TEST(SignalJson, TheBodyIsTheSameBytesAndKnowsNothingOfTheEnvelope) {
  Signal s = sample_signal();
  std::string body = signal_body_json(s, sample_context());
  EXPECT_EQ(body, signal_body_json(s, sample_context()));
  s.instrument = InstrumentId{99};  // an index of one run: another run may number differently
  EXPECT_EQ(body, signal_body_json(s, sample_context()));
  for (const char* key : {"computed_at", "available_at", "stale", "durable", "origin", "source"})
    EXPECT_FALSE(keys_of(json::parse(body)).contains(key)) << key;
  EXPECT_TRUE(whole_json(s, sample_context(), true).starts_with(body.substr(0, body.size() - 1)));
}

TEST(SignalJson, TheIdTellsApartEverythingThatMakesAnotherSignal) {
  Signal s = sample_signal();
  SignalContext context = sample_context();
  std::set<std::string> ids = {signal_id(s, context)};
  auto is_new = [&](const Signal& signal, const SignalContext& c) {
    return ids.insert(signal_id(signal, c)).second;
  };
  Signal other = s;
  other.open_time = other.open_time + hours(4);
  EXPECT_TRUE(is_new(other, context));
  other = s;
  other.revision = 1;
  EXPECT_TRUE(is_new(other, context));
  other = s;
  other.timeframe = Timeframe::h1;
  EXPECT_TRUE(is_new(other, context));
  other = s;
  other.candle_state = CandleState::forming;
  EXPECT_TRUE(is_new(other, context));
  Settings settings;
  settings.momentum_bias = 0.5;
  EXPECT_TRUE(is_new(s, signal_context({"binance", "BTC", "USDT", ""}, settings, Timeframe::h4)));
  EXPECT_TRUE(is_new(s, signal_context({"kucoin", "BTC", "USDT", ""}, {}, Timeframe::h4)));
  EXPECT_TRUE(is_new(s, signal_context({"binance", "BTC", "USDT", "USDT"}, {}, Timeframe::h4)));
  for (const std::string& id : ids)
    EXPECT_EQ(id.size(), 32U);
}

TEST(SignalJson, HostileNamesStayInsideTheirStrings) {
  for (std::string hostile : {std::string("a\"b\\c"), std::string("\x01\x1f\x7f\n\r\t"),
                              std::string("a\0b", 3), std::string("\",\"price\":1,\"x\":\""),
                              std::string("</script>"), std::string("BTC\xf0\x9f\x9a\x80/€")}) {
    SignalContext context = sample_context();
    context.symbol = hostile;
    auto value = json::parse(whole_json(sample_signal(), context, false));
    EXPECT_EQ(std::string_view(value.at("symbol").as_string()), hostile);
    EXPECT_EQ(value.at("price"), 67123.45);
  }
}

TEST(SignalJson, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  const std::pair<std::string, std::string> table[] = {
      {"a\xff"
       "b",
       "a\xef\xbf\xbd"
       "b"},
      {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                  // overlong slash
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},  // a surrogate
      {"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},                  // a cut euro sign
      {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},                  // U+10FFFF is the last
  };
  for (const auto& [bytes, expected] : table) {
    std::string text;
    append_json_string(text, bytes);
    EXPECT_EQ(std::string_view(json::parse(text).as_string()), expected);
  }
}

RC_GTEST_PROP(JsonWriter, AnyBytesMakeAValidString, (std::string bytes)) {
  std::string text;
  append_json_string(text, bytes);
  json::error_code error;
  auto value = json::parse(text, error);
  RC_ASSERT(!error);
  RC_ASSERT(value.is_string());
}

TEST(JsonWriter, NumbersThatAreNotFiniteBecomeNull) {
  Signal s = sample_signal();
  s.price = std::numeric_limits<double>::quiet_NaN();
  s.momentum.change = std::numeric_limits<double>::infinity();
  auto value = json::parse(signal_body_json(s, sample_context()));
  EXPECT_EQ(value.at("price"), nullptr);
  EXPECT_EQ(value.at("momentum").at("price_change"), nullptr);
}

TEST(JsonWriter, PutsCommasBetweenAndNowhereElse) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object().field("a", 1).key("b").begin_array().value(true).null().value(0.5);
  writer.begin_object().end_object().end_array().field("c", std::optional<double>());
  writer.end_object();
  EXPECT_EQ(out, R"({"a":1,"b":[true,null,0.5,{}],"c":null})");
}

TEST(ClusterRow, NamesItsCandleAndWhatWasSeen) {
  std::string row;
  append_cluster_row(row, sample_signal(), sample_context());
  auto value = json::parse(row);
  EXPECT_EQ(value.at("symbol"), "BTC/USDT");
  EXPECT_EQ(value.at("candle_open_time"), "2025-10-24T00:00:00.000Z");
  EXPECT_TRUE(value.at("clustering").as_object().contains("cluster_strength"));
}

}  // namespace
}  // namespace cscan
