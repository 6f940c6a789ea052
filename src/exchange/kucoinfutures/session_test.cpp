// A session with KuCoin Futures, played by hand: token, welcome, lots, and candles that the
// exchange leaves out.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/exchange_session.hpp"
#include "exchange/kucoinfutures/protocol.hpp"

namespace cscan::kucoinfutures {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Timestamp start{1'760'000'400'000};  // a whole hour
constexpr Duration minute = minutes(1);

/// One market, XBTUSDTM, of which a lot is 0.001 BTC. It traded in even minutes alone.
class Play {
 public:
  Play() : session_(make_protocol(), {{"http://k", "ws://k", true}, seconds(2), 1, 1}) {
    session_.start(now_);
    answer_all();
    auto plan = session_.watch({"XBTUSDTM"}, {Timeframe::m1}, 6, now_);
    EXPECT_TRUE(plan) << plan.error().message;
    answer_all();
  }

  void pass(Duration time) {
    for (Duration gone{}; gone < time; gone = gone + milliseconds(100)) {
      now_ = {now_.market + milliseconds(100), now_.real + milliseconds(100)};
      session_.step(now_);
      answer_all();
    }
  }
  void open(StreamId stream) {
    session_.on_stream_open(stream, now_);
    answer_all();
  }
  void text(StreamId stream, const std::string& frame) {
    session_.on_stream_text(stream, frame, now_);
    answer_all();
  }
  void pass_with_data(Duration time, StreamId stream) {
    for (Duration gone{}; gone < time; gone = gone + seconds(1)) {
      text(stream, mark_price());
      pass(seconds(1));
    }
  }
  void request(Timestamp from) {
    session_.request_history(0, Timeframe::m1, from, now_);
    answer_all();
  }
  [[nodiscard]] std::string mark_price() const {
    return fmt::format(
        R"({{"topic":"/contract/instrument:XBTUSDTM","type":"message","subject":)"
        R"("mark.index.price","data":{{"markPrice":5,"indexPrice":5,"granularity":1000,)"
        R"("timestamp":{}}}}})",
        now_.market.ms);
  }
  [[nodiscard]] std::string candle() const {
    return fmt::format(
        R"({{"topic":"/contractMarket/limitCandle:XBTUSDTM_1min","type":"message","data":)"
        R"({{"symbol":"XBTUSDTM","candles":["{}","10","11","12","9","77","12785"],"time":{}}},)"
        R"("subject":"candle.stick"}})",
        floor_to(now_.market, minute).ms / 1'000, now_.market.ms);
  }
  [[nodiscard]] SessionHealth health() const { return session_.health(now_); }

  std::vector<OpenStream> opened;
  std::vector<SendText> sent;
  std::vector<SessionHistory> histories;
  std::vector<SessionCandle> candles;
  std::vector<SessionPrice> prices;

 private:
  void answer_all() {
    for (bool more = true; more;) {
      SessionOutput out = session_.take_output();
      for (SessionEvent& event : out.events) {
        if (auto* history = std::get_if<SessionHistory>(&event))
          histories.push_back(*history);
        if (auto* told = std::get_if<SessionCandle>(&event))
          candles.push_back(*told);
        if (auto* price = std::get_if<SessionPrice>(&event))
          prices.push_back(*price);
      }
      more = !out.actions.empty();
      for (SessionAction& action : out.actions) {
        if (auto* request = std::get_if<SendRequest>(&action))
          session_.on_response(request->id, {200, {}, body_for(request->request)}, now_);
        if (auto* connection = std::get_if<OpenStream>(&action))
          opened.push_back(*connection);
        if (auto* send = std::get_if<SendText>(&action))
          sent.push_back(*send);
      }
    }
  }
  static std::int64_t number_after(const std::string& url, const std::string& name) {
    return std::stoll(url.substr(url.find(name) + name.size()));
  }
  [[nodiscard]] std::string body_for(const RestRequest& request) const {
    if (request.url.contains("/timestamp"))
      return fmt::format(R"({{"code":"200000","data":{}}})", now_.market.ms);
    if (request.url.contains("/contracts/active"))
      return R"({"code":"200000","data":[{"symbol":"XBTUSDTM","type":"FFWCSX",)"
             R"("baseCurrency":"XBT",)"
             R"("quoteCurrency":"USDT","settleCurrency":"USDT","status":"Open","lotSize":1,)"
             R"("tickSize":0.1,"multiplier":0.001,"isInverse":false,"turnoverOf24h":5}]})";
    if (request.url.contains("/bullet-public")) {
      EXPECT_EQ(request.method, RestMethod::post);
      return R"({"code":"200000","data":{"token":"t","instanceServers":[{"endpoint":"wss://s/e",)"
             R"("protocol":"websocket","pingInterval":18000}]}})";
    }
    std::string rows;
    std::int64_t last = std::min(number_after(request.url, "&to="), now_.market.ms);
    for (Timestamp open{number_after(request.url, "&from=")}; open.ms <= last; open = open + minute)
      if (open.ms / minute.ms % 2 == 0)
        rows += fmt::format("{}[{},7,7,7,7,2000]", rows.empty() ? "" : ",", open.ms);
    return R"({"code":"200000","data":[)" + rows + "]}";
  }

  SessionTime now_{start + minute, Timestamp{5'000'000}};
  ExchangeSession session_;
};

TEST(KucoinSession, SubscribesAfterTheWelcomeAndPings) {
  Play play;
  ASSERT_THAT(play.opened, SizeIs(1));
  EXPECT_EQ(play.opened[0].url, "ws://k/e?token=t&connectId=cscan");
  play.open(1);
  play.pass(seconds(1));
  EXPECT_THAT(play.sent, IsEmpty()) << "nothing before the welcome";
  play.text(1, R"({"id":"cscan","type":"welcome"})");
  play.pass(seconds(1));
  ASSERT_THAT(play.sent, SizeIs(2));
  EXPECT_THAT(play.sent[0].text, HasSubstr("/contract/instrument:XBTUSDTM"));
  EXPECT_THAT(play.sent[1].text, HasSubstr("/contractMarket/limitCandle:XBTUSDTM_1min"));
  play.text(1, R"({"id":"1","type":"ack"})");
  play.text(1, R"({"id":"2","type":"ack"})");
  EXPECT_NE(play.health().state, SessionState::live);
  play.text(1, play.mark_price());
  EXPECT_EQ(play.health().state, SessionState::live);
  play.sent.clear();
  play.pass_with_data(seconds(40), 1);
  ASSERT_THAT(play.sent, SizeIs(2));
  EXPECT_THAT(play.sent[0].text, HasSubstr(R"("type":"ping")"));
}

TEST(KucoinSession, VolumesAreInBaseUnitsAndCandlesTellThePrice) {
  Play play;
  play.open(1);
  play.text(1, R"({"id":"cscan","type":"welcome"})");
  play.text(1, play.candle());
  ASSERT_THAT(play.candles, SizeIs(1));
  EXPECT_EQ(play.candles[0].candle.volume, 12.785);
  EXPECT_EQ(play.candles[0].candle.state, CandleState::forming);
  ASSERT_THAT(play.prices, SizeIs(1));
  EXPECT_EQ(play.prices[0].price, 11);
}

TEST(KucoinSession, WhatTheExchangeLeavesOutHadNoTrades) {
  Play play;
  play.pass(seconds(1));
  ASSERT_THAT(play.histories, SizeIs(1));
  // From five minutes before the start; odd minutes have no row.
  std::string states;
  for (const Candle& candle : play.histories[0].candles) {
    EXPECT_EQ(candle.close, 7);
    EXPECT_EQ(candle.volume, candle.state == CandleState::final ? 2 : 0);
    states += candle.state == CandleState::final ? 'F' : 'N';
  }
  EXPECT_THAT(states, testing::AnyOf("FNFN", "NFNF", "FNF")) << states;
  EXPECT_THAT(states, HasSubstr("FNF"));
}

TEST(KucoinSession, AQuietCandleIsProvenHoweverLongAgoTheLastTradeWas) {
  Play play;
  play.open(1);
  play.text(1, R"({"id":"cscan","type":"welcome"})");
  play.pass_with_data(minutes(3), 1);
  play.histories.clear();
  play.request(start + minute);
  ASSERT_THAT(play.histories, SizeIs(1));
  bool found = false;
  for (const Candle& candle : play.histories[0].candles)
    if (candle.open_time.ms / minute.ms % 2 == 1) {
      EXPECT_EQ(candle.state, CandleState::no_trade);
      found = found || candle.open_time >= start;
    }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace cscan::kucoinfutures
