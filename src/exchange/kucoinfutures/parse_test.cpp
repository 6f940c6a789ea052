// KuCoin Futures: what is asked, and what its answers and frames mean.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/kucoinfutures/listing.hpp"
#include "exchange/kucoinfutures/protocol.hpp"
#include "exchange/kucoinfutures/rest_parse.hpp"
#include "exchange/kucoinfutures/stream_parse.hpp"
#include "exchange/kucoinfutures/usual_frame.hpp"

namespace cscan::kucoinfutures {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

JsonReader reader(1024 * 1024);
constexpr Timestamp received{1'790'993'400'000};

DecodedFrame decode(std::string_view frame) {
  DecodedFrame out;
  decode_frame(reader, frame, received, out);
  return out;
}

std::string candle_frame(std::string_view row, std::string_view topic = "XBTUSDTM_1min") {
  return R"({"topic":"/contractMarket/limitCandle:)" + std::string(topic) +
         R"(","type":"message","data":{"symbol":"XBTUSDTM","candles":[)" + std::string(row) +
         R"(],"time":1790993360463},"subject":"candle.stick"})";
}

TEST(KucoinStream, TheOrderIsOpenCloseHighLowAndTheVolumeIsTheLast) {
  auto frame = decode(
      candle_frame(R"("1790993280","84568.3","84556.7","84570","84544.2","1080991.7","12785")"));
  ASSERT_THAT(frame.messages, SizeIs(1)) << frame.rejects[0].message;
  const auto& candle = std::get<CandleMessage>(frame.messages[0]).candle;
  EXPECT_EQ(candle.open_time.ms, 1'790'993'280'000);
  EXPECT_EQ(candle.open, 84568.3);
  EXPECT_EQ(candle.close, 84556.7);
  EXPECT_EQ(candle.high, 84570);
  EXPECT_EQ(candle.low, 84544.2);
  EXPECT_EQ(candle.volume, 12785);
}

TEST(KucoinStream, RejectsWhatCannotBe) {
  // Open, high, low, close: the order of queries, whose second is the highest.
  EXPECT_THAT(decode(candle_frame(R"("1790993280","10","12","9","11","1","1")")).rejects,
              SizeIs(1));
  EXPECT_THAT(decode(candle_frame(R"("1790993281","10","10","10","10","1","1")")).rejects,
              SizeIs(1));
  EXPECT_THAT(decode(candle_frame(R"("1790993280000","10","10","10","10","1","1")")).rejects,
              SizeIs(1));
  EXPECT_THAT(decode(candle_frame(R"("1790993280","10","10","10","nan","1","1")")).rejects,
              SizeIs(1));
  EXPECT_THAT(decode(candle_frame(R"("1790993280","10","10","10","10","1")")).rejects, SizeIs(1));
  EXPECT_THAT(
      decode(candle_frame(R"("1790993280","1","1","1","1","1","1")", "ETHUSDTM_1min")).rejects,
      SizeIs(1));
}

TEST(KucoinStream, ACutFrameIsNoFrame) {
  std::string frame = candle_frame(R"("1790993280","10","10","10","10","1","1")");
  ASSERT_THAT(decode(frame).messages, SizeIs(1));
  for (std::size_t bytes = 0; bytes < frame.size(); ++bytes) {
    auto cut = decode(frame.substr(0, bytes));
    EXPECT_THAT(cut.messages, SizeIs(0)) << bytes;
    EXPECT_THAT(cut.rejects, SizeIs(1)) << bytes;
  }
}

const std::string trade =
    R"({"topic":"/contractMarket/execution:XBTUSDTM","type":"message","subject":"match",)"
    R"("sn":17941,"data":{"symbol":"XBTUSDTM","sequence":17941,"side":"sell","size":2,)"
    R"("price":"90503.9","takerOrderId":"247822202957807616","makerOrderId":"2478",)"
    R"("tradeId":"17941","ts":1731898619520000000}})";
const std::string quote =
    R"({"topic":"/contractMarket/tickerV2:XBTUSDTM","type":"message","subject":"tickerV2",)"
    R"("sn":172,"data":{"symbol":"XBTUSDTM","sequence":172,"bestBidSize":685,)"
    R"("bestBidPrice":"110212","bestAskPrice":"110212.1","bestAskSize":1941,)"
    R"("ts":1756199639879000000}})";
const std::string quote_and_trade =
    R"({"topic":"/contractMarket/ticker:XBTUSDTM","type":"message","subject":"ticker","sn":182,)"
    R"("data":{"symbol":"XBTUSDTM","sequence":182,"side":"buy","size":2,"price":"110212.1",)"
    R"("bestBidSize":112,"bestBidPrice":"110212","bestAskPrice":"110212.1","tradeId":"182",)"
    R"("bestAskSize":1578,"ts":1740642161735000000}})";
const std::string statistics =
    R"({"topic":"/contractMarket/snapshot:XBTUSDTM","type":"message","subject":"snapshot.24h",)"
    R"("data":{"fundingRate":-0.000002,"highPrice":87274.8,"lastPrice":84556.7,"lowPrice":83864.7,)"
    R"("price24HoursBefore":85034.0,"priceChg":-477.3,"priceChgPct":-5.6E-3,"symbol":"XBTUSDTM",)"
    R"("ts":1790993335003748866,"turnover":337376435.2988,"volume":3938.189}})";
const std::string statistics_with_id =
    R"({"topic":"/contractMarket/snapshot:ETHUSDCM","type":"message","subject":"snapshot.24h",)"
    R"("id":"68ad7e39","data":{"highPrice":4684.50,"lastPrice":4433.86,"lowPrice":4310.45,)"
    R"("price24HoursBefore":4594.44,"priceChg":-160.58,"priceChgPct":-0.0349,"symbol":"ETHUSDCM",)"
    R"("ts":1756200505012494819,"turnover":3068698.8596315383,"volume":684.327}})";

TEST(KucoinStream, TradesQuotesAndPrices) {
  auto frame = decode(trade);
  ASSERT_THAT(frame.messages, SizeIs(1)) << frame.rejects[0].message;
  EXPECT_EQ(std::get<TradeMessage>(frame.messages[0]),
            (TradeMessage{"XBTUSDTM", 17941, 90503.9, 2, true, Timestamp{1'731'898'619'520}}));
  for (const std::string& text : {quote, quote_and_trade}) {
    frame = decode(text);
    ASSERT_THAT(frame.messages, SizeIs(1)) << frame.rejects[0].message;
    EXPECT_EQ(std::get<QuoteMessage>(frame.messages[0]),
              (QuoteMessage{"XBTUSDTM", 110212, 110212.1}));
  }
  frame = decode(statistics_with_id);
  ASSERT_THAT(frame.messages, SizeIs(1)) << frame.rejects[0].message;
  EXPECT_EQ(std::get<PriceMessage>(frame.messages[0]),
            (PriceMessage{"ETHUSDCM", 4433.86, 3068698.8596315383, Timestamp{1'756'200'505'012}}));
}

/// Every layout that is read the short way (usual_frame.hpp).
std::vector<std::string> usual_frames() {
  return {candle_frame(R"("1790993280","84568.3","84556.7","84570","84544.2","1080991.7","12785")"),
          trade,
          quote,
          quote_and_trade,
          statistics,
          statistics_with_id};
}

/// Read the long way, which a space in front forces, a frame gives the same.
void expect_same_both_ways(const std::string& frame) {
  DecodedFrame usual = decode(frame), other = decode(" " + frame);
  EXPECT_EQ(usual.messages, other.messages) << frame;
  EXPECT_EQ(usual.rejects.size(), other.rejects.size()) << frame;
}

TEST(KucoinStream, UsualFramesGoTheShortWay) {
  for (const std::string& frame : usual_frames()) {
    DecodedFrame out;
    EXPECT_TRUE(read_usual_frame(frame, received, out)) << frame;
    EXPECT_THAT(out.messages, SizeIs(1)) << frame;
    EXPECT_EQ(out.messages, decode(" " + frame).messages) << frame;
  }
}

TEST(KucoinStream, TheShortWayReadsWhatTheLongWayReads) {
  for (const std::string& frame : usual_frames())
    for (std::size_t at = 0; at < frame.size(); ++at) {
      expect_same_both_ways(frame.substr(0, at));
      expect_same_both_ways(std::string(frame).erase(at, 1));
      for (char with : std::string_view("\"\\ 09.-eE{}[],:_xmM\x01\xc3")) {
        std::string bent = frame;
        bent[at] = with;
        expect_same_both_ways(bent);
      }
    }
}

TEST(KucoinStream, ControlMessages) {
  EXPECT_TRUE(std::holds_alternative<WelcomeMessage>(
      decode(R"({"id":"x","type":"welcome"})").messages.at(0)));
  EXPECT_EQ(std::get<AckMessage>(decode(R"({"id":"7","type":"ack"})").messages.at(0)).id, "7");
  auto refusal = std::get<RefusalMessage>(
      decode(R"({"id":"9","type":"error","code":404,"data":"topic does not exist"})")
          .messages.at(0));
  EXPECT_EQ(refusal.id, "9");
  EXPECT_EQ(refusal.code, 404);
  EXPECT_EQ(refusal.text, "topic does not exist");
}

TEST(KucoinRest, QueriesHaveTheOtherOrder) {
  auto page = parse_candles(reader,
                            R"({"code":"200000","data":[[1790993280000,10,12.5,9,1.1E1,3],)"
                            R"([1790993340000,11,11,11,11,5,99.5]]})",
                            Timeframe::m1, received);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_THAT(page->candles, SizeIs(2));
  EXPECT_EQ(page->candles[0].high, 12.5);
  EXPECT_EQ(page->candles[0].low, 9);
  EXPECT_EQ(page->candles[0].close, 11);
  EXPECT_EQ(page->candles[1].volume, 5);
}

Verdict verdict(int status, std::string body,
                std::vector<std::pair<std::string, std::string>> headers = {}) {
  return judge_response(reader, {status, std::move(headers), std::move(body)}).verdict;
}

TEST(KucoinRest, ErrorsComeWithAnyStatus) {
  EXPECT_EQ(verdict(200, R"({"code":"200000","data":1})"), Verdict::ok);
  EXPECT_EQ(verdict(200, R"({"msg":"Invalid symbol.","code":"200003"})"), Verdict::refused);
  EXPECT_EQ(verdict(200, R"({"code":"404000","msg":"…"})"), Verdict::refused);
  EXPECT_EQ(verdict(404, R"({"code":"404","msg":"Not Found"})"), Verdict::refused);
  EXPECT_EQ(verdict(200, R"({"code":"200002","msg":"too many requests"})"), Verdict::rate_limited);
  EXPECT_EQ(verdict(429, R"({"code":"429000","msg":"Too many requests"})"), Verdict::rate_limited);
  EXPECT_EQ(verdict(200, R"({"code":"400302","msg":"region"})"), Verdict::region_blocked);
  EXPECT_EQ(verdict(403, "<html>error code: 1015</html>"), Verdict::rate_limited);
  EXPECT_EQ(verdict(403, "<html>Forbidden</html>"), Verdict::forbidden);
  EXPECT_EQ(verdict(503, "<html>"), Verdict::maintenance);
  EXPECT_EQ(verdict(200, "<html>"), Verdict::malformed);
  EXPECT_EQ(verdict(0, "connection refused"), Verdict::failed);
}

TEST(KucoinRest, WaitsAsLongAsTheGatewaySays) {
  auto judged = judge_response(
      reader,
      {429, {{"gw-ratelimit-reset", "12345"}}, R"({"code":"429000","msg":"Too many requests"})"});
  EXPECT_EQ(judged.wait, milliseconds(12'345));
  EXPECT_GT(judge_response(reader, {429, {}, "{}"}).wait, Duration{});
}

TEST(KucoinProtocol, AsksForAWindowWithBothEnds) {
  auto protocol = make_protocol();
  RestRequest request = protocol->candle_request(default_hosts(protocol->table()), "XBTUSDTM",
                                                 Timeframe::m5, Timestamp{1'790'993'400'000}, 200);
  EXPECT_EQ(request.url,
            "https://api-futures.kucoin.com/api/v1/kline/query?symbol=XBTUSDTM&granularity=5"
            "&from=1790993400000&to=1791053399999");
  EXPECT_EQ(request.weight, 3u);
  EXPECT_EQ(protocol->parse_candle_request(request.url),
            (CandleQuestion{"XBTUSDTM", Timeframe::m5, {1'790'993'400'000}, 200}));
  for (const char* other : {"http://x/api/v1/kline/query?symbol=A&granularity=6&from=0&to=0",
                            "http://x/api/v1/kline/query?symbol=A&granularity=5&from=1&to=0",
                            "http://x/api/v1/kline/query?symbol=A&granularity=5&from=0&to=60000000",
                            "http://x/api/v1/kline/query?symbol=A&granularity=5&from=0",
                            "http://x/api/v1/timestamp?symbol=A&granularity=5&from=0&to=0"})
    EXPECT_FALSE(protocol->parse_candle_request(other)) << other;
}

TEST(KucoinProtocol, SubscribesManyTopicsInOneMessage) {
  auto protocol = make_protocol();
  std::vector<std::string> topics = {protocol->candle_topic("XBTUSDTM", Timeframe::m1),
                                     protocol->candle_topic("ETHUSDTM", Timeframe::d1)};
  EXPECT_EQ(protocol->subscribe_text(topics, 3),
            R"({"id":"3","type":"subscribe","topic":"/contractMarket/limitCandle:XBTUSDTM_1min,)"
            R"(ETHUSDTM_1day","privateChannel":false,"response":true})");
}

std::string token_body(std::string_view endpoint) {
  return R"({"code":"200000","data":{"token":"a/b=","instanceServers":[{"endpoint":")" +
         std::string(endpoint) +
         R"(","encrypt":true,"protocol":"websocket","pingInterval":18000,"pingTimeout":10000}]}})";
}

TEST(KucoinProtocol, GoesOnlyToServersOfTheirs) {
  auto protocol = make_protocol();
  ExchangeHosts hosts = default_hosts(protocol->table());
  auto access =
      protocol->parse_token(token_body("wss://ws-api-futures.kucoin.com/"), hosts, received);
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->url, "wss://ws-api-futures.kucoin.com/?token=a%2Fb%3D&connectId=cscan");
  EXPECT_EQ(access->ping_every, seconds(18));
  for (const char* foreign :
       {"ws://ws-api-futures.kucoin.com/", "wss://evil.example/", "wss://evilkucoin.com/",
        "wss://evil.example/.kucoin.com", "wss://a.kucoin.com@evil.example/", "wss://"})
    EXPECT_FALSE(protocol->parse_token(token_body(foreign), hosts, received)) << foreign;
}

TEST(KucoinProtocol, StaysAtTheAddressItWasGiven) {
  auto protocol = make_protocol();
  auto hosts = local_hosts("http://127.0.0.1:9000/");
  ASSERT_TRUE(hosts);
  auto access = protocol->parse_token(token_body("wss://ws-api-futures.kucoin.com/endpoint"),
                                      *hosts, received);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->url, "ws://127.0.0.1:9000/endpoint?token=a%2Fb%3D&connectId=cscan");
  EXPECT_FALSE(local_hosts("127.0.0.1:9000"));
  EXPECT_FALSE(local_hosts("http://x/path"));
}

TEST(KucoinProtocol, CountsUsedWeightFromTheRemainder) {
  auto protocol = make_protocol();
  EXPECT_EQ(protocol->used_weight(
                {200, {{"gw-ratelimit-limit", "2000"}, {"gw-ratelimit-remaining", "1990"}}, ""}),
            10u);
  EXPECT_FALSE(protocol->used_weight({200, {}, ""}));
}

TEST(KucoinListing, LotsInverseAndDated) {
  auto listing = parse_listing(
      reader,
      R"({"code":"200000","data":[)"
      R"({"symbol":"XBTUSDM","type":"FFWCSX","baseCurrency":"XBT","quoteCurrency":"USD",)"
      R"("settleCurrency":"XBT","status":"Open","lotSize":1,"tickSize":0.1,"multiplier":-1,)"
      R"("isInverse":true,"expireDate":null,"firstOpenDate":1585555200000},)"
      R"({"symbol":"XBTMZ26","type":"FFICSX","baseCurrency":"XBT","quoteCurrency":"USDT",)"
      R"("settleCurrency":"USDT","status":"Open","lotSize":1,"tickSize":1.0E-1,)"
      R"("multiplier":2.0E-4,"isInverse":false,"expireDate":1798185600000},)"
      R"({"symbol":"BAD","type":"FFWCSX","baseCurrency":"B","quoteCurrency":"USDT",)"
      R"("settleCurrency":"USDT","status":"Paused","lotSize":1,"tickSize":0,"multiplier":1,)"
      R"("isInverse":false}]})");
  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_THAT(listing->contracts, SizeIs(2));
  EXPECT_THAT(listing->rejects, SizeIs(1));
  EXPECT_EQ(listing->contracts[0].instrument.symbol(), "BTC/USD:BTC");
  EXPECT_FALSE(is_watchable(listing->contracts[0]));
  EXPECT_EQ(listing->contracts[1].instrument.symbol(), "BTC/USDT:USDT-261225");
  EXPECT_EQ(listing->contracts[1].lot_size, 0.0002);
}

}  // namespace
}  // namespace cscan::kucoinfutures
