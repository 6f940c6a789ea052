// Binance frames of every kind, in any field order, whole, cut, bent and mislabelled.

#include "exchange/binance_family/stream_parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/binance_family/family_test_support.hpp"
#include "exchange/binance_family/usual_frame.hpp"

namespace cscan::binance_family {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr Timestamp received{1'760'000'100'500};

DecodedFrame decode(std::string_view frame, Timestamp at = received) {
  static JsonReader reader(4 * 1024 * 1024);
  DecodedFrame out;
  decode_frame(test_table, reader, frame, at, out);
  return out;
}

/// The only message of a frame that must give one of this kind.
template <class Message>
Message only(std::string_view frame) {
  DecodedFrame decoded = decode(frame);
  EXPECT_THAT(decoded.rejects, SizeIs(0)) << decoded.rejects[0].message;
  EXPECT_THAT(decoded.messages, SizeIs(1)) << frame;
  if (decoded.messages.size() != 1 || !std::holds_alternative<Message>(decoded.messages[0])) {
    ADD_FAILURE() << frame;
    return {};
  }
  return std::get<Message>(decoded.messages[0]);
}

std::string why_rejected(std::string_view frame) {
  DecodedFrame decoded = decode(frame);
  EXPECT_THAT(decoded.messages, SizeIs(0)) << frame;
  EXPECT_THAT(decoded.rejects, SizeIs(1)) << frame;
  return decoded.rejects.size() == 1 ? decoded.rejects[0].message : "";
}

// 1760000100000 is a multiple of five minutes.
const std::string kline =
    R"({"e":"kline","E":1760000100123,"s":"SOLUSDT","k":{"t":1760000100000,"T":1760000399999,)"
    R"("s":"SOLUSDT","i":"5m","f":71,"L":93,"o":"221.05000000","c":"220.91000000",)"
    R"("h":"221.30000000","l":"220.40000000","v":"1804.250","n":23,"x":false,"q":"398400.11",)"
    R"("V":"900.000","Q":"198000.5","B":"0"}})";
const std::string closed_kline =
    replaced(replaced(kline, "1760000100123", "1760000400204"), "\"x\":false", "\"x\":true");

TEST(BinanceStream, AFormingCandle) {
  auto message = only<CandleMessage>(kline);
  EXPECT_EQ(message.market, "SOLUSDT");
  EXPECT_EQ(message.timeframe, Timeframe::m5);
  EXPECT_EQ(message.event_time.ms, 1'760'000'100'123);
  EXPECT_EQ(message.candle, (Candle{Timestamp{1'760'000'100'000}, 221.05, 221.3, 220.4, 220.91,
                                    1804.25, 0, CandleState::forming}));
}

TEST(BinanceStream, AClosedCandleIsProvisional) {
  auto message = only<CandleMessage>(closed_kline);
  EXPECT_EQ(message.candle.state, CandleState::closed_provisional);
  EXPECT_EQ(message.candle.close, 220.91);
}

TEST(BinanceStream, AClosedFlagBeforeTheEndIsNotBelieved) {
  EXPECT_THAT(why_rejected(replaced(kline, "\"x\":false", "\"x\":true")), HasSubstr("before"));
}

TEST(BinanceStream, FieldOrderDoesNotMatter) {
  auto message = only<CandleMessage>(
      R"({"k":{"x":false,"v":"2","l":"1","h":"3","c":"2.5","o":"2","i":"1h","s":"AÉ",)"
      R"("T":1760003999999,"t":1760000400000},"s":"AÉ","E":1760000100123,"e":"kline"})");
  EXPECT_EQ(message.market, "AÉ");
  EXPECT_EQ(message.timeframe, Timeframe::h1);
  EXPECT_EQ(message.candle.open, 2);
  EXPECT_EQ(message.candle.close, 2.5);
}

TEST(BinanceStream, AWrapperMustNameItsContent) {
  auto wrapped = [](std::string_view stream) {
    return std::string(R"({"stream":")").append(stream).append(R"(","data":)") + kline + "}";
  };
  EXPECT_EQ(only<CandleMessage>(wrapped("solusdt@kline_5m")).market, "SOLUSDT");
  EXPECT_THAT(why_rejected(wrapped("solusdt@kline_1m")), HasSubstr("carries an event of"));
  EXPECT_THAT(why_rejected(wrapped("ethusdt@kline_5m")), HasSubstr("carries an event of"));
  EXPECT_THAT(why_rejected(wrapped("SOLUSDT@kline_5m")), HasSubstr("carries an event of"));
  std::string data_first = R"({"data":)" + kline + R"(,"stream":"solusdt@kline_5m"})";
  EXPECT_EQ(only<CandleMessage>(data_first).market, "SOLUSDT");
}

TEST(BinanceStream, ACandleOfAnotherMarketOrGridIsRefused) {
  EXPECT_THAT(why_rejected(replaced(kline, R"("s":"SOLUSDT","k")", R"("s":"ETHUSDT","k")")),
              HasSubstr("inside an event of"));
  EXPECT_THAT(why_rejected(replaced(kline, R"("t":1760000100000)", R"("t":1760000160000)")),
              HasSubstr("cannot open at"));
  EXPECT_THAT(why_rejected(replaced(kline, R"("T":1760000399999)", R"("T":1760000400000)")),
              HasSubstr("cannot end at"));
  EXPECT_THAT(why_rejected(replaced(kline, R"("i":"5m")", R"("i":"1m")")),
              HasSubstr("cannot end at"));
}

TEST(BinanceStream, TimeframesTheScannerHasNotAreALifeSign) {
  for (const char* interval : {"1s", "3d", "1w", "1M", "5M"})
    EXPECT_EQ(
        only<OtherMessage>(replaced(kline, "\"5m\"", "\"" + std::string(interval) + "\"")).kind,
        "kline_" + std::string(interval));
}

TEST(BinanceStream, EveryWrongFieldOfACandleIsRefused) {
  const std::pair<const char*, const char*> bends[] = {
      {R"("221.05000000")", "221.05"}, {R"("221.05000000")", R"("nan")"},
      {R"("221.05000000")", R"("")"},  {R"("220.40000000")", R"("221.06")"},
      {R"("220.40000000")", R"("0")"}, {R"("1804.250")", R"("-1")"},
      {R"("1804.250")", "null"},       {R"("x":false)", R"("x":0)"},
      {R"("x":false,)", ""},           {R"("c":"220.91000000",)", ""},
      {"1760000100123", "1760000100"}, {"1760000100123", "1760000100123000"},
      {"1760000100123", "\"1\""},      {R"("s":"SOLUSDT","i")", R"("s":7,"i")"},
      {R"("k":{)", R"("k":[{)"},       {R"("e":"kline")", R"("e":5)"},
  };
  for (auto [old, with] : bends)
    EXPECT_NE(why_rejected(replaced(kline, old, with)), "") << old << " -> " << with;
}

TEST(BinanceStream, MiniTickersOneAndMany) {
  auto price = only<PriceMessage>(
      R"({"e":"24hrMiniTicker","E":1760000100001,"s":"BNBBTC","c":"0.0102","o":"0.0100",)"
      R"("h":"0.0103","l":"0.0099","v":"1200","q":"12.24"})");
  EXPECT_EQ(price.market, "BNBBTC");
  EXPECT_EQ(price.price, 0.0102);
  EXPECT_EQ(price.quote_volume_24h, 12.24);
  EXPECT_EQ(price.event_time.ms, 1'760'000'100'001);

  // The second belongs to COIN-M, the third is broken: neither disturbs the others.
  std::string list =
      R"([{"e":"24hrMiniTicker","E":1760000100001,"s":"AUSDT","ps":"A","st":1,"c":"2","q":"3"},)"
      R"({"e":"24hrMiniTicker","E":1760000100001,"s":"AUSD_PERP","st":2,"c":"9","q":"9"},)"
      R"({"e":"24hrMiniTicker","E":1760000100001,"s":"BUSDT","st":1,"c":"-2","q":"3"},)"
      R"({"e":"24hrMiniTicker","E":1760000100001,"s":"CUSDT","c":"4","q":"5"}])";
  for (const std::string& frame : {list, R"({"stream":"!miniTicker@arr","data":)" + list + "}",
                                   R"({"data":)" + list + R"(,"stream":"!miniTicker@arr"})"}) {
    DecodedFrame decoded = decode(frame);
    ASSERT_THAT(decoded.messages, SizeIs(2));
    EXPECT_EQ(std::get<PriceMessage>(decoded.messages[0]).market, "AUSDT");
    EXPECT_EQ(std::get<PriceMessage>(decoded.messages[1]).market, "CUSDT");
    ASSERT_THAT(decoded.rejects, SizeIs(1));
    EXPECT_THAT(decoded.rejects[0].message, HasSubstr("-2"));
  }
}

TEST(BinanceStream, AListThatIsCutGivesNothingOfIt) {
  std::string list = R"([{"e":"24hrMiniTicker","E":1760000100001,"s":"AUSDT","c":"2","q":"3"},)"
                     R"({"e":"24hrMiniTicker","E":1760000100001,"s":"BUSDT","c":"2","q":"3"}])";
  ASSERT_THAT(decode(list).messages, SizeIs(2));
  for (std::size_t n = 0; n < list.size(); ++n)
    EXPECT_NE(why_rejected(list.substr(0, n)), "");
}

const std::string trade =
    R"({"e":"trade","E":1760000100010,"s":"ETHUSDT","t":991,"p":"4010.50","q":"0.25",)"
    R"("T":1760000100009,"m":true,"M":true})";

const std::string aggregate =
    R"({"e":"aggTrade","E":1760000100010,"s":"ETHUSDT","a":17,"p":"4010.50","q":"3",)"
    R"("f":9,"l":11,"T":1760000100009,"m":false,"M":true})";
const std::string aggregate_id_first =
    R"({"e":"aggTrade","E":1760000100010,"a":17,"s":"ETHUSDT","p":"4010.50","q":"3",)"
    R"("f":9,"l":11,"T":1760000100009,"m":false})";
const std::string aggregate_of_product =
    R"({"e":"aggTrade","E":1760000100010,"s":"ETHUSDT","a":17,"p":"4010.50","q":"3",)"
    R"("nq":"3","f":9,"l":11,"T":1760000100009,"m":false,"st":1})";

TEST(BinanceStream, TradesSayWhoWasAggressive) {
  auto single = only<TradeMessage>(trade);
  EXPECT_EQ(single.market, "ETHUSDT");
  EXPECT_EQ(single.id, 991);
  EXPECT_EQ(single.price, 4010.5);
  EXPECT_EQ(single.quantity, 0.25);
  EXPECT_EQ(single.trade_time.ms, 1'760'000'100'009);
  EXPECT_TRUE(single.seller_is_aggressor);  // the buyer was the maker
  for (const std::string& frame : {aggregate, aggregate_id_first, aggregate_of_product}) {
    auto several = only<TradeMessage>(frame);
    EXPECT_EQ(several.id, 17);
    EXPECT_EQ(several.quantity, 3);
    EXPECT_FALSE(several.seller_is_aggressor);
  }
}

TEST(BinanceStream, EveryWrongFieldOfATradeIsRefused) {
  only<TradeMessage>(trade);
  const std::pair<const char*, const char*> bends[] = {
      {R"("4010.50")", "4010.50"},         {R"("4010.50")", R"("0")"},
      {R"("4010.50")", R"("4010.50 ")"},   {R"("0.25")", R"("-0.25")"},
      {R"("0.25")", R"("inf")"},           {R"("t":991)", R"("t":"991")"},
      {R"("t":991)", R"("t":991.5)"},      {R"("t":991,)", ""},
      {R"("t":991)", R"("a":991)"},        {R"("T":1760000100009)", R"("T":1760000100009000)"},
      {R"("T":1760000100009,)", ""},       {R"("m":true)", R"("m":"true")"},
      {R"("s":"ETHUSDT")", R"("s":null)"},
  };
  for (auto [old, with] : bends)
    EXPECT_NE(why_rejected(replaced(trade, old, with)), "") << old << " -> " << with;
  EXPECT_THAT(why_rejected(R"({"stream":"ethusdt@aggTrade","data":)" + trade + "}"),
              HasSubstr("carries an event of"));
}

const std::string quote = R"({"u":400,"s":"ETHUSDT","b":"610.1000","B":"3.5","a":"610.2","A":"4"})";
const std::string quote_with_times =
    R"({"e":"bookTicker","u":400,"s":"ETHUSDT","b":"610.1","B":"3","a":"610.2","A":"4",)"
    R"("T":1760000100009,"E":1760000100010})";
const std::string quote_of_product =
    R"({"e":"bookTicker","u":400,"s":"ETHUSDT","ps":"ETHUSDT","b":"610.1","B":"3","a":"610.2",)"
    R"("A":"4","T":1760000100009,"E":1760000100010,"st":1})";

TEST(BinanceStream, SpotQuotesHaveNoName) {
  for (const std::string& frame : {quote, quote_with_times, quote_of_product}) {
    auto message = only<QuoteMessage>(frame);
    EXPECT_EQ(message.market, "ETHUSDT");
    EXPECT_EQ(message.bid, 610.1);
    EXPECT_EQ(message.ask, 610.2);
  }
}

TEST(BinanceStream, AnswersToRequests) {
  EXPECT_EQ(only<AckMessage>(R"({"result":null,"id":12})").id, "12");
  EXPECT_EQ(only<AckMessage>(R"({"result":["btcusdt@kline_1m"],"id":"x-3"})").id, "x-3");
  auto refusal = only<RefusalMessage>(R"({"code":2,"msg":"Invalid request: bad stream","id":5})");
  EXPECT_EQ(refusal.id, "5");
  EXPECT_EQ(refusal.code, 2);
  EXPECT_EQ(refusal.text, "Invalid request: bad stream");
  EXPECT_EQ(only<RefusalMessage>(R"({"code":3,"msg":"Invalid JSON: \u0007"})").text,
            "Invalid JSON: \\x07");
  refusal = only<RefusalMessage>(R"({"error":{"code":-1121,"msg":"no"},"id":7})");
  EXPECT_EQ(refusal.id, "7");
  EXPECT_EQ(refusal.code, -1121);
}

TEST(BinanceStream, OtherFrames) {
  only<ShutdownMessage>(R"({"e":"serverShutdown","E":1760000100010})");
  only<ShutdownMessage>(
      R"({"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1760000100010}})");
  EXPECT_EQ(
      only<OtherMessage>(R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":2,"b":[],"a":[]})").kind,
      "depthUpdate");
  EXPECT_EQ(only<OtherMessage>(R"({"e":"x\u001b[2J"})").kind, "x\\x1b[2J");
  EXPECT_NE(why_rejected("{}"), "");
  EXPECT_NE(why_rejected("[1]"), "");
  EXPECT_THAT(decode("[]").messages, SizeIs(0));
  EXPECT_NE(why_rejected("<html><title>503</title></html>"), "");
}

TEST(BinanceStream, AFrameCutAtAnyByteGivesNoEvent) {
  const std::string wrapped = R"({"stream":"solusdt@kline_5m","data":)" + closed_kline + "}";
  for (const std::string& frame : {kline, closed_kline, wrapped}) {
    ASSERT_THAT(decode(frame).messages, SizeIs(1));
    for (std::size_t n = 0; n < frame.size(); ++n)
      EXPECT_NE(why_rejected(frame.substr(0, n)), "");
  }
}

/// Every layout that is read the short way (usual_frame.hpp), bare and wrapped.
std::vector<std::string> usual_frames() {
  const std::pair<const char*, std::string> events[] = {{"solusdt@kline_5m", kline},
                                                        {"solusdt@kline_5m", closed_kline},
                                                        {"ethusdt@trade", trade},
                                                        {"ethusdt@aggTrade", aggregate},
                                                        {"ethusdt@aggTrade", aggregate_id_first},
                                                        {"ethusdt@aggTrade", aggregate_of_product},
                                                        {"ethusdt@bookTicker", quote},
                                                        {"ethusdt@bookTicker", quote_with_times},
                                                        {"ethusdt@bookTicker", quote_of_product}};
  std::vector<std::string> frames;
  for (const auto& [stream, event] : events) {
    frames.push_back(event);
    frames.push_back(std::string(R"({"stream":")") + stream + R"(","data":)" + event + "}");
  }
  return frames;
}

/// Read the long way, which a space in front forces, a frame gives the same.
void expect_same_both_ways(const std::string& frame) {
  DecodedFrame usual = decode(frame), other = decode(" " + frame);
  EXPECT_EQ(usual.messages, other.messages) << frame;
  EXPECT_EQ(usual.rejects.size(), other.rejects.size()) << frame;
}

TEST(BinanceStream, UsualFramesGoTheShortWay) {
  for (const std::string& frame : usual_frames()) {
    DecodedFrame out;
    EXPECT_TRUE(read_usual_frame(test_table, frame, received, out)) << frame;
    EXPECT_THAT(out.messages, SizeIs(1)) << frame;
    EXPECT_EQ(out.messages, decode(" " + frame).messages) << frame;
  }
}

TEST(BinanceStream, TheShortWayReadsWhatTheLongWayReads) {
  for (const std::string& frame : usual_frames())
    for (std::size_t at = 0; at < frame.size(); ++at) {
      expect_same_both_ways(frame.substr(0, at));
      expect_same_both_ways(std::string(frame).erase(at, 1));
      for (char with : std::string_view("\"\\ 09.-eE{}[],:xstM\x01\xc3")) {
        std::string bent = frame;
        bent[at] = with;
        expect_same_both_ways(bent);
      }
    }
}

}  // namespace
}  // namespace cscan::binance_family
