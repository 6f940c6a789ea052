// Faults of streams: each does what docs/exchange_sim.md says, to whom it says, and ends. Faults of
// candles' last messages have a file of their own.

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

/// Ids of the trades heard since the last call, in their order.
std::vector<std::int64_t> trade_ids(SimRig& rig) {
  std::vector<std::int64_t> ids;
  for (const Heard& one : rig.take())
    if (one.frame.kind == SimFrame::Kind::text)
      ids.push_back(one.object().at("a").as_int64());
  return ids;
}
std::size_t streams_of(const SimRig& rig, const char* exchange) {
  return rig.report(exchange).streams;
}

TEST(StreamFaults, DisconnectClosesEveryStreamOfThatExchangeOnce) {
  SimRig rig("disconnect exchange=binance at=10s");
  const SimStreamId first = rig.open("/ws/btcusdt@trade"), second = rig.open("/ws");
  rig.open("/market/ws");
  rig.run(milliseconds(9'950));
  EXPECT_THAT(rig.take_texts(), Not(Contains("close")));
  rig.run(milliseconds(50));
  std::set<SimStreamId> closed;
  for (const Heard& one : rig.take())
    if (one.frame.kind == SimFrame::Kind::close)
      closed.insert(one.stream);
  EXPECT_THAT(closed, ElementsAre(first, second));
  EXPECT_EQ(streams_of(rig, "binance"), 0u);
  EXPECT_EQ(streams_of(rig, "binanceusdm"), 1u);
  EXPECT_TRUE(rig.report("binance").faults_over);
  rig.open("/ws/btcusdt@trade");
  rig.run(seconds(15));
  EXPECT_THAT(rig.take_texts(), Not(Contains("close")));
  EXPECT_EQ(streams_of(rig, "binance"), 1u);
}

TEST(StreamFaults, CutEndsEveryStreamInTheMidstOfItsNextFrame) {
  SimRig rig("cut at=10s bytes=7");
  rig.open("/ws/btcusdt@aggTrade");
  const SimStreamId quiet = rig.open("/ws");
  rig.run(seconds(9));
  rig.take();
  rig.run(seconds(5));
  const auto heard = rig.take();
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.back().frame.kind, SimFrame::Kind::cut);
  EXPECT_EQ(heard.back().frame.bytes, 7u);
  EXPECT_THAT(heard.back().frame.text, HasSubstr("aggTrade")) << "of which so much arrives";
  for (std::size_t i = 0; i + 1 < heard.size(); ++i)
    EXPECT_EQ(heard[i].frame.kind, SimFrame::Kind::text) << "once";
  EXPECT_EQ(streams_of(rig, "binance"), 1u) << "the quiet one has had no frame yet";
  rig.say(quiet, R"({"method":"LIST_SUBSCRIPTIONS","id":1})");
  EXPECT_THAT(rig.take_texts(), ElementsAre("cut"));
  rig.run(milliseconds(50));
  EXPECT_EQ(streams_of(rig, "binance"), 0u);
}

TEST(StreamFaults, ACutAmongManyListenersAndTopics) {
  SimRig rig("cut at=10s bytes=1\nduplicate at=5s for=10s\nhuge at=5s for=10s every=1 bytes=3");
  for (int i = 0; i < 3; ++i)
    rig.open(
        "/stream?streams=btcusdt@trade/btcusdt@aggTrade/btcusdt@miniTicker/btcusdt@bookTicker/"
        "btcusdt@kline_1m/!miniTicker@arr");
  rig.run(seconds(9));
  rig.take();
  rig.run(seconds(11));
  EXPECT_THAT(rig.take_texts(), Contains("cut").Times(3));
  EXPECT_EQ(streams_of(rig, "binance"), 0u);
  rig.open("/ws/btcusdt@trade");
  rig.run(seconds(5));
  EXPECT_THAT(rig.take(), SizeIs(testing::Gt(2u))) << "and the market goes on";
}

TEST(StreamFaults, ShutdownIsAnnounced) {
  SimRig rig("shutdown at=10s by=4s");
  rig.open("/ws");
  const SimStreamId combined = rig.open("/stream");
  rig.run(seconds(10));
  const auto heard = rig.take();
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard[0].frame.text, R"({"e":"serverShutdown","E":1741168710000})");
  EXPECT_EQ(heard[1].stream, combined);
  EXPECT_EQ(heard[1].frame.text,
            R"({"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1741168710000}})");
  rig.run(milliseconds(3'950));
  EXPECT_THAT(rig.take(), IsEmpty());
  rig.run(milliseconds(50));
  EXPECT_THAT(rig.take_texts(), ElementsAre("close", "close"));
  EXPECT_TRUE(rig.report("binance").faults_over);
}

TEST(StreamFaults, AStallIsSilenceButForPings) {
  SimRig rig("stall at=10s for=70s");
  rig.open("/ws/btcusdt@aggTrade/ethusdt@kline_1m/!miniTicker@arr");
  rig.run(milliseconds(9'950));
  EXPECT_THAT(rig.take_texts(), Contains(HasSubstr("24hrMiniTicker")));
  rig.run(milliseconds(69'950));
  EXPECT_THAT(rig.take_texts(), ElementsAre("ping", "ping", "ping"));
  EXPECT_FALSE(rig.report("binance").faults_over);
  rig.run(seconds(4));
  EXPECT_THAT(rig.take_texts(), Contains(HasSubstr("aggTrade")));
  EXPECT_TRUE(rig.report("binance").faults_over);
}

TEST(StreamFaults, WhoIsDeafAcknowledgesAndDoesNothing) {
  SimRig rig("deaf at=10s for=10s");
  const SimStreamId stream = rig.open("/ws/btcusdt@aggTrade");
  rig.run(seconds(12));
  rig.take();
  rig.subscribe(stream, R"(["ethusdt@aggTrade"])");
  EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":null,"id":1})"));
  rig.run(seconds(18));
  EXPECT_THAT(rig.take_texts(), Each(testing::AnyOf("ping", HasSubstr("BTCUSDT"))));
  rig.open("/ws/ethusdt@aggTrade");
  rig.run(seconds(5));
  EXPECT_THAT(rig.take_texts(), Contains(HasSubstr("ETHUSDT"))) << "over: who asks is heard";
}

TEST(StreamFaults, APartialAckRefusesTheSecondHalf) {
  SimRig rig("partial-ack at=0s for=10s");
  const SimStreamId stream = rig.open("/ws");
  rig.subscribe(stream, R"(["btcusdt@aggTrade","ethusdt@aggTrade","solusdt@aggTrade"])");
  EXPECT_THAT(rig.take_texts(), ElementsAre(HasSubstr(R"("code":2)")));
  rig.say(stream, R"({"method":"LIST_SUBSCRIPTIONS","id":2})");
  EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":["btcusdt@aggTrade"],"id":2})"));
  rig.subscribe(stream, R"(["solusdt@aggTrade"])", 3);
  EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":null,"id":3})")) << "one has no half";
  rig.run(seconds(10));
  rig.take();
  rig.subscribe(stream, R"(["ethusdt@aggTrade","xrpusdt@aggTrade"])", 4);
  EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":null,"id":4})"));
}

TEST(StreamFaults, WithholdConcernsTheTopicsMeant) {
  SimRig rig("withhold topic=btcusdt at=10s for=10s\nwithhold topic=@trade at=0s for=10s");
  rig.open("/ws/btcusdt@aggTrade/ethusdt@aggTrade/ethusdt@trade");
  rig.run(milliseconds(9'950));
  EXPECT_THAT(rig.take_texts(), Not(Contains(HasSubstr("\"e\":\"trade\""))));
  rig.run(milliseconds(9'950));
  const auto meanwhile = rig.take_texts();
  EXPECT_THAT(meanwhile, Not(Contains(HasSubstr("BTCUSDT"))));
  EXPECT_THAT(meanwhile, Contains(HasSubstr("\"e\":\"trade\"")));
  rig.run(seconds(5));
  EXPECT_THAT(rig.take_texts(), Contains(HasSubstr("BTCUSDT")));
}

TEST(StreamFaults, DuplicateSaysEverythingTwice) {
  SimRig rig("duplicate at=10s for=10s");
  rig.open("/ws/btcusdt@aggTrade");
  rig.run(milliseconds(9'950));
  trade_ids(rig);
  rig.run(milliseconds(9'950));
  const auto ids = trade_ids(rig);
  ASSERT_GE(ids.size(), 10u);
  ASSERT_EQ(ids.size() % 2, 0u);
  for (std::size_t i = 0; i < ids.size(); i += 2) {
    EXPECT_EQ(ids[i], ids[i + 1]);
    EXPECT_TRUE(i == 0 || ids[i] > ids[i - 1]);
  }
  rig.run(seconds(10));
  const auto after = trade_ids(rig);
  EXPECT_EQ(std::set(after.begin(), after.end()).size(), after.size());
}

TEST(StreamFaults, ReorderMakesNeighboursChangePlacesAndLosesNothing) {
  SimRig usual, rig("reorder at=10s for=10s");
  for (SimRig* one : {&usual, &rig}) {
    one->open("/ws/btcusdt@aggTrade");
    one->run(seconds(40));
  }
  const auto right = trade_ids(usual), wrong = trade_ids(rig);
  EXPECT_TRUE(std::ranges::is_sorted(right));
  EXPECT_TRUE(std::ranges::is_permutation(wrong, right));
  std::size_t misplaced = 0;
  for (std::size_t i = 0; i < right.size(); ++i) {
    misplaced += wrong[i] != right[i];
    EXPECT_LE(std::abs(std::ranges::find(right, wrong[i]) - right.begin() -
                       static_cast<std::ptrdiff_t>(i)),
              1);
  }
  EXPECT_GE(misplaced, 8u);
  EXPECT_LE(misplaced, 11u);
}

TEST(StreamFaults, HugeFramesFollowEveryNth) {
  SimRig rig("huge at=10s for=10s every=3 bytes=100000");
  rig.open("/ws/btcusdt@aggTrade");
  rig.run(milliseconds(9'950));
  rig.take();
  rig.run(milliseconds(9'950));
  const auto texts = rig.take_texts();
  std::size_t usual = 0, huge = 0;
  for (const std::string& text : texts)
    if (text.size() == 100'002) {
      EXPECT_EQ(usual % 3, 0u) << "after each third";
      ++huge;
    } else {
      ++usual;
    }
  EXPECT_EQ(huge, usual / 3);
  EXPECT_GE(huge, 3u);
  rig.run(seconds(10));
  EXPECT_THAT(rig.take_texts(), Each(SizeIs(testing::Lt(1'000u))));
  EXPECT_GT(parse_faults("huge")->front().bytes, 4u * 1'024 * 1'024) << "unless told otherwise";
}

TEST(StreamFaults, EveryNthFrameIsBrokenInItsWay) {
  for (const char* kind : {"malformed", "truncated", "not-a-number", "absurd"})
    for (const char* address : {"/ws/btcusdt@aggTrade", "/stream?streams=btcusdt@aggTrade"}) {
      SimRig rig(std::string(kind) + " at=10s for=10s every=4");
      rig.open(address);
      rig.run(milliseconds(9'950));
      rig.take();
      rig.run(milliseconds(9'950));
      const auto texts = rig.take_texts();
      const bool is_combined = std::string_view(address).contains("streams");
      std::size_t broken = 0;
      for (const std::string& text : texts) {
        const bool parses = is_json(text);
        const bool whole = parses && !text.contains("NaN") && !text.contains("\"p\":\"-") &&
                           text.contains("\"p\"");
        broken += !whole;
        EXPECT_EQ(parses, whole || std::string_view(kind).contains("-a-") || kind[0] == 'a')
            << kind << ": " << text;
        if (is_combined && kind[0] != 'm') {
          EXPECT_TRUE(text.starts_with(R"({"stream":"btcusdt@aggTrade")")) << text;
        }
      }
      EXPECT_EQ(broken, texts.size() / 4) << kind;
      EXPECT_GE(broken, 2u) << kind;
      rig.run(seconds(10));
      for (const std::string& text : rig.take_texts())
        EXPECT_TRUE(text == "ping" || is_json(text)) << "over";
    }
}

TEST(StreamFaults, AHandshakeIsNeitherDoneNorRefused) {
  SimRig rig("handshake-stall exchange=kucoinfutures at=0s for=10s");
  EXPECT_EQ(rig.try_open(50, kucoin).kind, StreamVerdict::Kind::stalled);
  EXPECT_EQ(rig.try_open(51, "/ws").kind, StreamVerdict::Kind::accepted);
  rig.run(seconds(10));
  EXPECT_THAT(rig.take(), IsEmpty());
  EXPECT_EQ(rig.try_open(52, kucoin).kind, StreamVerdict::Kind::accepted);
}

TEST(StreamFaults, AnExpiredTokenIsRefused) {
  SimRig rig("token-expired at=0s for=10s");
  rig.open(kucoin);
  EXPECT_THAT(rig.take_texts(), ElementsAre(HasSubstr(R"("type":"error","code":401)"), "close"));
  rig.open("/ws");
  EXPECT_THAT(rig.take(), IsEmpty()) << "Binance knows no tokens";
  rig.run(seconds(10));
  rig.open(kucoin);
  EXPECT_THAT(rig.take_texts(), ElementsAre(HasSubstr("welcome")));
}

TEST(StreamFaults, OnlyTheExchangeMeant) {
  SimRig rig("stall exchange=binanceusdm at=0s");
  rig.open("/market/ws/btcusdt@aggTrade");
  const SimStreamId spot = rig.open("/ws/btcusdt@aggTrade");
  rig.run(seconds(10));
  for (const Heard& one : rig.take())
    EXPECT_EQ(one.stream, spot);
  EXPECT_TRUE(rig.report("binance").faults_over);
  EXPECT_FALSE(rig.report("binanceusdm").faults_over) << "without an end it lasts";
}

}  // namespace
}  // namespace cscan
