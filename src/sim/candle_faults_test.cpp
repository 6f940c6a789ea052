// Faults of candles' last messages, and markets that cease to trade or go on under another name.

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kucoin = "/?token=sim/1&connectId=1";

/// One message about a minute of bitcoin.
struct Told {
  Duration at{};          ///< after ten
  std::int64_t open = 0;  ///< minutes after ten
  double close = 0;
  double volume = 0;  ///< as said: lots on KuCoin
  bool is_closed = false;
};

/// Listens to bitcoin's minutes on `exchange` until `seconds_after` ten.
std::vector<Told> minutes_of(std::string_view exchange, const std::string& faults,
                             int seconds_after) {
  SimRig rig(faults);
  const bool flags = exchange != "kucoinfutures";
  const SimStreamId stream = rig.open(!flags                  ? kucoin
                                      : exchange == "binance" ? "/ws/btcusdt@kline_1m"
                                                              : "/market/ws/btcusdt@kline_1m");
  if (!flags)
    rig.subscribe_topic(stream, "/contractMarket/limitCandle:XBTUSDTM_1min");
  const Timestamp end = ten_o_clock + seconds(seconds_after);
  while (rig.now() < end) {
    rig.run(std::min(end - rig.now(), seconds(20)), milliseconds(10));
    if (!flags)
      rig.say(stream, R"({"id":"1","type":"ping"})");
  }
  std::vector<Told> all;
  for (const Heard& one : rig.take()) {
    if (one.frame.kind != SimFrame::Kind::text)
      continue;
    const json::object message = one.object();
    if (const json::value* k = message.if_contains("k")) {
      all.push_back({one.at - ten_o_clock, (k->at("t").as_int64() - ten_o_clock.ms) / 60'000,
                     number(k->at("c")), number(k->at("v")), k->at("x").as_bool()});
    } else if (message.contains("data")) {
      const json::array row = message.at("data").at("candles").as_array();
      const auto open = static_cast<std::int64_t>(number(row[0])) - ten_o_clock.ms / 1'000;
      all.push_back({one.at - ten_o_clock, open / 60, number(row[2]), number(row[6]), false});
    }
  }
  return all;
}
std::vector<Told> of(const std::vector<Told>& all, std::int64_t minute) {
  std::vector<Told> found;
  std::ranges::copy_if(all, std::back_inserter(found),
                       [&](const Told& one) { return one.open == minute; });
  return found;
}
Candle truth_of(std::string_view exchange, std::int64_t minute) {
  return true_candle(market_of(exchange, "BTC"), Timeframe::m1, ten_o_clock + minutes(minute));
}
/// The volume of that minute as the exchange says it.
double said_volume(std::string_view exchange, std::int64_t minute) {
  return truth_of(exchange, minute).volume * (exchange == "kucoinfutures" ? 1'000 : 1);
}

class CloseFaults : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] bool flags() const { return std::string_view(GetParam()) != "kucoinfutures"; }
};

// All of them at 10:00, of the minute that opened at 09:59; the next minute is as usual.
TEST_P(CloseFaults, TheLastMessageComesLate) {
  const auto all = minutes_of(GetParam(), "late-close at=90s for=20s by=9s", 63);
  const auto late = of(all, -1);
  ASSERT_GE(late.size(), 2u);
  EXPECT_GE(late.back().at, seconds(9));
  EXPECT_LE(late.back().at, seconds(9) + milliseconds(300));
  EXPECT_NEAR(late.back().volume, said_volume(GetParam(), -1), 1e-6);
  EXPECT_EQ(late.back().is_closed, flags());
  EXPECT_LT(late[late.size() - 2].at, seconds(0));
  EXPECT_TRUE(late[late.size() - 2].volume < late.back().volume || flags()) << "it is news";
  EXPECT_LT(of(all, 0).front().at, seconds(9)) << "the next one has begun meanwhile";
  EXPECT_LE(of(all, 0).back().at, seconds(60) + milliseconds(2'005)) << "and is as usual";
  EXPECT_NEAR(of(all, 0).back().volume, said_volume(GetParam(), 0), 1e-6);
}

TEST_P(CloseFaults, TheLastMessageDoesNotCome) {
  const auto all = minutes_of(GetParam(), "missing-close at=90s for=20s", 63);
  const auto missing = of(all, -1);
  ASSERT_FALSE(missing.empty());
  for (const Told& one : missing) {
    EXPECT_FALSE(one.is_closed);
    EXPECT_TRUE(one.volume < said_volume(GetParam(), -1) || flags()) << "nor the final values";
  }
  EXPECT_NEAR(of(all, 0).back().volume, said_volume(GetParam(), 0), 1e-6);
  EXPECT_EQ(of(all, 0).back().is_closed, flags());
}

TEST_P(CloseFaults, TheLastMessageIsWrongAndPutRight) {
  for (const char* by : {"20s", "1ms"}) {
    const auto all = minutes_of(GetParam(), "revise at=90s for=20s by=" + std::string(by), 63);
    const auto revised = of(all, -1);
    ASSERT_GE(revised.size(), 3u);
    const Candle real = truth_of(GetParam(), -1);
    ASSERT_NE(real.open, real.close);
    const Told &wrong = revised[revised.size() - 2], &right = revised.back();
    EXPECT_EQ(wrong.close, real.open);
    EXPECT_EQ(wrong.is_closed, flags());
    EXPECT_GE(wrong.at, seconds(0));
    EXPECT_LE(wrong.at, milliseconds(2'005));
    EXPECT_EQ(right.close, real.close);
    EXPECT_EQ(right.is_closed, flags());
    if (by[0] == '2') {
      EXPECT_GE(right.at, seconds(20));
      EXPECT_LE(right.at, seconds(20) + milliseconds(300));
    }
    EXPECT_EQ(of(all, 0).back().close, truth_of(GetParam(), 0).close);
  }
}

INSTANTIATE_TEST_SUITE_P(Exchanges, CloseFaults,
                         testing::Values("binance", "binanceusdm", "kucoinfutures"),
                         [](const auto& param) { return std::string(param.param); });

json::object listed(SimRig& rig, const char* path, std::string_view list, std::string_view id) {
  const json::value all = rig.ask(path).at(list);
  for (const json::value& one : all.as_array())
    if (word(one.as_object(), "symbol") == id)
      return one.as_object();
  return {};
}

TEST(Delisting, AMarketStopsTradingAndKeepsItsPast) {
  SimRig rig("delist exchange=binance topic=BTCUSDT at=30s");
  rig.open("/ws/btcusdt@kline_1m/btcusdt@aggTrade/!miniTicker@arr");
  rig.run(milliseconds(29'950));
  EXPECT_EQ(word(listed(rig, "/api/v3/exchangeInfo", "symbols", "BTCUSDT"), "status"), "TRADING");
  rig.run(milliseconds(100));
  rig.take();
  rig.run(minutes(3));
  EXPECT_THAT(rig.take_texts(), Not(Contains(HasSubstr("\"BTCUSDT\"")))) << "silence";
  EXPECT_EQ(word(listed(rig, "/api/v3/exchangeInfo", "symbols", "BTCUSDT"), "status"), "BREAK");
  const json::value rows = rig.ask("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=5");
  ASSERT_EQ(rows.as_array().size(), 5u);
  EXPECT_EQ(rows.at(4).at(0).as_int64(), (ten_o_clock - minutes(2)).ms) << "09:58, its last minute";
  const Candle last =
      true_candle(market_of("binance", "BTC"), Timeframe::m1, ten_o_clock - minutes(2));
  EXPECT_GT(number(rows.at(4).at(5)), 0);
  EXPECT_LT(number(rows.at(4).at(5)), last.volume) << "of which ten seconds are missing";
  EXPECT_THAT(rig.ask("/api/v3/aggTrades?symbol=BTCUSDT&limit=60").as_array(), IsEmpty());
  EXPECT_TRUE(rig.report("binance").faults_over);
}

TEST(Delisting, InTheWordsOfEachExchange) {
  SimRig rig("delist topic=ETHUSDT at=30s\ndelist topic=ETHUSDTM at=30s");
  rig.run(seconds(60));
  const json::object eth = listed(rig, "/fapi/v1/exchangeInfo", "symbols", "ETHUSDT");
  EXPECT_EQ(word(eth, "status"), "SETTLING");
  EXPECT_EQ(eth.at("deliveryDate").as_int64(), (start + seconds(30)).ms);
  EXPECT_EQ(word(listed(rig, "/api/v3/exchangeInfo", "symbols", "ETHUSDT"), "status"), "BREAK");
  EXPECT_EQ(word(listed(rig, "/api/v1/contracts/active", "data", "ETHUSDTM"), "status"), "Paused");
}

TEST(Renaming, AnotherMarketGoesOnInItsPlace) {
  SimRig rig("rename exchange=binance topic=BTCUSDT to=XBTCUSDT at=30s");
  const SimStreamId stream = rig.open("/ws/btcusdt@aggTrade");
  rig.run(seconds(29));
  rig.subscribe(stream, R"(["xbtcusdt@aggTrade"])");
  EXPECT_THAT(rig.take_texts(), Not(Contains(HasSubstr("XBTC"))));
  rig.run(seconds(31));
  rig.take();
  EXPECT_EQ(word(listed(rig, "/api/v3/exchangeInfo", "symbols", "BTCUSDT"), "status"), "BREAK");
  const json::object renamed = listed(rig, "/api/v3/exchangeInfo", "symbols", "XBTCUSDT");
  EXPECT_EQ(word(renamed, "status"), "TRADING");
  EXPECT_EQ(word(renamed, "baseAsset"), "XBTC");
  EXPECT_EQ(word(renamed, "quoteAsset"), "USDT");
  rig.open("/ws/xbtcusdt@aggTrade");
  rig.run(seconds(5));
  const auto texts = rig.take_texts();
  EXPECT_THAT(texts, SizeIs(testing::Gt(2u)));
  EXPECT_THAT(texts, Each(HasSubstr("XBTCUSDT")));
  EXPECT_EQ(rig.get("/api/v3/klines?symbol=XBTCUSDT&interval=1m&limit=3").status, 200);
}

TEST(Renaming, OnKuCoin) {
  SimRig rig("rename exchange=kucoinfutures topic=XBTUSDTM to=NEWUSDTM at=30s");
  rig.run(seconds(31));
  EXPECT_EQ(word(listed(rig, "/api/v1/contracts/active", "data", "XBTUSDTM"), "status"), "Paused");
  const json::object renamed = listed(rig, "/api/v1/contracts/active", "data", "NEWUSDTM");
  EXPECT_EQ(word(renamed, "status"), "Open");
  EXPECT_EQ(word(renamed, "baseCurrency"), "NEW");
}

TEST(Renaming, OfWhatDoesNotExistIsNothing) {
  SimRig rig("rename topic=NOPE to=NOPE2 at=1s\ndelist topic=NOPE at=1s");
  rig.run(seconds(2));
  EXPECT_EQ(rig.ask("/api/v3/exchangeInfo").at("symbols").as_array().size(), 433u);
  EXPECT_TRUE(rig.report("binance").faults_over);
}

}  // namespace
}  // namespace cscan
