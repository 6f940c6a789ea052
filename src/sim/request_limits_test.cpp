// Weights of queries, the headers that tell them, and what becomes of a client that asks too much.
// Weights are those of the exchanges' documentation.

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;

std::string header(const SimReply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers)
    if (key == name)
      return value;
  return "(none)";
}
/// "[\"AAUSDT\",…]" in a query, `count` of Binance's symbols.
std::string symbols(std::size_t count) {
  const auto markets = truth()->markets("binance");
  std::string list;
  for (std::size_t i = 0; i < count; ++i)
    list += (i == 0 ? "" : ",") + ("%22" + markets[i].instrument.base + "USDT%22");
  return "symbols=%5B" + list + "%5D";
}

struct WeightCase {
  std::string target;
  int weight;
};

TEST(RequestLimits, SpotWeights) {
  for (const WeightCase& one : {
           WeightCase{"ping", 1},
           WeightCase{"time", 1},
           WeightCase{"exchangeInfo", 20},
           WeightCase{"exchangeInfo?symbol=BTCUSDT", 20},
           WeightCase{"klines?symbol=BTCUSDT&interval=1m", 2},
           WeightCase{"klines?symbol=BTCUSDT&interval=1m&limit=1000", 2},
           WeightCase{"uiKlines?symbol=BTCUSDT&interval=1m", 2},
           WeightCase{"aggTrades?symbol=BTCUSDT&limit=1", 4},
           WeightCase{"trades?symbol=BTCUSDT&limit=1", 25},
           WeightCase{"ticker/24hr?symbol=BTCUSDT", 2},
           WeightCase{"ticker/24hr?" + symbols(1), 2},
           WeightCase{"ticker/24hr?" + symbols(20), 2},
           WeightCase{"ticker/24hr?" + symbols(21), 40},
           WeightCase{"ticker/24hr?" + symbols(100), 40},
           WeightCase{"ticker/24hr?" + symbols(101), 80},
           WeightCase{"ticker/24hr", 80},
           WeightCase{"ticker/bookTicker?symbol=BTCUSDT", 2},
           WeightCase{"ticker/bookTicker?" + symbols(3), 4},
           WeightCase{"ticker/bookTicker", 4},
           WeightCase{"ticker/price?symbol=BTCUSDT", 2},
           WeightCase{"ticker/price", 4},
           WeightCase{"depth?symbol=BTCUSDT", 5},
           WeightCase{"depth?symbol=BTCUSDT&limit=100", 5},
           WeightCase{"depth?symbol=BTCUSDT&limit=500", 25},
           WeightCase{"depth?symbol=BTCUSDT&limit=1000", 50},
           WeightCase{"depth?symbol=BTCUSDT&limit=5000", 250},
       }) {
    SimRig rig;
    const SimReply reply = rig.get("/api/v3/" + one.target);
    EXPECT_EQ(header(reply, "x-mbx-used-weight-1m"), std::to_string(one.weight)) << one.target;
    EXPECT_EQ(header(reply, "x-mbx-used-weight"), std::to_string(one.weight)) << one.target;
  }
}

TEST(RequestLimits, FuturesWeights) {
  for (const WeightCase& one : {
           WeightCase{"v1/ping", 1},
           WeightCase{"v1/time", 1},
           WeightCase{"v1/exchangeInfo", 1},
           WeightCase{"v1/klines?symbol=BTCUSDT&interval=1m&limit=99", 1},
           WeightCase{"v1/klines?symbol=BTCUSDT&interval=1m&limit=100", 2},
           WeightCase{"v1/klines?symbol=BTCUSDT&interval=1m&limit=499", 2},
           WeightCase{"v1/klines?symbol=BTCUSDT&interval=1m&limit=500", 5},
           WeightCase{"v1/klines?symbol=BTCUSDT&interval=1m", 5},
           WeightCase{"v1/klines?symbol=BTCUSDT&interval=1m&limit=1000", 5},
           WeightCase{"v1/klines?symbol=BTCUSDT&interval=1m&limit=1001", 10},
           WeightCase{"v1/aggTrades?symbol=BTCUSDT&limit=1", 20},
           WeightCase{"v1/trades?symbol=BTCUSDT&limit=1", 5},
           WeightCase{"v1/ticker/24hr?symbol=BTCUSDT", 1},
           WeightCase{"v1/ticker/24hr", 40},
           WeightCase{"v1/ticker/bookTicker?symbol=BTCUSDT", 2},
           WeightCase{"v1/ticker/bookTicker", 5},
           WeightCase{"v2/ticker/price?symbol=BTCUSDT", 1},
           WeightCase{"v2/ticker/price", 2},
       }) {
    SimRig rig;
    EXPECT_EQ(header(rig.get("/fapi/" + one.target), "x-mbx-used-weight-1m"),
              std::to_string(one.weight))
        << one.target;
  }
}

TEST(RequestLimits, KuCoinWeights) {
  for (const WeightCase& one : {
           WeightCase{"v1/status", 4},
           WeightCase{"v1/contracts/active", 3},
           WeightCase{"v1/ticker?symbol=XBTUSDTM", 2},
           WeightCase{"v1/allTickers", 5},
           WeightCase{"v1/kline/query?symbol=XBTUSDTM&granularity=1", 3},
           WeightCase{"v1/trade/history?symbol=XBTUSDTM", 5},
           WeightCase{"v1/level2/snapshot?symbol=XBTUSDTM", 3},
           WeightCase{"v1/bullet-public", 10},
       }) {
    SimRig rig;
    const SimReply reply = rig.get("/api/" + one.target, "POST");
    EXPECT_EQ(header(reply, "gw-ratelimit-limit"), "2000") << one.target;
    EXPECT_EQ(header(reply, "gw-ratelimit-remaining"), std::to_string(2'000 - one.weight))
        << one.target;
    EXPECT_EQ(header(reply, "gw-ratelimit-reset"), "30000") << "the window begins with it";
  }
  SimRig rig;
  EXPECT_TRUE(rig.get("/api/v1/timestamp").headers.empty()) << "tells nothing";
  EXPECT_EQ(rig.report("kucoinfutures").weight_most, 2u) << "and counts all the same";
}

TEST(RequestLimits, AWeightIsTakenForErrorsTooAndTheExchangesCountApart) {
  SimRig rig;
  rig.get("/api/v3/ping");
  rig.get("/fapi/v1/ping");
  const SimReply wrong = rig.get("/api/v3/klines?symbol=NOPEUSDT&interval=1m");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(header(wrong, "x-mbx-used-weight-1m"), "3");
  rig.get("/api/v3/nowhere");
  EXPECT_EQ(header(rig.get("/api/v3/ping"), "x-mbx-used-weight-1m"), "4");
  EXPECT_EQ(rig.report("binance").requests, 3u);
  EXPECT_EQ(rig.report("binanceusdm").requests, 1u);
}

TEST(RequestLimits, BinanceCountsByTheMinuteOfTheClock) {
  SimRig rig;  // 20 s past the minute
  for (int i = 0; i < 75; ++i)
    ASSERT_EQ(rig.get("/api/v3/ticker/24hr").status, 200) << i;
  const SimReply over = rig.get("/api/v3/ping");
  EXPECT_EQ(over.status, 429);
  EXPECT_EQ(header(over, "Retry-After"), "40") << "seconds to the end of the minute";
  EXPECT_EQ(header(over, "x-mbx-used-weight-1m"), "6001");
  EXPECT_EQ(
      over.body,
      R"({"code":-1003,"msg":"Too much request weight used; current limit is 6000 request )"
      R"(weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling )"
      R"(the API."})");
  rig.skip(milliseconds(39'999));
  EXPECT_EQ(rig.get("/api/v3/ping").status, 429);
  rig.skip(milliseconds(1));
  EXPECT_EQ(header(rig.get("/api/v3/ping"), "x-mbx-used-weight-1m"), "1");
  EXPECT_EQ(rig.report("binance").weight_most, 6'001u);
  EXPECT_EQ(rig.report("binance").weight_limit, 6'000u);
}

TEST(RequestLimits, FuturesHaveALowerLimit) {
  SimRig rig;
  for (int i = 0; i < 60; ++i)
    ASSERT_EQ(rig.get("/fapi/v1/ticker/24hr").status, 200) << i;
  EXPECT_EQ(rig.get("/fapi/v1/ping").status, 429);
  EXPECT_EQ(rig.get("/api/v3/ping").status, 200) << "spot is another matter";
}

TEST(RequestLimits, WhoGoesOnAskingIsBanned) {
  SimRig rig;
  for (int i = 0; i < 76; ++i)
    rig.get("/api/v3/ticker/24hr");
  SimReply reply;
  int asked = 0;
  for (; asked < 50 && reply.status != 418; ++asked)
    reply = rig.get("/api/v3/ping");
  EXPECT_GT(asked, 3);
  EXPECT_LT(asked, 20);
  EXPECT_EQ(header(reply, "Retry-After"), "120") << "two minutes at least";
  EXPECT_EQ(reply.body,
            R"({"code":-1003,"msg":"Way too much request weight used; IP banned until )" +
                std::to_string((start + minutes(2)).ms) +
                R"(. Please use WebSocket Streams for live updates to avoid bans."})");
  rig.skip(minutes(1));
  EXPECT_EQ(rig.get("/api/v3/ping").status, 418) << "the next window does not end a ban";
  rig.skip(milliseconds(119'999));
  EXPECT_EQ(rig.get("/api/v3/ping").status, 418) << "and asking made it longer";
  rig.skip(minutes(2));
  EXPECT_EQ(rig.get("/api/v3/ping").status, 200);
}

TEST(RequestLimits, KuCoinsWindowBeginsWithTheFirstQuery) {
  SimRig rig;
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(rig.get("/api/v1/bullet-public", "POST").status, 200) << i;
  rig.skip(seconds(10));
  const SimReply over = rig.get("/api/v1/ticker?symbol=XBTUSDTM");
  EXPECT_EQ(over.status, 429);
  EXPECT_EQ(over.body,
            R"({"code":"429000","msg":"Too many requests in a short period of time, please retry )"
            R"(later"})");
  EXPECT_EQ(header(over, "gw-ratelimit-limit"), "2000");
  EXPECT_EQ(header(over, "gw-ratelimit-remaining"), "0");
  EXPECT_EQ(header(over, "gw-ratelimit-reset"), "20000");
  EXPECT_EQ(header(over, "Retry-After"), "(none)");
  rig.skip(seconds(20));
  EXPECT_EQ(header(rig.get("/api/v1/status"), "gw-ratelimit-remaining"), "1996");
}

TEST(RequestLimits, TheReportSaysWhoAskedThoughToldToBeSilent) {
  SimRig rig;
  for (int i = 0; i < 76; ++i)
    rig.get("/api/v3/ticker/24hr");
  rig.skip(milliseconds(900));
  rig.get("/api/v3/ping");
  EXPECT_EQ(rig.report("binance").asked_in_silence, 0u) << "it was on its way";
  rig.skip(milliseconds(200));
  rig.get("/api/v3/ping");
  EXPECT_EQ(rig.report("binance").asked_in_silence, 1u);
  EXPECT_EQ(rig.report("binance").requests, 78u) << "whatever became of them";
}

TEST(RequestLimits, ADemonstrationHasNone) {
  SimTime now{start, start};
  ExchangeSim sim(truth(), {{}, false}, now);
  for (int i = 0; i < 200; ++i) {
    const SimReply reply = sim.answer(parse_sim_target("GET", "/api/v3/exchangeInfo"), now);
    ASSERT_EQ(reply.status, 200);
    ASSERT_EQ(sim.answer(parse_sim_target("GET", "/api/v3/ticker/24hr"), now).status, 200);
    EXPECT_EQ(header(reply, "x-mbx-used-weight-1m"), "1");
    now.real = now.real + milliseconds(100);
  }
  EXPECT_EQ(sim.report(now)[0].requests, 400u);
  EXPECT_EQ(sim.report(now)[0].asked_in_silence, 0u) << "nothing was demanded";
}

}  // namespace
}  // namespace cscan
