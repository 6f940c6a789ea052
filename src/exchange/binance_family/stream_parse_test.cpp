// Binance frames of every kind, in any field order, whole, cut, bent and mislabelled.

#include "exchange/binance_family/stream_parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/binance_family/family_test_support.hpp"

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

TEST(BinanceStream, TradesSayWhoWasAggressive) {
  auto trade = only<TradeMessage>(
      R"({"e":"trade","E":1760000100010,"s":"ETHUSDT","t":991,"p":"4010.50","q":"0.25",)"
      R"("T":1760000100009,"m":true,"M":true})");
  EXPECT_EQ(trade.market, "ETHUSDT");
  EXPECT_EQ(trade.id, 991);
  EXPECT_EQ(trade.price, 4010.5);
  EXPECT_EQ(trade.quantity, 0.25);
  EXPECT_EQ(trade.trade_time.ms, 1'760'000'100'009);
  EXPECT_TRUE(trade.seller_is_aggressor);  // the buyer was the maker
  auto aggregate = only<TradeMessage>(
      R"({"stream":"ethusdt@aggTrade","data":{"e":"aggTrade","E":1760000100010,"s":"ETHUSDT",)"
      R"("a":17,"p":"4010.50","q":"3","nq":"3","f":9,"l":11,"T":1760000100009,"m":false,"st":1}})");
  EXPECT_EQ(aggregate.id, 17);
  EXPECT_FALSE(aggregate.seller_is_aggressor);
}

TEST(BinanceStream, EveryWrongFieldOfATradeIsRefused) {
  const std::string trade =
      R"({"e":"trade","E":1760000100010,"s":"ETHUSDT","t":991,"p":"4010.50","q":"0.25",)"
      R"("T":1760000100009,"m":true,"M":true})";
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

TEST(BinanceStream, SpotQuotesHaveNoName) {
  auto quote =
      only<QuoteMessage>(R"({"u":400,"s":"BNBUSDT","b":"610.1","B":"3","a":"610.2","A":"4"})");
  EXPECT_EQ(quote.market, "BNBUSDT");
  EXPECT_EQ(quote.bid, 610.1);
  EXPECT_EQ(quote.ask, 610.2);
  EXPECT_EQ(only<QuoteMessage>(R"({"e":"bookTicker","u":4,"s":"XUSDT","b":"1","B":"3","a":"2",)"
                               R"("A":"4","T":1760000100009,"E":1760000100010})")
                .ask,
            2);
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

/// A space in front changes nothing but the way the frame is read (usual_frame.hpp).
TEST(BinanceStream, TheShortWayReadsWhatTheLongWayReads) {
  const std::string wrapped = R"({"stream":"solusdt@kline_5m","data":)" + closed_kline + "}";
  for (const std::string& frame : {kline, closed_kline, wrapped}) {
    for (std::size_t at = 0; at < frame.size(); ++at)
      for (char with : std::string_view("\"\\ 09.-eE{}[],:xst\x01\xc3")) {
        std::string bent = frame;
        bent[at] = with;
        DecodedFrame usual = decode(bent), other = decode(" " + bent);
        EXPECT_EQ(usual.messages, other.messages) << bent;
        EXPECT_EQ(usual.rejects.size(), other.rejects.size()) << bent;
      }
    ASSERT_EQ(decode(frame).messages, decode(" " + frame).messages);
    ASSERT_THAT(decode(frame).messages, SizeIs(1));
  }
}

}  // namespace
}  // namespace cscan::binance_family
