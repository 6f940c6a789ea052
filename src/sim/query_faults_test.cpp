// Faults of queries and of the exchange's clock: each does what docs/exchange_sim.md says, to whom
// it says, and ends. And what only a simulator answers.

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

constexpr const char* pings[] = {"/api/v3/ping", "/fapi/v1/ping", "/api/v1/status"};

TEST(QueryFaults, AStatusForEverything) {
  struct Case {
    int code;
    const char* binance;
    const char* kucoin;
  };
  for (const Case& one : {Case{429, R"("code":-1003)", R"("code":"429000")"},
                          Case{418, "IP banned until", R"("code":"429000")"},
                          Case{451, "restricted location", R"("code":"400302")"},
                          Case{503, R"("code":-1000)", R"("code":"300000")"},
                          Case{403, R"("code":-1000)", R"("code":"300000")"}}) {
    SimRig rig("status at=10s for=10s code=" + std::to_string(one.code));
    for (const char* ping : pings)
      EXPECT_EQ(rig.get(ping).status, 200);
    rig.run(seconds(10));
    for (const char* ping : pings) {
      const SimReply reply = rig.get(ping);
      EXPECT_EQ(reply.status, one.code) << ping;
      EXPECT_TRUE(is_json(reply.body)) << reply.body;
      EXPECT_THAT(reply.body, HasSubstr(ping == pings[2] ? one.kucoin : one.binance));
      EXPECT_THAT(reply.headers, IsEmpty());
    }
    const StreamVerdict verdict = rig.try_open(9, "/ws");
    EXPECT_EQ(verdict.kind, StreamVerdict::Kind::refused) << "streams, too";
    EXPECT_EQ(verdict.reply.status, one.code);
    rig.run(seconds(10));
    for (const char* ping : pings)
      EXPECT_EQ(rig.get(ping).status, 200) << "over";
    EXPECT_EQ(rig.report("binance").asked_in_silence, 0u) << "it demanded none";
  }
}

TEST(QueryFaults, AStatusIsSaidToStreamsEvenIfQueriesGetNoAnswer) {
  SimRig rig("status at=0s code=503\nno-answer at=0s");
  EXPECT_TRUE(rig.get("/api/v3/ping").is_withheld);
  EXPECT_EQ(rig.try_open(9, "/ws").reply.status, 503);
}

TEST(QueryFaults, ADemandOfSilenceOutlastsTheFault) {
  SimRig rig("status exchange=binance at=0s for=1s code=429 retry-after=10s");
  EXPECT_THAT(rig.get("/api/v3/ping").headers, Contains(Pair("Retry-After", "10")));
  EXPECT_EQ(rig.get("/fapi/v1/ping").status, 200) << "the others go on";
  rig.run(seconds(2));
  const SimReply still = rig.get("/api/v3/ping");
  EXPECT_EQ(still.status, 429);
  EXPECT_THAT(still.headers, Contains(Pair("Retry-After", "8")));
  EXPECT_EQ(rig.report("binance").asked_in_silence, 1u);
  rig.run(seconds(8));
  EXPECT_EQ(rig.get("/api/v3/ping").status, 200);
}

TEST(QueryFaults, KuCoinDemandsSilenceInMilliseconds) {
  SimRig rig("status exchange=kucoinfutures at=0s for=1s code=429 retry-after=10s");
  EXPECT_THAT(rig.get("/api/v1/status").headers, Contains(Pair("gw-ratelimit-reset", "10000")));
}

TEST(QueryFaults, APageForPeople) {
  for (const auto& [setting, status] : {std::pair{"", 503}, std::pair{"code=200", 200}}) {
    SimRig rig("html at=0s for=10s " + std::string(setting));
    for (const char* ping : pings) {
      const SimReply reply = rig.get(ping);
      EXPECT_EQ(reply.status, status);
      EXPECT_EQ(reply.content_type, "text/html");
      EXPECT_TRUE(reply.body.starts_with("<html>"));
    }
    EXPECT_EQ(rig.try_open(9, "/ws").kind, StreamVerdict::Kind::accepted) << "queries only";
    rig.run(seconds(10));
    EXPECT_EQ(rig.get(pings[0]).body, "{}");
  }
}

TEST(QueryFaults, AnErrorWithStatus200) {
  SimRig rig("error-body at=0s for=10s");
  EXPECT_EQ(rig.get(pings[0]).status, 200);
  EXPECT_THAT(rig.get(pings[0]).body, HasSubstr(R"({"code":-1000,"msg":)"));
  EXPECT_EQ(rig.get(pings[2]).status, 200);
  EXPECT_THAT(rig.get(pings[2]).body, HasSubstr(R"({"code":"300000","msg":)"));
  rig.run(seconds(10));
  EXPECT_EQ(rig.get(pings[0]).body, "{}");
}

TEST(QueryFaults, NothingWithStatus200AndNoAnswerAtAll) {
  SimRig rig("empty-body at=0s for=10s\nno-answer at=10s for=10s");
  for (const char* ping : pings) {
    EXPECT_EQ(rig.get(ping).status, 200);
    EXPECT_EQ(rig.get(ping).body, "");
    EXPECT_FALSE(rig.get(ping).is_withheld);
  }
  rig.run(seconds(10));
  for (const char* ping : pings)
    EXPECT_TRUE(rig.get(ping).is_withheld);
  rig.run(seconds(10));
  for (const char* ping : pings) {
    EXPECT_FALSE(rig.get(ping).is_withheld);
    EXPECT_NE(rig.get(ping).body, "");
  }
}

TEST(ClockFaults, TheExchangesClockIsAheadOrBehind) {
  for (const auto& [by, ms] : {std::pair{"3s", 3'000}, std::pair{"-3s", -3'000}}) {
    SimRig rig("skew exchange=binance at=10s for=10s by=" + std::string(by));
    const auto offset = [&] {
      return rig.ask("/api/v3/time").at("serverTime").as_int64() - rig.now().ms;
    };
    EXPECT_EQ(offset(), 0);
    rig.run(seconds(10));
    EXPECT_EQ(offset(), ms);
    EXPECT_EQ(rig.ask("/fapi/v1/time").at("serverTime").as_int64(), rig.now().ms);
    rig.run(seconds(10));
    EXPECT_EQ(offset(), 0);
  }
}

TEST(ClockFaults, CandlesGoByTheExchangesClockAndEndOnce) {
  // At ten it is put back by ten seconds, and at 10:00:30 it is right again.
  for (const char* by : {"-10s", "10s"}) {
    SimRig rig("skew at=95s for=35s by=" + std::string(by));
    std::vector<std::int64_t> ended;
    rig.sim().set_ledger([&](const LedgerLine& line) {
      ended.push_back((line.candle.open_time - ten_o_clock).ms / 60'000);
    });
    rig.open("/ws/btcusdt@kline_1m");
    rig.run_until(ten_o_clock + minutes(2) + seconds(15));
    EXPECT_THAT(ended, ElementsAre(-2, -1, 0, 1)) << by;
    std::vector<std::int64_t> closed, times;
    for (const Heard& one : rig.take()) {
      if (one.frame.kind != SimFrame::Kind::text)
        continue;
      const json::value k = one.object().at("k");
      if (k.at("x").as_bool())
        closed.push_back((k.at("t").as_int64() - ten_o_clock.ms) / 60'000);
      times.push_back(one.object().at("E").as_int64());
    }
    EXPECT_THAT(closed, ElementsAre(-2, -1, 0, 1)) << by;
    EXPECT_TRUE(std::ranges::is_sorted(times)) << by;
  }
}

TEST(ClockFaults, OtherFaultsKeepToThePlan) {
  SimRig rig("skew at=0s by=1h\nstall at=30s for=10s\ndisconnect at=50s");
  rig.open("/ws/btcusdt@aggTrade");
  rig.run(milliseconds(29'950));
  EXPECT_THAT(rig.take(), SizeIs(testing::Gt(10u)));
  rig.run(milliseconds(9'950));
  EXPECT_THAT(rig.take_texts(), Not(Contains(HasSubstr("aggTrade"))));
  rig.run(milliseconds(9'950));
  EXPECT_THAT(rig.take_texts(), Not(Contains("close")));
  rig.run(milliseconds(200));
  EXPECT_THAT(rig.take_texts(), Contains("close"));
}

TEST(OnlyHere, TheTruthAboutCandles) {
  SimRig rig("", ten_o_clock + seconds(150));
  const std::string from = std::to_string(ten_o_clock.ms);
  const auto rows = [&](const std::string& rest) {
    return rig.ask("/sim/candles?timeframe=1m&from=" + from + rest).as_array();
  };
  const json::array btc = rows("&exchange=binance&symbol=BTC/USDT");
  ASSERT_THAT(btc, SizeIs(2)) << "what has closed";
  const Candle real = true_candle(market_of("binance", "BTC"), Timeframe::m1, ten_o_clock);
  const json::array first = btc[0].as_array();
  ASSERT_THAT(first, SizeIs(6));
  EXPECT_EQ(first[0].as_int64(), ten_o_clock.ms);
  EXPECT_EQ(number(first[1]), real.open);
  EXPECT_EQ(number(first[2]), real.high);
  EXPECT_EQ(number(first[3]), real.low);
  EXPECT_EQ(number(first[4]), real.close);
  EXPECT_EQ(number(first[5]), real.volume);
  EXPECT_THAT(rows("&exchange=binance&symbol=BTC%2FUSDT&to=" + from), SizeIs(1));
  EXPECT_THAT(rows("&exchange=kucoinfutures&symbol=BTC/USDT:USDT"), SizeIs(2));
}

TEST(OnlyHere, KuCoinsTruthHasNoSilentMinutes) {
  SimRig rig;
  const std::string from = std::to_string((start - hours(3)).ms);
  const auto count = [&](const char* exchange, const char* symbol) {
    return rig
        .ask("/sim/candles?timeframe=1m&from=" + from + "&exchange=" + exchange +
             "&symbol=" + symbol)
        .as_array()
        .size();
  };
  EXPECT_LT(count("kucoinfutures", "KSM/USDT:USDT"), 175u);
  EXPECT_EQ(count("binanceusdm", "KSM/USDT:USDT"), 179u) << "minutes that lie between";
}

TEST(OnlyHere, WrongQuestionsAreExplained) {
  SimRig rig;
  for (const char* wrong :
       {"/sim/candles", "/sim/candles?exchange=binance&symbol=BTC/USDT&timeframe=1m",
        "/sim/candles?exchange=binance&symbol=BTC/USDT&timeframe=7m&from=1",
        "/sim/candles?exchange=binance&symbol=NOPE/USDT&timeframe=1m&from=1",
        "/sim/candles?exchange=kraken&symbol=BTC/USDT&timeframe=1m&from=1",
        "/sim/candles?exchange=binance&symbol=BTC/USDT&timeframe=1m&from=soon"}) {
    const SimReply reply = rig.get(wrong);
    EXPECT_EQ(reply.status, 400) << wrong;
    EXPECT_THAT(reply.body, HasSubstr(R"({"error":")")) << wrong;
  }
}

TEST(OnlyHere, TheReport) {
  SimRig rig("stall exchange=binance at=1h");
  rig.open("/ws/btcusdt@aggTrade");
  rig.get("/api/v3/exchangeInfo");
  rig.run(seconds(5));
  const json::value report = rig.ask("/sim/report");
  EXPECT_EQ(word(report.as_object(), "source"), "synthetic");
  EXPECT_EQ(report.at("market_time").as_int64(), (start + seconds(5)).ms);
  EXPECT_THAT(report.at("exchanges").as_array(), SizeIs(3));
  const json::object spot = report.at("exchanges").at(0).as_object();
  EXPECT_EQ(shape_of(spot),
            "exchange:text requests:whole weight_most:whole weight_limit:whole "
            "asked_in_silence:whole frames:whole streams:whole faults_over:yes/no");
  EXPECT_EQ(spot.at("requests").as_int64(), 1);
  EXPECT_EQ(spot.at("weight_most").as_int64(), 20);
  EXPECT_EQ(spot.at("weight_limit").as_int64(), 6'000);
  EXPECT_EQ(spot.at("streams").as_int64(), 1);
  EXPECT_EQ(spot.at("frames").as_int64(), static_cast<std::int64_t>(rig.take().size()));
  EXPECT_FALSE(spot.at("faults_over").as_bool());
  EXPECT_TRUE(report.at("exchanges").at(1).at("faults_over").as_bool());
}

}  // namespace
}  // namespace cscan
