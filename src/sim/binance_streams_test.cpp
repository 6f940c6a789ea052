// Streams of Binance's two markets: addresses, requests and their answers, and what the messages
// look like. When candles close has a file of its own, and so have limits.

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

/// The one answer to `text`.
std::string answer_to(SimRig& rig, SimStreamId stream, std::string_view text) {
  rig.take();
  rig.say(stream, text);
  const auto texts = rig.take_texts();
  EXPECT_EQ(texts.size(), 1u) << text;
  return texts.empty() ? "" : texts.front();
}
/// The first message about `topic`, which has to come within ten seconds.
json::object first_message(std::string_view base, const std::string& topic) {
  SimRig rig;
  rig.open(std::string(base) + "/" + topic);
  rig.run(seconds(10));
  const auto heard = rig.take();
  EXPECT_FALSE(heard.empty()) << topic;
  return heard.empty() ? json::object() : heard.front().object();
}
/// Seconds between messages of one topic within a minute, at the least.
double shortest_gap(SimRig& rig) {
  double shortest = 1e9;
  const auto heard = rig.take();
  for (std::size_t i = 1; i < heard.size(); ++i)
    shortest = std::min(shortest, static_cast<double>((heard[i].at - heard[i - 1].at).ms) / 1'000);
  return shortest;
}

TEST(BinanceStreams, RequestsAreAcknowledged) {
  SimRig rig;
  const SimStreamId stream = rig.open("/ws");
  EXPECT_EQ(answer_to(rig, stream,
                      R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade","ethusdt@kline_1m"],)"
                      R"("id":1})"),
            R"({"result":null,"id":1})");
  EXPECT_EQ(answer_to(rig, stream, R"({"method":"LIST_SUBSCRIPTIONS","id":"three"})"),
            R"({"result":["btcusdt@aggTrade","ethusdt@kline_1m"],"id":"three"})");
  EXPECT_EQ(
      answer_to(rig, stream, R"({"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"],"id":312})"),
      R"({"result":null,"id":312})");
  EXPECT_EQ(answer_to(rig, stream, R"({"method":"LIST_SUBSCRIPTIONS","id":null})"),
            R"({"result":["ethusdt@kline_1m"],"id":null})");
}

TEST(BinanceStreams, NothingIsSaidOnATopicThatWasGivenUp) {
  SimRig rig;
  const SimStreamId stream = rig.open("/ws/btcusdt@aggTrade");
  rig.run(seconds(5));
  EXPECT_THAT(rig.take(), Not(IsEmpty()));
  rig.say(stream, R"({"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"],"id":1})");
  rig.take();
  rig.run(seconds(5));
  EXPECT_THAT(rig.take(), IsEmpty());
  rig.subscribe(stream, R"(["btcusdt@aggTrade"])");
  rig.run(seconds(5));
  EXPECT_THAT(rig.take(), SizeIs(testing::Gt(1u))) << "and may be taken up again";
}

TEST(BinanceStreams, RefusalsSayWhatIsWrong) {
  SimRig rig;
  const SimStreamId stream = rig.open("/ws");
  struct Case {
    const char* text;
    const char* answer;
  };
  for (const Case& wrong : {
           Case{"what?", R"({"error":{"code":3,"msg":"Invalid JSON: )"},
           Case{"", R"({"error":{"code":3,"msg":"Invalid JSON: )"},
           Case{R"({"method":"SUBSCRIBE","params":["btcusdt@kline_1m")",
                R"({"error":{"code":3,"msg":"Invalid JSON: )"},
           Case{"[]", R"({"error":{"code":2,"msg":"Invalid request: )"},
           Case{R"({"id":1})", R"({"error":{"code":2,"msg":"Invalid request: )"},
           Case{R"({"method":"subscribe","params":[],"id":1})",
                R"({"error":{"code":2,"msg":"Invalid request: )"},
           Case{R"({"method":"SUBSCRIBE","params":[7],"id":1})",
                R"({"error":{"code":2,"msg":"Invalid request: )"},
           Case{R"({"method":"SUBSCRIBE","params":["btcusdt"],"id":1})",
                R"({"error":{"code":2,"msg":"Invalid request: )"},
           Case{R"({"method":"SUBSCRIBE","params":["btcusdt@kline_1m","x@nothing"],"id":1})",
                R"({"error":{"code":2,"msg":"Invalid request: )"},
           Case{R"({"method":"SUBSCRIBE","params":["btcusdt@kline_7m"],"id":1})",
                R"({"error":{"code":2,"msg":"Invalid request: )"},
           Case{R"({"method":"SUBSCRIBE","params":["!ticker@arr"],"id":1})",
                R"({"error":{"code":2,"msg":"Invalid request: )"},
       }) {
    const std::string answer = answer_to(rig, stream, wrong.text);
    EXPECT_THAT(answer, StartsWith(wrong.answer)) << wrong.text;
    EXPECT_TRUE(is_json(answer)) << answer;
    rig.skip(seconds(1));
  }
  EXPECT_EQ(answer_to(rig, stream, R"({"method":"LIST_SUBSCRIPTIONS","id":2})"),
            R"({"result":[],"id":2})")
      << "of a refused message nothing is taken";
}

TEST(BinanceStreams, WhatDoesNotExistIsAcknowledgedAndSilent) {
  SimRig rig;
  const SimStreamId stream = rig.open("/ws");
  rig.subscribe(stream, R"(["nopeusdt@kline_1m","BTCUSDT@kline_1m","1000merusdt@aggTrade"])");
  EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":null,"id":1})"));
  rig.run(minutes(2));
  EXPECT_THAT(rig.take_texts(), Each("ping")) << "unknown, in capitals, not listed yet";
}

TEST(BinanceStreams, TopicsInTheAddress) {
  SimRig rig;
  rig.open("/ws/btcusdt@kline_1m/ethusdt@kline_1m");
  rig.run(seconds(10));
  std::set<std::string> symbols;
  for (const Heard& one : rig.take())
    symbols.insert(word(one.object(), "s"));
  EXPECT_THAT(symbols, ElementsAre("BTCUSDT", "ETHUSDT"));
}

TEST(BinanceStreams, CombinedStreamsAreWrapped) {
  SimRig rig;
  for (const char* address : {"/stream?streams=solusdt@kline_1m/btcusdt@aggTrade",
                              "/market/stream?streams=solusdt@kline_1m/btcusdt@aggTrade"}) {
    const SimStreamId stream = rig.open(address);
    rig.run(seconds(4));
    std::set<std::string> streams;
    for (const Heard& one : rig.take())
      if (one.stream == stream) {
        EXPECT_EQ(shape_of(one.object()), "stream:text data:object") << address;
        streams.insert(word(one.object(), "stream"));
      }
    EXPECT_THAT(streams, ElementsAre("btcusdt@aggTrade", "solusdt@kline_1m")) << address;
    EXPECT_EQ(answer_to(rig, stream, R"({"method":"LIST_SUBSCRIPTIONS","id":3})"),
              R"({"result":["solusdt@kline_1m","btcusdt@aggTrade"],"id":3})")
        << "answers are not wrapped";
  }
}

TEST(BinanceStreams, EveryAddressThatClientsUse) {
  SimRig rig;
  SimStreamId stream = 100;
  for (const char* address :
       {"/ws", "/ws/", "/ws/0", "/stream", "/stream/ws", "/stream/ws/0", "/market/ws",
        "/market/ws/12", "/market/stream", "/public/ws", "/public/stream", "/ws/btcusdt@trade"})
    EXPECT_EQ(rig.try_open(++stream, address).kind, StreamVerdict::Kind::accepted) << address;
  for (const char* address : {"/", "/wss", "/private/ws", "/market", "/api/v3/ws", ""}) {
    const StreamVerdict verdict = rig.try_open(++stream, address);
    EXPECT_EQ(verdict.kind, StreamVerdict::Kind::refused) << address;
    EXPECT_EQ(verdict.reply.status, 404) << address;
  }
  EXPECT_EQ(rig.report("binance").streams, 7u);
  EXPECT_EQ(rig.report("binanceusdm").streams, 5u);
}

TEST(BinanceStreams, FuturesAreSilentAtTheWrongBase) {
  SimRig rig;
  const SimStreamId wrong = rig.open("/public/ws");
  rig.subscribe(wrong, R"(["btcusdt@kline_1m","btcusdt@aggTrade","btcusdt@miniTicker",)"
                       R"("btcusdt@ticker","!miniTicker@arr"])");
  EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":null,"id":1})"));
  const SimStreamId wrong_too = rig.open("/market/ws");
  rig.subscribe(wrong_too, R"(["btcusdt@bookTicker"])");
  EXPECT_THAT(rig.take_texts(), ElementsAre(R"({"result":null,"id":1})"));
  rig.run(minutes(2));
  EXPECT_THAT(rig.take_texts(), IsEmpty());
  rig.subscribe(wrong, R"(["btcusdt@bookTicker"])", 2);
  rig.subscribe(wrong_too, R"(["btcusdt@kline_1m"])", 2);
  rig.run(seconds(5));
  std::set<SimStreamId> heard;
  for (const Heard& one : rig.take())
    if (one.object().contains("e"))
      heard.insert(one.stream);
  EXPECT_THAT(heard, ElementsAre(wrong, wrong_too)) << "at the right one they speak";
}

TEST(BinanceStreams, CandleMessages) {
  const char* candle =
      "t:whole T:whole s:text i:text f:whole L:whole o:text c:text h:text l:text v:text n:whole "
      "x:yes/no q:text V:text Q:text B:text";
  for (const char* base : {"/ws", "/market/ws"}) {
    const json::object message = first_message(base, "btcusdt@kline_5m");
    EXPECT_EQ(shape_of(message), "e:text E:whole s:text k:object");
    EXPECT_EQ(word(message, "e"), "kline");
    EXPECT_EQ(word(message, "s"), "BTCUSDT");
    const json::object k = message.at("k").as_object();
    EXPECT_EQ(shape_of(k), candle);
    EXPECT_EQ(word(k, "i"), "5m");
    EXPECT_EQ(k.at("T").as_int64() - k.at("t").as_int64(), 299'999);
    EXPECT_EQ(k.at("L").as_int64() - k.at("f").as_int64() + 1, k.at("n").as_int64());
    EXPECT_FALSE(k.at("x").as_bool());
  }
}

TEST(BinanceStreams, TradeMessages) {
  EXPECT_EQ(shape_of(first_message("/ws", "btcusdt@aggTrade")),
            "e:text E:whole s:text a:whole p:text q:text f:whole l:whole T:whole m:yes/no "
            "M:yes/no");
  EXPECT_EQ(shape_of(first_message("/market/ws", "btcusdt@aggTrade")),
            "e:text E:whole s:text a:whole p:text q:text f:whole l:whole T:whole m:yes/no "
            "st:whole");
  EXPECT_EQ(shape_of(first_message("/ws", "btcusdt@trade")),
            "e:text E:whole s:text t:whole p:text q:text T:whole m:yes/no M:yes/no");
}

TEST(BinanceStreams, TradesOfAMinuteAddUpToItsCandle) {
  SimRig rig("", ten_o_clock);
  rig.open("/ws/solusdt@aggTrade");
  rig.run(minutes(1));
  double volume = 0, last = 0;
  std::int64_t id = 0;
  for (const Heard& one : rig.take()) {
    if (one.frame.kind != SimFrame::Kind::text)
      continue;
    const json::object trade = one.object();
    EXPECT_GT(trade.at("a").as_int64(), id);
    EXPECT_LE(trade.at("T").as_int64(), trade.at("E").as_int64());
    id = trade.at("a").as_int64();
    volume += number(trade.at("q"));
    last = number(trade.at("p"));
  }
  const Candle minute = true_candle(market_of("binance", "SOL"), Timeframe::m1, ten_o_clock);
  EXPECT_NEAR(volume, minute.volume, 1e-6 * minute.volume);
  EXPECT_EQ(last, minute.close);
}

TEST(BinanceStreams, TickerMessages) {
  const json::object mini = first_message("/ws", "ethusdt@miniTicker");
  EXPECT_EQ(shape_of(mini), "e:text E:whole s:text c:text o:text h:text l:text v:text q:text");
  EXPECT_EQ(word(mini, "e"), "24hrMiniTicker");
  EXPECT_EQ(shape_of(first_message("/ws", "ethusdt@ticker")),
            "e:text E:whole s:text p:text P:text w:text x:text c:text Q:text b:text B:text a:text "
            "A:text o:text h:text l:text v:text q:text O:whole C:whole F:whole L:whole n:whole");
  EXPECT_EQ(shape_of(first_message("/market/ws", "ethusdt@ticker")),
            "e:text E:whole s:text p:text P:text w:text c:text Q:text o:text h:text l:text v:text "
            "q:text O:whole C:whole F:whole L:whole n:whole st:whole");
  EXPECT_EQ(shape_of(first_message("/ws", "ethusdt@bookTicker")),
            "u:whole s:text b:text B:text a:text A:text")
      << "no e and no E on spot";
  const json::object book = first_message("/public/ws", "ethusdt@bookTicker");
  EXPECT_EQ(shape_of(book),
            "e:text u:whole s:text ps:text b:text B:text a:text A:text T:whole E:whole st:whole");
  EXPECT_LT(number(book.at("b")), number(book.at("a")));
}

TEST(BinanceStreams, AllTickersAreThoseThatMoved) {
  SimRig rig;
  rig.open("/market/ws/!miniTicker@arr");
  rig.run(seconds(20));
  std::map<std::string, std::string> last;
  std::size_t messages = 0;
  for (const Heard& one : rig.take()) {
    ++messages;
    const json::value list = json::parse(one.frame.text);
    for (const json::value& entry : list.as_array()) {
      EXPECT_EQ(shape_of(entry.as_object()),
                "e:text E:whole s:text ps:text st:whole c:text o:text h:text l:text v:text q:text");
      EXPECT_EQ(entry.at("st").as_int64(), 1) << "USD-M, not COIN-M";
      const std::string symbol = word(entry.as_object(), "s"), price = word(entry.as_object(), "c");
      EXPECT_NE(last[symbol], price) << symbol << " has not moved";
      last[symbol] = price;
    }
  }
  EXPECT_GE(messages, 18u);
  EXPECT_LE(messages, 20u) << "one a second";
  EXPECT_GT(last.size(), 200u) << "all markets, listened to or not";
}

TEST(BinanceStreams, TheirSpeeds) {
  struct Case {
    const char* address;
    double every_s;
  };
  for (const Case& one :
       {Case{"/ws/btcusdt@kline_1m", 2}, Case{"/market/ws/btcusdt@kline_1m", 0.25},
        Case{"/ws/btcusdt@miniTicker", 1}, Case{"/market/ws/btcusdt@ticker", 2},
        Case{"/market/ws/btcusdt@miniTicker", 2}}) {
    SimRig rig("", ten_o_clock + seconds(3));
    rig.open(one.address);
    rig.run(seconds(19));
    EXPECT_GE(shortest_gap(rig), one.every_s) << one.address;
    rig.run(seconds(30));
    EXPECT_THAT(rig.take(), SizeIs(testing::Ge(12u))) << one.address << " does speak";
  }
}

TEST(BinanceStreams, AListingSpeaksFromItsFirstTrade) {
  SimRig rig("", Timestamp{1'741'172'395'000});  // 10:59:55; at 11:00 1000MER begins to trade
  rig.open("/ws/1000merusdt@aggTrade");
  rig.run(seconds(5));
  EXPECT_THAT(rig.take(), IsEmpty());
  rig.run(minutes(1));
  EXPECT_THAT(rig.take_texts(), testing::Contains(HasSubstr("1000MERUSDT")));
}

}  // namespace
}  // namespace cscan
