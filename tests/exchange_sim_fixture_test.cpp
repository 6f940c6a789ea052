// The local exchange speaks as the real ones were recorded: the same members of the same types, and
// the same words of refusal. Where the recordings are absent the cases are skipped, and say so.

#include <algorithm>

#include "exchange_fixture.hpp"
#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using fixture::lines;
using fixture::text;
using sim_test::SimRig;

namespace json = boost::json;

/// Numbers are numbers, however a recording happened to write them.
std::string kind_of(const json::value& value) {
  return value.is_number() ? "number" : sim_test::kind_of(value);
}

/// How much of a recorded object the simulator has to say.
enum class Extent { all, some };

/// What is wrong with `ours`: a member that was never recorded, one of another type and, with
/// Extent::all, one that is missing. Members in `newer` came after the recording.
void expect_like(const json::object& recorded, const json::object& ours, Extent extent,
                 const std::vector<std::string>& newer = {}) {
  for (const auto& [name, value] : ours) {
    const json::value* theirs = recorded.if_contains(name);
    if (theirs == nullptr) {
      EXPECT_TRUE(std::ranges::count(newer, std::string(name)) > 0)
          << name << " was never recorded";
      continue;
    }
    if (!theirs->is_null() && !value.is_null()) {
      EXPECT_EQ(kind_of(*theirs), kind_of(value)) << name;
    }
    if (theirs->is_object() && value.is_object())
      expect_like(theirs->get_object(), value.get_object(), extent, newer);
  }
  for (const auto& [name, value] : recorded)
    EXPECT_TRUE(extent == Extent::some || ours.contains(name)) << name << " is missing";
}
void expect_like_rows(const json::array& recorded, const json::array& ours) {
  ASSERT_LE(recorded.size(), ours.size());
  for (std::size_t i = 0; i < recorded.size(); ++i)
    EXPECT_EQ(kind_of(recorded[i]), kind_of(ours[i])) << "column " << i;
}

class LikeTheRealOnes : public testing::Test {
 protected:
  void SetUp() override { REQUIRE_FIXTURES(); }
  void TearDown() override {
    const char* log = std::getenv("CSCAN_RECORDED_LOG");
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    if (log != nullptr && !IsSkipped())
      std::ofstream(log, std::ios::app) << test->test_suite_name() << '.' << test->name() << '\n';
  }
  static json::value recorded(const std::string& name) { return json::parse(text(name)); }
  json::value asked(const std::string& target, std::string_view method = "GET") {
    return rig_.ask(target, method);
  }
  /// The first message of `address` that has `word` in it.
  json::object heard(std::string_view address, std::string_view word) {
    rig_.open(address);
    rig_.run(seconds(10));
    for (const sim_test::Heard& one : rig_.take())
      if (one.frame.text.contains(word))
        return one.object();
    ADD_FAILURE() << address << " says nothing of " << word;
    return {};
  }
  SimRig rig_;
};

TEST_F(LikeTheRealOnes, BinanceSpotQueries) {
  expect_like(recorded("rest/binance_time.json").as_object(), asked("/api/v3/time").as_object(),
              Extent::all);
  const json::value listing = recorded("rest/binance_spot_exchangeInfo_nautilus.json");
  const json::value ours = asked("/api/v3/exchangeInfo");
  expect_like(listing.as_object(), ours.as_object(), Extent::all);
  expect_like(listing.at("symbols").at(0).as_object(), ours.at("symbols").at(0).as_object(),
              Extent::some, {"permissionSets"});
  expect_like_rows(recorded("rest/binance_spot_klines_1m_20211022.json").at(0).as_array(),
                   asked("/api/v3/klines?symbol=BTCUSDT&interval=1m").at(0).as_array());
  expect_like(recorded("rest/binance_spot_aggTrades_20211022.json").at(0).as_object(),
              asked("/api/v3/aggTrades?symbol=BTCUSDT").at(0).as_object(), Extent::all);
  expect_like(recorded("rest/binance_spot_bookTicker.json").as_object(),
              asked("/api/v3/ticker/bookTicker?symbol=BTCUSDT").as_object(), Extent::all);
  expect_like(
      recorded("rest/ccxt_comment_binance_tickers24hr_20250729.json").at("spot").as_object(),
      asked("/api/v3/ticker/24hr?symbol=BTCUSDT").as_object(), Extent::all);
}

TEST_F(LikeTheRealOnes, BinanceFuturesQueries) {
  const json::value listing = recorded("rest/binanceusdm_exchangeInfo_nautilus.json");
  const json::value ours = asked("/fapi/v1/exchangeInfo");
  expect_like(listing.as_object(), ours.as_object(), Extent::all);
  expect_like(listing.at("symbols").at(0).as_object(), ours.at("symbols").at(0).as_object(),
              Extent::some);
  expect_like_rows(recorded("rest/binanceusdm_klines_5m_20210321.json").at(0).as_array(),
                   asked("/fapi/v1/klines?symbol=BTCUSDT&interval=5m").at(0).as_array());
  expect_like(recorded("rest/binanceusdm_bookTicker_docs.json").as_object(),
              asked("/fapi/v1/ticker/bookTicker?symbol=BTCUSDT").as_object(), Extent::all);
  expect_like(recorded("rest/binanceusdm_ticker24hr_docs.json").as_object(),
              asked("/fapi/v1/ticker/24hr?symbol=BTCUSDT").as_object(), Extent::all);
}

TEST_F(LikeTheRealOnes, KuCoinQueries) {
  const std::string official = "rest/kucoinfutures_official_";
  const auto both = [&](const std::string& name, const std::string& target,
                        std::string_view method = "GET") {
    return std::pair(recorded(official + name + ".json").at("data"),
                     asked("/api/v1/" + target, method).at("data"));
  };
  struct Case {
    const char* name;
    const char* target;
    Extent extent;
  };
  for (const Case& one : {Case{"contracts_active", "contracts/active", Extent::some},
                          Case{"allTickers", "allTickers", Extent::all},
                          Case{"trade_history", "trade/history?symbol=XBTUSDTM", Extent::all}}) {
    const auto [theirs, ours] = both(one.name, one.target);
    expect_like(theirs.at(0).as_object(), ours.at(0).as_object(), one.extent);
  }
  for (const Case& one : {Case{"ticker", "ticker?symbol=XBTUSDTM", Extent::all},
                          Case{"status", "status", Extent::all}}) {
    const auto [theirs, ours] = both(one.name, one.target);
    expect_like(theirs.as_object(), ours.as_object(), one.extent);
  }
  const auto [their_rows, rows] =
      both("kline_query_8h", "kline/query?symbol=XBTUSDTM&granularity=480");
  expect_like_rows(their_rows.at(0).as_array(), rows.at(0).as_array());
  const auto [their_time, time] = both("timestamp", "timestamp");
  EXPECT_EQ(kind_of(their_time), kind_of(time));
  const auto [their_token, token] = both("bullet_public", "bullet-public", "POST");
  expect_like(their_token.as_object(), token.as_object(), Extent::all);
  expect_like(their_token.at("instanceServers").at(0).as_object(),
              token.at("instanceServers").at(0).as_object(), Extent::all);
}

TEST_F(LikeTheRealOnes, Refusals) {
  const json::value errors = recorded("rest/error_payloads.json");
  struct Case {
    const char* exchange;
    const char* code;
    const char* target;
  };
  for (const Case& one :
       {Case{"binance", "-1121", "/api/v3/klines?symbol=NOPE&interval=1m"},
        Case{"binance", "-1120", "/api/v3/klines?symbol=BTCUSDT&interval=7m"},
        Case{"kucoinfutures", "\"200003\"", "/api/v1/kline/query?symbol=NOPE&granularity=1"},
        Case{"kucoinfutures", "\"404000\"", "/api/v1/ticker?symbol=NOPE"},
        Case{"kucoinfutures", "\"404\"", "/api/v1/nowhere"},
        Case{"kucoinfutures", "\"300000\"", "/api/v1/kline/query?symbol=XBTUSDTM&granularity=7"}}) {
    const json::array& theirs = errors.at(one.exchange).as_array();
    const auto found = std::ranges::find_if(theirs, [&](const json::value& error) {
      return json::serialize(error.at("body").at("code")) == one.code;
    });
    ASSERT_NE(found, theirs.end()) << one.code;
    const SimReply reply = rig_.get(one.target);
    EXPECT_EQ(reply.status, found->at("http").as_int64()) << one.target;
    EXPECT_EQ(json::parse(reply.body), found->at("body")) << one.target;
  }
}

/// The first recorded message that has all of `words` in it.
json::object recorded_message(const std::string& file, const std::vector<std::string>& words) {
  for (const fixture::Line& line : lines(file))
    if (std::ranges::all_of(words, [&](const std::string& w) { return line.raw.contains(w); }))
      return json::parse(line.raw).as_object();
  ADD_FAILURE() << file << " has no such message";
  return {};
}

TEST_F(LikeTheRealOnes, BinanceSpotStreams) {
  const std::string file = "ws/binance_spot_combined_20211012.jsonl";
  for (const char* kind : {"@kline_1m", "@bookTicker", "@aggTrade"})
    expect_like(recorded_message(file, {kind, "\"stream\""}),
                heard(std::string("/stream?streams=btcusdt") + kind, kind), Extent::all);
}

TEST_F(LikeTheRealOnes, BinanceFuturesStreams) {
  const std::string file = "ws/binanceusdm_combined_20210722_trim.jsonl";
  expect_like(recorded_message(file, {"@kline_1m", "\"x\":true"}),
              heard("/market/stream?streams=btcusdt@kline_1m", "kline"), Extent::all);
  const std::string docs = "ws/binanceusdm_docs_";
  expect_like(recorded(docs + "agg_trade_stream.json").as_object(),
              heard("/market/ws/btcusdt@aggTrade", "aggTrade"), Extent::all);
  expect_like(recorded(docs + "ticker_stream.json").as_object(),
              heard("/market/ws/ethusdt@ticker", "24hrTicker"), Extent::all);
  expect_like(recorded(docs + "book_ticker_stream.json").as_object(),
              heard("/public/ws/btcusdt@bookTicker", "bookTicker"), Extent::all);
}

TEST_F(LikeTheRealOnes, KuCoinStreams) {
  const std::string file = "ws/kucoinfutures_messages_2024_2026.jsonl";
  const SimStreamId stream = rig_.open("/?token=sim/1&connectId=1");
  expect_like(recorded_message(file, {"welcome", "type"}), rig_.take()[0].object(), Extent::all);
  struct Case {
    const char* topic;
    std::vector<std::string> words;
    std::vector<std::string> newer;
  };
  for (const Case& one :
       {Case{"/contractMarket/limitCandle:XBTUSDTM_1min", {"limitCandle", "84568.3"}, {}},
        Case{"/contractMarket/execution:XBTUSDTM", {"execution", "90503.9"}, {}},
        Case{"/contractMarket/tickerV2:XBTUSDTM", {"tickerV2"}, {}},
        Case{"/contractMarket/ticker:XBTUSDTM", {"/ticker:"}, {}},
        Case{"/contractMarket/snapshot:XBTUSDTM", {"snapshot.24h", "fundingRate"}, {}},
        Case{"/contract/instrument:XBTUSDTM", {"mark.index.price"}, {"symbol"}}}) {
    rig_.subscribe_topic(stream, one.topic);
    expect_like(recorded_message(file, {"\"ack\""}), rig_.take()[0].object(), Extent::all);
    rig_.run(seconds(8));
    const auto all = rig_.take();
    const auto found = std::ranges::find_if(all, [&](const sim_test::Heard& each) {
      return each.frame.text.contains("\"" + std::string(one.topic) + "\"");
    });
    ASSERT_NE(found, all.end()) << one.topic;
    expect_like(recorded_message(file, one.words), found->object(), Extent::all, one.newer);
  }
  rig_.say(stream, R"({"id":"p16","type":"ping"})");
  expect_like(recorded_message(file, {"pong"}), rig_.take()[0].object(), Extent::all);
  rig_.subscribe_topic(stream, "/nothing:XBTUSDTM");
  const json::object refused = rig_.take()[0].object();
  const json::object theirs = recorded_message(file, {"topic does not exist"});
  EXPECT_EQ(refused.at("code"), theirs.at("code"));
  EXPECT_EQ(refused.at("data"), theirs.at("data"));
  rig_.run(seconds(61));
  const auto last = rig_.take();
  ASSERT_GE(last.size(), 2u);
  EXPECT_EQ(json::value(last[last.size() - 2].object()),
            json::value(recorded_message(file, {"ping timeout"})));
}

}  // namespace
}  // namespace cscan
