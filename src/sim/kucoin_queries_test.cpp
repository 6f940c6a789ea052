// What KuCoin Futures answers to queries: names, types and errors as documented. Candles and limits
// have files of their own.

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using testing::IsEmpty;

json::value data_of(SimRig& rig, const std::string& target, std::string_view method = "GET") {
  const json::value answer = rig.ask(target, method);
  EXPECT_EQ(shape_of(answer.as_object()).substr(0, 15), "code:text data:") << target;
  EXPECT_EQ(word(answer.as_object(), "code"), "200000") << target;
  return answer.at("data");
}
json::object contract_of(const json::value& list, std::string_view symbol) {
  for (const json::value& one : list.as_array())
    if (word(one.as_object(), "symbol") == symbol)
      return one.as_object();
  return {};
}

TEST(KuCoinQueries, TimeStatusAndCurrencies) {
  SimRig rig;
  EXPECT_EQ(rig.get("/api/v1/timestamp").body, R"({"code":"200000","data":1741168700000})");
  EXPECT_EQ(rig.get("/api/v1/status").body,
            R"({"code":"200000","data":{"msg":"","status":"open"}})");
  EXPECT_THAT(data_of(rig, "/api/v3/currencies").as_array(), IsEmpty());
}

TEST(KuCoinQueries, Contracts) {
  SimRig rig;
  const json::value list = data_of(rig, "/api/v1/contracts/active");
  EXPECT_EQ(list.as_array().size(), 360u);
  const json::object btc = contract_of(list, "XBTUSDTM");
  for (const char* member :
       {"symbol:text", "rootSymbol:text", "type:text", "firstOpenDate:whole", "expireDate:null",
        "settleDate:null", "baseCurrency:text", "quoteCurrency:text", "settleCurrency:text",
        "maxOrderQty:whole", "lotSize:whole", "isInverse:yes/no", "status:text",
        "fundingFeeRate:real", "openInterest:text", "nextFundingRateTime:whole"})
    EXPECT_THAT(" " + shape_of(btc) + " ", testing::HasSubstr(" " + std::string(member) + " "));
  for (const char* name : {"maxPrice", "tickSize", "indexPriceTickSize", "multiplier",
                           "turnoverOf24h", "volumeOf24h", "markPrice", "indexPrice",
                           "lastTradePrice", "lowPrice", "highPrice", "priceChgPct", "priceChg"})
    EXPECT_TRUE(btc.contains(name) && btc.at(name).is_number()) << name;
  EXPECT_EQ(word(btc, "type"), "FFWCSX") << "perpetual";
  EXPECT_EQ(word(btc, "baseCurrency"), "XBT") << "their word for BTC";
  EXPECT_EQ(word(btc, "quoteCurrency"), "USDT");
  EXPECT_EQ(word(btc, "settleCurrency"), "USDT");
  EXPECT_EQ(word(btc, "status"), "Open");
  EXPECT_EQ(number(btc.at("multiplier")), 0.001);
  EXPECT_EQ(number(btc.at("tickSize")), 0.01);
  EXPECT_EQ(btc.at("lotSize").as_int64(), 1);
  EXPECT_FALSE(btc.at("isInverse").as_bool());
  EXPECT_EQ(word(contract_of(list, "BRIPINUSDTM"), "status"), "Init") << "not yet traded";
}

TEST(KuCoinQueries, ContractsTellTheDay) {
  SimRig rig;
  const json::object btc = contract_of(data_of(rig, "/api/v1/contracts/active"), "XBTUSDTM");
  double high = 0, volume = 0;
  const auto day =
      truth()->closed(market_of("kucoinfutures", "BTC").instrument, Timeframe::m5, start, 288);
  for (const Candle& candle : day) {
    high = std::max(high, candle.high);
    volume += candle.volume;
  }
  EXPECT_EQ(number(btc.at("highPrice")), high);
  EXPECT_NEAR(number(btc.at("volumeOf24h")), volume, 1e-6 * volume) << "base units, not lots";
  const double change = number(btc.at("priceChg"));
  EXPECT_NEAR(number(btc.at("lastTradePrice")) - change, day.front().open, 1e-6);
  EXPECT_NEAR(number(btc.at("priceChgPct")), change / day.front().open, 1e-4) << "a fraction";
}

TEST(KuCoinQueries, Tickers) {
  SimRig rig;
  const char* shape =
      "symbol:text sequence:whole side:text size:whole price:text bestBidSize:whole "
      "bestBidPrice:text bestAskPrice:text tradeId:text bestAskSize:whole ts:whole";
  const json::object one = data_of(rig, "/api/v1/ticker?symbol=ETHUSDTM").as_object();
  EXPECT_EQ(shape_of(one), shape);
  EXPECT_EQ(one.at("ts").as_int64(), 1'741'168'700'000'000'000) << "nanoseconds";
  EXPECT_LT(number(one.at("bestBidPrice")), number(one.at("price")));
  EXPECT_GT(number(one.at("bestAskPrice")), number(one.at("price")));
  auto follower =
      truth()->follow(market_of("kucoinfutures", "ETH").instrument, std::array{Timeframe::m1});
  follower->at(start);
  EXPECT_EQ(number(one.at("price")), follower->price()) << "the newest";
  const json::value all = data_of(rig, "/api/v1/allTickers");
  EXPECT_EQ(all.as_array().size(), 360u - 118u) << "those that trade by now";
  EXPECT_EQ(shape_of(all.at(0).as_object()), shape);
}

TEST(KuCoinQueries, TradesNewestFirst) {
  SimRig rig("", ten_o_clock + minutes(2));
  const json::value trades = data_of(rig, "/api/v1/trade/history?symbol=XBTUSDTM");
  EXPECT_LE(trades.as_array().size(), 100u);
  EXPECT_EQ(shape_of(trades.at(0).as_object()),
            "sequence:whole contractId:whole tradeId:text makerOrderId:text takerOrderId:text "
            "ts:whole size:whole price:text side:text");
  std::int64_t sequence = INT64_MAX;
  double lots = 0;
  for (const json::value& trade : trades.as_array()) {
    EXPECT_LT(trade.at("sequence").as_int64(), sequence);
    sequence = trade.at("sequence").as_int64();
    EXPECT_EQ(word(trade.as_object(), "tradeId"), std::to_string(sequence));
    if (trade.at("ts").as_int64() > (ten_o_clock + minutes(1)).ms * 1'000'000)
      lots += number(trade.at("size"));
  }
  const Candle minute =
      true_candle(market_of("kucoinfutures", "BTC"), Timeframe::m1, ten_o_clock + minutes(1));
  EXPECT_NEAR(lots * 0.001, minute.volume, 1e-9);
}

TEST(KuCoinQueries, Book) {
  SimRig rig;
  const json::object book = data_of(rig, "/api/v1/level2/snapshot?symbol=XBTUSDTM").as_object();
  EXPECT_EQ(shape_of(book), "sequence:whole symbol:text bids:list asks:list ts:whole");
  EXPECT_LT(number(book.at("bids").at(0).at(0)), number(book.at("asks").at(0).at(0)));
}

TEST(KuCoinQueries, ATokenNamesThisServer) {
  SimRig rig;
  const json::object token = data_of(rig, "/api/v1/bullet-public", "POST").as_object();
  EXPECT_EQ(shape_of(token), "token:text instanceServers:list");
  const json::object server = token.at("instanceServers").at(0).as_object();
  EXPECT_EQ(shape_of(server),
            "endpoint:text encrypt:yes/no protocol:text pingInterval:whole pingTimeout:whole");
  EXPECT_EQ(word(server, "endpoint"), "ws://127.0.0.1:9000/") << "as the client called us";
  EXPECT_EQ(word(server, "protocol"), "websocket");
  EXPECT_EQ(server.at("pingInterval").as_int64(), 18'000);
  EXPECT_EQ(server.at("pingTimeout").as_int64(), 10'000);
  const json::object second = data_of(rig, "/api/v1/bullet-public", "POST").as_object();
  EXPECT_NE(word(token, "token"), word(second, "token"));
  EXPECT_EQ(rig.get("/api/v1/bullet-public", "GET").status, 405);
}

TEST(KuCoinQueries, ErrorsComeWithStatus200) {
  SimRig rig;
  for (const char* path : {"/api/v1/ticker", "/api/v1/trade/history", "/api/v1/level2/snapshot"})
    for (const char* symbol : {"?symbol=NOPEUSDTM", "?symbol=BTCUSDTM", "?symbol=xbtusdtm", ""}) {
      const SimReply reply = rig.get(std::string(path) + symbol);
      EXPECT_EQ(reply.status, 200) << path;
      EXPECT_EQ(
          reply.body,
          R"({"code":"404000","msg":"The contract information you requested does not exist."})");
    }
}

TEST(KuCoinQueries, APathThatIsNotThere) {
  SimRig rig;
  const SimReply reply = rig.get("/api/v1/nothing");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.body, R"({"code":"404","msg":"Not Found","retry":false,"success":false})");
}

}  // namespace
}  // namespace cscan
