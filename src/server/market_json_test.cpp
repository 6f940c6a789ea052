#include "server/market_json.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "server/server_test_support.hpp"

namespace cscan {
namespace {

namespace json = boost::json;
using testing::make_view;
using testing::spot;
using testing::test_now;

json::value market_state_json(const std::optional<MarketState>& state) {
  std::string text;
  JsonWriter writer(text);
  write_market_state(writer, state);
  return json::parse(text);
}

/// write(json) inside an object, parsed.
json::value object_of(const std::function<void(JsonWriter&)>& write) {
  std::string text;
  JsonWriter writer(text);
  writer.begin_object();
  write(writer);
  writer.end_object();
  return json::parse(text);
}

TEST(ServerMarketJson, ShowsTheNumbersOfTheBrief) {
  MarketState state;
  state.breadth.advancing = 127;
  state.breadth.declining = 89;
  state.breadth.ratio = 127.0 / 216.0;
  state.breadth.bias = MarketBias::bullish;
  state.breadth.window = seconds(495);
  state.volatility.regime = VolatilityRegime::medium;
  state.active_signals = 42;
  const json::value body = market_state_json(state);
  EXPECT_EQ(body.at("breadth").at("advancing").as_int64(), 127);
  EXPECT_EQ(body.at("breadth").at("declining").as_int64(), 89);
  EXPECT_EQ(body.at("breadth").at("breadth_ratio").as_double(), 0.588);
  EXPECT_EQ(body.at("breadth").at("market_bias").as_string(), "bullish");
  EXPECT_EQ(body.at("breadth").at("window_s").as_int64(), 495);
  EXPECT_EQ(body.at("volatility_regime").as_string(), "medium");
  EXPECT_EQ(body.at("active_signals").as_int64(), 42);
}

TEST(ServerMarketJson, HasTheSameShapeBeforeTheFirstState) {
  MarketState full;
  full.breadth.ratio = 0.5;
  const json::value before = market_state_json(std::nullopt), after = market_state_json(full);
  for (const auto& [key, value] : after.as_object())
    EXPECT_TRUE(before.as_object().contains(key)) << key;
  EXPECT_TRUE(before.at("breadth").at("breadth_ratio").is_null());
  EXPECT_EQ(before.at("breadth").at("market_bias").as_string(), "neutral");
  EXPECT_EQ(before.at("volatility_regime").as_string(), "unknown");
  EXPECT_EQ(before.at("active_signals").as_int64(), 0);
}

TEST(ServerMarketJson, WritesNoNumberThatIsNone) {
  MarketState state;
  state.volatility.realised_24h = std::numeric_limits<double>::infinity();
  state.volatility.percentile = std::numeric_limits<double>::quiet_NaN();
  const json::value body = market_state_json(state);
  EXPECT_TRUE(body.at("volatility").at("realised_24h").is_null());
  EXPECT_TRUE(body.at("volatility").at("percentile_7d").is_null());
}

TEST(ServerMarketJson, SaysHowTheRunIs) {
  auto view = make_view({spot("binance", "BTC")});
  view->series[0].closed = testing::make_signal({});
  testing::SignalShape stale;
  stale.stale_at = test_now;
  view->series[1].closed = testing::make_signal(stale);
  view->buffers = {100, 2'000, 30};
  view->store.recomputed_equal = 7;
  view->streams[1].runs = 12;
  view->streams[1].interval = seconds(30);
  const std::vector<FeedHealth> feeds = {
      {"binance", true, test_now - seconds(2), 10, 1, 0, 0, ""},
      {"kraken", false, std::nullopt, 0, 0, 0, 0, "unreachable"}};
  const json::value body =
      object_of([&](JsonWriter& json) { write_status(json, *view, feeds, test_now); });
  EXPECT_TRUE(body.at("running").as_bool());
  EXPECT_EQ(body.at("state").as_string(), "running");
  EXPECT_EQ(body.at("run_id").as_string(), "test-run");
  EXPECT_EQ(body.at("uptime_s").as_int64(), 3'600);
  EXPECT_EQ(body.at("buffer_stats").at("candles").as_int64(), 2'000);
  EXPECT_EQ(body.at("coverage").at("series").as_int64(), 4);
  EXPECT_EQ(body.at("coverage").at("with_signal").as_int64(), 2);
  EXPECT_EQ(body.at("coverage").at("fresh").as_int64(), 1);
  EXPECT_EQ(body.at("coverage").at("warming_up").as_int64(), 2);
  EXPECT_EQ(body.at("streams").at("signals").at("runs").as_int64(), 12);
  EXPECT_EQ(body.at("streams").at("signals").at("interval_s").as_int64(), 30);
  EXPECT_EQ(body.at("exchanges").at("binance").at("last_message_age_ms").as_int64(), 2'000);
  EXPECT_TRUE(body.at("exchanges").at("kraken").at("last_message_age_ms").is_null());
  EXPECT_EQ(body.at("store").at("recomputed_equal").as_int64(), 7);
  EXPECT_TRUE(body.at("recording").is_null());
}

TEST(ServerMarketJson, SaysHowTheRecordingIs) {
  auto view = make_view({spot("binance", "BTC")});
  view->recording = RecordingHealth{false, "/somewhere", 4'096, "No space left on device"};
  const json::value body =
      object_of([&](JsonWriter& json) { write_status(json, *view, {}, test_now); });
  EXPECT_FALSE(body.at("recording").at("active").as_bool());
  EXPECT_EQ(body.at("recording").at("bytes").as_int64(), 4'096);
  EXPECT_EQ(body.at("recording").at("note").as_string(), "No space left on device");
}

TEST(ServerMarketJson, KnowsWhichStatesRun) {
  using enum RunState;
  for (const auto& [state, running] :
       std::vector<std::pair<RunState, bool>>{{stopped, false},
                                              {starting, true},
                                              {RunState::running, true},
                                              {degraded, true},
                                              {stopping, false},
                                              {failed, false}}) {
    auto view = make_view({spot("binance", "BTC")});
    view->state = state;
    const json::value body =
        object_of([&](JsonWriter& json) { write_status(json, *view, {}, test_now); });
    EXPECT_EQ(body.at("running").as_bool(), running) << to_string(state);
    EXPECT_EQ(body.at("uptime_s").as_int64() > 0, running) << to_string(state);
  }
  const json::value nothing =
      object_of([](JsonWriter& json) { write_status(json, MarketView{}, {}, test_now); });
  EXPECT_TRUE(nothing.at("run_id").is_null());
  EXPECT_FALSE(nothing.at("running").as_bool());
}

TEST(ServerMarketJson, RepliesToAStart) {
  StartReply reply;
  reply.run = make_view({spot("binance", "BTC")})->run;
  reply.resolved = {{"btc", "binance", "BTC/USDT"}};
  reply.rejected = {{"NOPE/USDT", "binance", "NOPE/USDT is not listed on binance"}};
  reply.budget = {5, 4, "free"};
  json::value body = object_of([&](JsonWriter& json) { write_start_reply(json, reply); });
  EXPECT_EQ(body.at("status").as_string(), "started");
  EXPECT_EQ(body.at("symbols").as_array()[0].as_string(), "BTC/USDT");
  EXPECT_EQ(body.at("timeframes").at("day_trade").as_string(), "4h");
  EXPECT_EQ(body.at("resolved").as_array()[0].at("requested").as_string(), "btc");
  EXPECT_EQ(body.at("rejected").as_array()[0].at("requested").as_string(), "NOPE/USDT");
  EXPECT_EQ(body.at("budget").at("streams").as_int64(), 5);
  reply.already_running = true;
  body = object_of([&](JsonWriter& json) { write_start_reply(json, reply); });
  EXPECT_EQ(body.at("status").as_string(), "already_running");
}

}  // namespace
}  // namespace cscan
