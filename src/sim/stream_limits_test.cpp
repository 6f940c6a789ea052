// What a stream's client may do and has to do: messages a second, their length, topics, answers to
// pings, words of its own, and the end after a day.

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kucoin = "/?token=sim/1&connectId=1";
constexpr const char* list = R"({"method":"LIST_SUBSCRIPTIONS","id":1})";

/// A request of exactly that many bytes.
std::string request_of(std::size_t bytes) {
  std::string text = R"({"method":"LIST_SUBSCRIPTIONS","id":1})";
  text.insert(1, std::string(bytes - text.size(), ' '));
  return text;
}
/// `count` topics of markets that do not exist, as a JSON list.
std::string topics(std::size_t count, std::size_t from = 0) {
  std::string text = "[";
  for (std::size_t i = from; i < from + count; ++i)
    text += (text.size() > 1 ? "," : "") + ("\"m" + std::to_string(i) + "@trade\"");
  return text + "]";
}
std::string kucoin_topic(std::size_t count, std::size_t from = 0) {
  std::string text = "/contractMarket/execution:";
  for (std::size_t i = from; i < from + count; ++i)
    text += (i == from ? "M" : ",M") + std::to_string(i);
  return text;
}

struct RateCase {
  const char* address;
  const char* text;
  int messages;
  Duration window;
};
constexpr RateCase rates[] = {{"/ws", list, 5, seconds(1)},
                              {"/market/ws", list, 10, seconds(1)},
                              {kucoin, R"({"id":"1","type":"ping"})", 100, seconds(10)}};

TEST(StreamLimits, AsManyMessagesAsAllowedAreAnsweredForEver) {
  for (const RateCase& rate : rates) {
    SimRig rig;
    const SimStreamId stream = rig.open(rate.address);
    rig.take();
    for (int round = 0; round < 4; ++round) {
      for (int i = 0; i < rate.messages; ++i)
        rig.say(stream, rate.text);
      rig.skip(rate.window);
    }
    EXPECT_THAT(rig.take_texts(), SizeIs(4u * static_cast<unsigned>(rate.messages)));
  }
}

TEST(StreamLimits, OneMoreClosesTheStream) {
  for (const RateCase& rate : rates) {
    SimRig rig;
    const SimStreamId stream = rig.open(rate.address);
    rig.take();
    for (int i = 0; i < rate.messages; ++i)
      rig.say(stream, rate.text);
    rig.skip(rate.window - milliseconds(1));
    EXPECT_THAT(rig.take_texts(), Not(Contains("close")));
    rig.say(stream, rate.text);
    EXPECT_THAT(rig.take_texts(), ElementsAre("close")) << rate.address;
    rig.say(stream, rate.text);
    EXPECT_THAT(rig.take(), IsEmpty()) << "nobody is there any more";
  }
}

TEST(StreamLimits, OnBinancePingsAndPongsCountAsMessages) {
  SimRig rig;
  const SimStreamId stream = rig.open("/ws");
  for (int i = 0; i < 3; ++i)
    rig.say(stream, list);
  rig.sim().on_pong(stream, rig.time());
  rig.sim().on_ping(stream, rig.time());
  rig.take();
  rig.say(stream, list);
  EXPECT_THAT(rig.take_texts(), ElementsAre("close"));
}

TEST(StreamLimits, BinanceReadsNoLongMessage) {
  for (const char* address : {"/ws", "/market/ws"}) {
    SimRig rig;
    const SimStreamId stream = rig.open(address);
    rig.say(stream, request_of(4'096));
    EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":[],"id":1})"));
    rig.say(stream, request_of(4'097));
    EXPECT_THAT(rig.take(), IsEmpty()) << "and says nothing about it";
    rig.say(stream, list);
    EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":[],"id":1})"));
  }
}

TEST(StreamLimits, TopicsOfABinanceStream) {
  struct Case {
    const char* address;
    std::size_t most;
  };
  for (const Case& one : {Case{"/ws", 1'024}, Case{"/market/ws", 200}}) {
    SimRig rig;
    const SimStreamId stream = rig.open(one.address);
    for (std::size_t i = 0; i < one.most; i += 100) {
      rig.subscribe(stream, topics(std::min<std::size_t>(100, one.most - i), i));
      rig.skip(seconds(1));
    }
    EXPECT_THAT(rig.take_texts(), Each(R"({"result":null,"id":1})"));
    rig.subscribe(stream, topics(100));
    EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":null,"id":1})")) << "nothing new";
    rig.subscribe(stream, topics(1, 5'000));
    EXPECT_THAT(rig.take_texts(), ElementsAre(HasSubstr(R"("code":2)"))) << one.address;
    rig.skip(seconds(1));
    rig.say(stream, R"({"method":"UNSUBSCRIBE","params":["m7@trade"],"id":1})");
    rig.subscribe(stream, topics(1, 5'000));
    EXPECT_THAT(rig.take_texts(), Each(R"({"result":null,"id":1})")) << "there is room again";
  }
}

TEST(StreamLimits, TopicsOfAKuCoinStream) {
  SimRig rig;
  const SimStreamId stream = rig.open(kucoin);
  rig.take();
  rig.subscribe_topic(stream, kucoin_topic(101));
  EXPECT_THAT(rig.take_texts(),
              ElementsAre(R"({"id":"s","type":"error","code":509,"data":"exceed max )"
                          R"(subscription count limitation of 100 per time"})"));
  for (std::size_t i = 0; i < 4; ++i)
    rig.subscribe_topic(stream, kucoin_topic(100, i * 100));
  EXPECT_THAT(rig.take_texts(), Each(R"({"id":"s","type":"ack"})"));
  rig.subscribe_topic(stream, kucoin_topic(1, 1'000));
  EXPECT_THAT(rig.take_texts(),
              ElementsAre(R"({"id":"s","type":"error","code":509,"data":"exceed max )"
                          R"(subscription count limitation of 400 per session"})"));
}

struct PingCase {
  const char* address;
  Duration every;
  Duration within;
};
constexpr PingCase pings[] = {{"/ws", seconds(20), minutes(1)},
                              {"/market/ws", minutes(3), minutes(10)}};

TEST(StreamLimits, BinancePingsAndWhoAnswersStays) {
  for (const PingCase& one : pings) {
    SimRig rig;
    rig.open(one.address);
    rig.run(one.every - milliseconds(50));
    EXPECT_THAT(rig.take(), IsEmpty());
    rig.run(milliseconds(50));
    const auto heard = rig.take();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0].frame.kind, SimFrame::Kind::ping);
    EXPECT_FALSE(heard[0].frame.text.empty()) << "a payload to send back";
    rig.run(one.every * 5, milliseconds(500));
    EXPECT_THAT(rig.take_texts(), ElementsAre("ping", "ping", "ping", "ping", "ping"));
  }
}

TEST(StreamLimits, WhoDoesNotAnswerIsClosed) {
  for (const PingCase& one : pings) {
    SimRig rig;
    rig.answers_pings = false;
    rig.open(one.address);
    rig.run(one.every + one.within, milliseconds(500));
    EXPECT_THAT(rig.take_texts(), ElementsAre("ping")) << one.address;
    rig.run(milliseconds(500));
    EXPECT_THAT(rig.take_texts(), ElementsAre("close")) << one.address;
  }
}

TEST(StreamLimits, APongOfAnotherPayloadIsNoAnswer) {
  for (const bool right : {false, true}) {
    SimRig rig;
    rig.answers_pings = false;
    const SimStreamId stream = rig.open("/ws");
    rig.run(seconds(20));
    const auto heard = rig.take();
    ASSERT_EQ(heard.size(), 1u);
    rig.sim().on_pong(stream, rig.time(), right ? heard[0].frame.text : "");
    rig.run(milliseconds(60'500), milliseconds(500));
    EXPECT_THAT(rig.take_texts(), right ? Contains("ping") : Contains("close"));
  }
}

TEST(StreamLimits, KuCoinEndsASilenceEvenWhileDataFlow) {
  SimRig rig;
  const SimStreamId stream = rig.open(kucoin);
  rig.subscribe_topic(stream, "/contract/instrument:XBTUSDTM");
  rig.run(seconds(60));
  EXPECT_THAT(rig.take_texts(), Not(Contains("close")));
  rig.run(milliseconds(50));
  const auto texts = rig.take_texts();
  ASSERT_GE(texts.size(), 2u);
  EXPECT_EQ(texts[texts.size() - 2], R"({"type":"error","code":400,"data":"ping timeout"})");
  EXPECT_EQ(texts.back(), "close");
}

TEST(StreamLimits, KuCoinNeverPingsAndWhoSpeaksStays) {
  SimRig rig;
  const SimStreamId stream = rig.open(kucoin);
  rig.take();
  for (int i = 0; i < 20; ++i) {
    rig.say(stream, R"({"id":"1","type":"ping"})");
    rig.run(seconds(59), milliseconds(500));
  }
  EXPECT_THAT(rig.take_texts(), Each(HasSubstr("pong")));
}

TEST(StreamLimits, EveryStreamEndsAfterADay) {
  for (const char* address : {"/ws", "/market/ws", kucoin}) {
    SimRig rig;
    const SimStreamId stream = rig.open(address);
    for (int i = 0; i < 2'879; ++i) {
      rig.skip(seconds(30));
      rig.sim().step(rig.time());
      for (const SimFrame& frame : rig.sim().take_frames())
        if (frame.kind == SimFrame::Kind::ping)
          rig.sim().on_pong(stream, rig.time());
      if (address == kucoin)
        rig.say(stream, R"({"id":"1","type":"ping"})");
    }
    rig.take();
    rig.run(milliseconds(29'950));
    EXPECT_THAT(rig.take_texts(), Not(Contains("close"))) << address;
    rig.run(milliseconds(50));
    EXPECT_THAT(rig.take_texts(), Contains("close")) << address;
    EXPECT_EQ(rig.report("binance").streams + rig.report("binanceusdm").streams +
                  rig.report("kucoinfutures").streams,
              0u);
  }
}

TEST(StreamLimits, LimitsOfAClientAreInRealTimeHoweverFastTheMarketIs) {
  SimRig rig;
  rig.open(kucoin);
  rig.take();
  const Timestamp real = rig.time().real;
  for (int i = 1; i <= 60; ++i)
    rig.sim().step({start + minutes(i), real + seconds(i)});
  rig.skip_real(seconds(59));
  EXPECT_THAT(rig.sim().take_frames(), IsEmpty()) << "an hour of the market is one minute here";
}

}  // namespace
}  // namespace cscan
