// Streams of KuCoin Futures: token and welcome, requests and their answers, and what the messages
// look like. When candles close has a file of its own, and so have limits.

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* address = "/?token=sim%2F1%3D%3D&connectId=c7";

class KuCoinStreams : public testing::Test {
 protected:
  KuCoinStreams() : stream(rig.open(address)) { rig.take(); }

  std::vector<std::string> answers_to(std::string_view text) {
    rig.take();
    rig.say(stream, text);
    return rig.take_texts();
  }
  json::object first_message(const std::string& topic) {
    rig.subscribe_topic(stream, topic);
    rig.take();
    rig.run(seconds(10));
    for (const Heard& one : rig.take())
      if (json::object message = one.object(); word(message, "topic") == topic)
        return message;
    ADD_FAILURE() << topic;
    return {};
  }

  SimRig rig;
  SimStreamId stream;
};

TEST(KuCoinToken, WhoBringsATokenIsWelcome) {
  SimRig rig;
  const json::value given = rig.ask("/api/v1/bullet-public", "POST");
  std::string token;
  for (char c : word(given.at("data").as_object(), "token"))
    token += c == '/' ? "%2F" : c == '=' ? "%3D" : std::string(1, c);
  const SimStreamId stream = rig.open("/?token=" + token + "&privateChannel=false&connectId=mine");
  EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"id":"mine","type":"welcome"})"));
  rig.say(stream, R"({"id":"1","type":"ping"})");
  EXPECT_THAT(rig.take_texts(), SizeIs(1));
}

TEST(KuCoinToken, OthersAreToldAndClosed) {
  for (const char* wrong : {"/?token=guess&connectId=1", "/?connectId=1", "/?token=&connectId=1"}) {
    SimRig rig;
    rig.open(wrong);
    const auto texts = rig.take_texts();
    ASSERT_EQ(texts.size(), 2u) << wrong;
    EXPECT_THAT(texts[0], HasSubstr(R"("type":"error","code":401)"));
    EXPECT_EQ(texts[1], "close");
    EXPECT_EQ(rig.report("kucoinfutures").streams, 0u);
  }
}

TEST_F(KuCoinStreams, SubscriptionsAreAcknowledged) {
  EXPECT_THAT(answers_to(R"({"id":"1","type":"subscribe","topic":)"
                         R"("/contractMarket/limitCandle:XBTUSDTM_1min,ETHUSDTM_1min",)"
                         R"("privateChannel":false,"response":true})"),
              ElementsAre(R"({"id":"1","type":"ack"})"));
  EXPECT_THAT(answers_to(R"({"id":2,"type":"unsubscribe","topic":)"
                         R"("/contractMarket/limitCandle:XBTUSDTM_1min","response":true})"),
              ElementsAre(R"({"id":2,"type":"ack"})"));
  rig.run(seconds(10));
  const auto heard = rig.take();
  EXPECT_THAT(heard, Not(IsEmpty()));
  for (const Heard& one : heard)
    EXPECT_EQ(word(one.object(), "topic"), "/contractMarket/limitCandle:ETHUSDTM_1min")
        << "named one by one";
}

TEST_F(KuCoinStreams, WhoWantsNoAnswerGetsNone) {
  EXPECT_THAT(answers_to(R"({"id":"1","type":"subscribe","topic":)"
                         R"("/contractMarket/execution:XBTUSDTM","response":false})"),
              IsEmpty());
  rig.run(seconds(5));
  EXPECT_THAT(rig.take(), Not(IsEmpty()));
  EXPECT_THAT(answers_to(R"({"id":"1","type":"unsubscribe","topic":)"
                         R"("/contractMarket/execution:XBTUSDTM","response":false})"),
              IsEmpty());
  rig.run(seconds(5));
  EXPECT_THAT(rig.take(), IsEmpty());
}

TEST_F(KuCoinStreams, WrongTopicsAreRefused) {
  const std::string refusal =
      R"({"id":"1","type":"error","code":404,"data":"topic does not exist"})";
  for (const char* topic :
       {"/contractMarket/nothing:XBTUSDTM", "/contractMarket/limitCandle:XBTUSDTM",
        "/contractMarket/limitCandle:XBTUSDTM_7min", "/contractMarket/limitCandle:", "",
        "/contractMarket/execution:XBTUSDTM,", "/contractMarket/candle:XBTUSDTM_1"}) {
    const std::string text =
        R"({"id":"1","type":"subscribe","topic":")" + std::string(topic) + R"(","response":true})";
    if (std::string_view(topic).ends_with(',')) {
      EXPECT_THAT(answers_to(text), ElementsAre(R"({"id":"1","type":"ack"})")) << "an empty end";
    } else {
      EXPECT_THAT(answers_to(text), ElementsAre(refusal)) << topic;
    }
  }
  EXPECT_THAT(answers_to(R"({"id":"1","type":"subscribe","response":true})"), ElementsAre(refusal));
}

TEST_F(KuCoinStreams, WhatIsNoRequestIsAnError) {
  for (const char* text : {"what?", "[]", R"({"id":"1","type":"greet"})", R"({"id":"1"})"}) {
    const auto answers = answers_to(text);
    ASSERT_EQ(answers.size(), 1u) << text;
    EXPECT_THAT(answers[0], HasSubstr(R"("type":"error")")) << text;
    EXPECT_TRUE(is_json(answers[0])) << text;
  }
}

TEST_F(KuCoinStreams, AnUnknownMarketIsAcknowledgedAndSilent) {
  for (const char* market : {"NOPEUSDTM", "BTCUSDTM", "xbtusdtm"})
    EXPECT_THAT(answers_to(R"({"id":"p27","type":"subscribe","topic":"/contractMarket/execution:)" +
                           std::string(market) + R"(","response":true})"),
                ElementsAre(R"({"id":"p27","type":"ack"})"));
  rig.run(seconds(50));
  EXPECT_THAT(rig.take(), IsEmpty());
}

TEST_F(KuCoinStreams, PingsInJson) {
  EXPECT_THAT(answers_to(R"({"id":"p16","type":"ping"})"),
              ElementsAre(R"({"id":"p16","type":"pong","timestamp":1741168700000000})"))
      << "microseconds";
}

TEST_F(KuCoinStreams, CandleMessages) {
  const json::object message = first_message("/contractMarket/limitCandle:XBTUSDTM_5min");
  EXPECT_EQ(shape_of(message), "topic:text type:text data:object subject:text");
  EXPECT_EQ(word(message, "type"), "message");
  EXPECT_EQ(word(message, "subject"), "candle.stick");
  const json::object data = message.at("data").as_object();
  EXPECT_EQ(shape_of(data), "symbol:text candles:list time:whole");
  EXPECT_EQ(word(data, "symbol"), "XBTUSDTM");
  const json::array row = data.at("candles").as_array();
  ASSERT_EQ(row.size(), 7u);
  for (const json::value& column : row)
    EXPECT_TRUE(column.is_string());
  EXPECT_EQ(row[0].as_string(), "1741168500") << "seconds here";
  EXPECT_GE(number(row[3]), std::max(number(row[1]), number(row[2]))) << "open close HIGH low";
  EXPECT_LE(number(row[4]), std::min(number(row[1]), number(row[2]))) << "open close high LOW";
  EXPECT_EQ(std::string(row[6].as_string()).find('.'), std::string::npos) << "whole lots";
  EXPECT_NEAR(number(row[5]), number(row[6]) * 0.001 * number(row[2]), 0.01 * number(row[5]))
      << "turnover";
}

TEST_F(KuCoinStreams, TradeMessages) {
  const json::object message = first_message("/contractMarket/execution:ETHUSDTM");
  EXPECT_EQ(shape_of(message), "topic:text type:text subject:text sn:whole data:object");
  EXPECT_EQ(word(message, "subject"), "match");
  const json::object data = message.at("data").as_object();
  EXPECT_EQ(shape_of(data),
            "symbol:text sequence:whole side:text size:whole price:text takerOrderId:text "
            "makerOrderId:text tradeId:text ts:whole");
  EXPECT_EQ(message.at("sn"), data.at("sequence"));
  EXPECT_EQ(word(data, "tradeId"), std::to_string(data.at("sequence").as_int64()));
  EXPECT_EQ(data.at("ts").as_int64() / 1'000'000'000'000, 1'741'168);
}

TEST_F(KuCoinStreams, TickerMessages) {
  const json::object book = first_message("/contractMarket/tickerV2:ETHUSDTM");
  EXPECT_EQ(shape_of(book), "topic:text type:text subject:text sn:whole data:object");
  EXPECT_EQ(word(book, "subject"), "tickerV2");
  EXPECT_EQ(shape_of(book.at("data").as_object()),
            "symbol:text sequence:whole bestBidSize:whole bestBidPrice:text bestAskPrice:text "
            "bestAskSize:whole ts:whole");
  const json::object old = first_message("/contractMarket/ticker:SOLUSDTM");
  EXPECT_EQ(word(old, "subject"), "ticker");
  EXPECT_EQ(shape_of(old.at("data").as_object()),
            "symbol:text sequence:whole side:text size:whole price:text bestBidSize:whole "
            "bestBidPrice:text bestAskPrice:text tradeId:text bestAskSize:whole ts:whole");
}

TEST_F(KuCoinStreams, ADayEveryFiveSecondsAndAMarkEverySecond) {
  const json::object day = first_message("/contractMarket/snapshot:XBTUSDTM");
  EXPECT_EQ(shape_of(day), "topic:text type:text subject:text data:object");
  EXPECT_EQ(word(day, "subject"), "snapshot.24h");
  const json::object data = day.at("data").as_object();
  for (const char* name :
       {"fundingRate", "highPrice", "lastPrice", "lowPrice", "price24HoursBefore", "priceChg",
        "priceChgPct", "ts", "turnover", "volume"})
    EXPECT_TRUE(data.contains(name) && data.at(name).is_number()) << name;
  EXPECT_EQ(word(data, "symbol"), "XBTUSDTM");
  const json::object mark = first_message("/contract/instrument:XBTUSDTM");
  EXPECT_EQ(word(mark, "subject"), "mark.index.price");
  for (const char* name : {"markPrice", "indexPrice", "granularity", "timestamp"})
    EXPECT_TRUE(mark.at("data").at(name).is_number()) << name;
  rig.run(seconds(30));
  std::map<std::string, int> counts;
  for (const Heard& one : rig.take())
    ++counts[word(one.object(), "subject")];
  EXPECT_EQ(counts["snapshot.24h"], 6);
  EXPECT_NEAR(counts["mark.index.price"], 30, 6);
}

}  // namespace
}  // namespace cscan
