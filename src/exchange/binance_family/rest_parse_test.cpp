// REST bodies of the Binance family.

#include "exchange/binance_family/rest_parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/binance_family/family_test_support.hpp"
#include "exchange/binance_family/requests.hpp"

namespace cscan::binance_family {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr Timestamp received{1'760'000'500'000};
JsonReader reader(1024 * 1024);

Result<CandlePage> candles(std::string_view body, Timeframe timeframe = Timeframe::m5) {
  return parse_candles(reader, body, timeframe, received);
}

const std::string rows =
    R"([[1759999800000,"2.1","2.5","2.0","2.2","10.5",1760000099999,"23",4,"5","11","0"],)"
    R"([1760000100000,"2.2","2.2","2.2","2.2","0",1760000399999,"0",0,"0","0","0"],)"
    R"([1760000400000,"2.2","2.3","2.1","2.15","7",1760000699999,"15",3,"2","4","17928899.6"]])";

TEST(BinanceRest, CandleRowsAreOpenHighLowClose) {
  auto page = candles(rows);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_THAT(page->candles, SizeIs(3));
  EXPECT_EQ(page->candles[0], (Candle{Timestamp{1'759'999'800'000}, 2.1, 2.5, 2.0, 2.2, 10.5}));
  EXPECT_EQ(page->candles[1], (Candle{Timestamp{1'760'000'100'000}, 2.2, 2.2, 2.2, 2.2, 0}));
  EXPECT_EQ(page->candles[2].close, 2.15);  // still forming: for the reader of the page to tell
  EXPECT_EQ(page->bad_rows, 0U);
  EXPECT_THAT(candles("[]")->candles, SizeIs(0));
}

TEST(BinanceRest, ANonsensicalRowIsUnknownNotAbsent) {
  auto page = candles(replaced(rows, R"("2.0")", R"("2.3")"));  // a low above the open
  ASSERT_TRUE(page);
  ASSERT_THAT(page->candles, SizeIs(3));
  EXPECT_EQ(page->candles[0], unknown_candle(Timestamp{1'759'999'800'000}));
  EXPECT_EQ(page->bad_rows, 1U);
}

TEST(BinanceRest, PagesThatCannotBeTrustedAreRefusedWhole) {
  EXPECT_THAT(candles(rows, Timeframe::m1).error().message, HasSubstr("cannot end at"));
  EXPECT_FALSE(candles(replaced(rows, "1760000100000", "1759999800000")));
  EXPECT_FALSE(candles(replaced(rows, "1760000100000", "1760000100001")));
  EXPECT_FALSE(candles(replaced(rows, "1760000100000", "1760000100")));
  EXPECT_FALSE(candles(replaced(rows, R"("2.5")", "2.5")));
  EXPECT_FALSE(candles(R"([[1759999800000,"2.1","2.5","2.0","2.2","10.5"]])"));
  EXPECT_FALSE(candles(R"({"code":-1121,"msg":"Invalid symbol."})"));
  std::string twice = R"([[1759999800000,"1","1","1","1","1",1760000099999],)"
                      R"([1759999800000,"1","1","1","1","1",1760000099999]])";
  EXPECT_THAT(candles(twice).error().message, HasSubstr("comes after"));
  for (std::size_t n = 0; n < rows.size(); ++n)
    EXPECT_FALSE(candles(rows.substr(0, n)));
}

TEST(BinanceRest, Time) {
  EXPECT_EQ(parse_time(reader, R"({"serverTime":1760000499000})", received),
            Timestamp{1'760'000'499'000});
  EXPECT_FALSE(parse_time(reader, R"({"serverTime":1760000499})", received));
  EXPECT_FALSE(parse_time(reader, R"({})", received));
}

TEST(BinanceRest, PricesOfOneOrMany) {
  std::string one = R"({"symbol":"BTCUSDT","lastPrice":"118000.5","quoteVolume":"1.5e9",)"
                    R"("closeTime":1760000499000})";
  auto prices = parse_prices(reader, one, received);
  ASSERT_TRUE(prices);
  ASSERT_THAT(*prices, SizeIs(1));
  EXPECT_EQ(prices->front().price, 118000.5);
  EXPECT_EQ(prices->front().quote_volume_24h, 1.5e9);
  std::string dead = replaced(one, "118000.5", "0.00000000");
  std::string broken = replaced(one, R"("118000.5")", "null");
  prices = parse_prices(reader, "[" + one + "," + dead + "," + broken + "," + one + "]", received);
  ASSERT_TRUE(prices);
  EXPECT_THAT(*prices, SizeIs(2));
  EXPECT_FALSE(parse_prices(reader, "[" + one + "," + one, received));
}

TEST(BinanceRest, Trades) {
  std::string one = R"({"a":26,"p":"0.5","q":"4","f":2,"l":2,"T":1760000499000,"m":true,"M":true})";
  auto trades = parse_trades(reader, "[" + one + "]", "XUSDT", received);
  ASSERT_TRUE(trades);
  ASSERT_THAT(*trades, SizeIs(1));
  EXPECT_EQ(trades->front().market, "XUSDT");
  EXPECT_EQ(trades->front().id, 26);
  EXPECT_EQ(trades->front().quantity, 4);
  EXPECT_TRUE(trades->front().seller_is_aggressor);
  EXPECT_FALSE(parse_trades(reader, "[" + replaced(one, "\"4\"", "\"0\"") + "]", "X", received));
}

RestResponse response(int status, std::string body,
                      std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {status, std::move(headers), std::move(body)};
}

Verdict verdict(const RestResponse& r) { return judge_response(reader, r, received).verdict; }

TEST(BinanceRest, EveryWayToSayNo) {
  EXPECT_EQ(verdict(response(200, rows)), Verdict::ok);
  EXPECT_EQ(verdict(response(200, R"({"serverTime":1})")), Verdict::ok);
  EXPECT_EQ(verdict(response(400, R"({"code":-1121,"msg":"Invalid symbol."})")), Verdict::refused);
  EXPECT_EQ(verdict(response(200, R"({"code":-1121,"msg":"Invalid symbol."})")), Verdict::refused);
  EXPECT_EQ(verdict(response(400, "")), Verdict::refused);
  EXPECT_EQ(verdict(response(404, "")), Verdict::refused);
  EXPECT_EQ(verdict(response(200, R"({"code":-1003,"msg":"Too much request weight used"})")),
            Verdict::rate_limited);
  EXPECT_EQ(verdict(response(451, R"({"code":0,"msg":"restricted location"})")),
            Verdict::region_blocked);
  EXPECT_EQ(verdict(response(403, "<html>WAF</html>")), Verdict::forbidden);
  EXPECT_EQ(verdict(response(503, "<html>maintenance</html>")), Verdict::maintenance);
  EXPECT_EQ(verdict(response(500, "")), Verdict::failed);
  EXPECT_EQ(verdict(response(408, "")), Verdict::failed);
  EXPECT_EQ(verdict(response(400, R"({"code":-1007,"msg":"Timeout"})")), Verdict::failed);
  EXPECT_EQ(verdict(response(302, "")), Verdict::failed);
  EXPECT_EQ(verdict(response(0, "connection reset")), Verdict::failed);
}

TEST(BinanceRest, HowLongToWait) {
  auto limited = judge_response(
      reader, response(429, R"({"code":-1003,"msg":"Too much"})", {{"retry-after", "17"}}),
      received);
  EXPECT_EQ(limited.verdict, Verdict::rate_limited);
  EXPECT_EQ(limited.wait, seconds(17));
  EXPECT_EQ(limited.text, "HTTP 429: Too much (code -1003)");

  const char* ban = R"({"code":-1003,"msg":"Way too much; IP banned until 1760000620000. Please"})";
  auto banned = judge_response(reader, response(418, ban), received);
  EXPECT_EQ(banned.verdict, Verdict::banned);
  EXPECT_EQ(banned.wait, seconds(120));
  EXPECT_EQ(judge_response(reader, response(418, ban, {{"Retry-After", "300"}}), received).wait,
            seconds(300));
  for (const char* odd : {"-5", "soon", "1e3", ""})
    EXPECT_EQ(judge_response(reader, response(429, "", {{"Retry-After", odd}}), received).wait,
              Duration{});
  EXPECT_EQ(
      judge_response(reader, response(429, "", {{"Retry-After", "99999999999"}}), received).wait,
      days(4));
}

TEST(BinanceRest, TextsForTheLogArePrintable) {
  auto html = judge_response(reader, response(503, "<b>\x1b[1m" + std::string(500, 'x')), received);
  EXPECT_THAT(html.text, HasSubstr("HTTP 503: <b>\\x1b[1m"));
  EXPECT_THAT(html.text, HasSubstr("bytes)"));
}

TEST(BinanceRest, CandleRequests) {
  auto request = candle_request(test_table, "https://rest.example", "BTCUSDT", Timeframe::h1,
                                Timestamp{1'760'000'400'000}, 99);
  EXPECT_EQ(request.url,
            "https://rest.example/v9/klines?symbol=BTCUSDT&interval=1h&startTime=1760000400000"
            "&limit=99");
  EXPECT_EQ(request.weight, 1U);
  request = candle_request(test_table, "https://m.example", "币安", Timeframe::m1,
                           Timestamp{1'760'000'400'000}, 100);
  EXPECT_THAT(request.url, HasSubstr("https://m.example/v9/klines?symbol=%E5%B8%81%E5%AE%89&"));
  EXPECT_EQ(request.weight, 5U);
}

TEST(BinanceRest, CandleRequestsAreReadBack) {
  for (const char* market : {"BTCUSDT", "币安"})
    for (Timeframe timeframe : {Timeframe::m1, Timeframe::h1, Timeframe::d1}) {
      const CandleQuestion asked{market, timeframe, {1'760'000'400'000}, 42};
      auto request = candle_request(test_table, "http://127.0.0.1:9", market, timeframe, asked.from,
                                    asked.rows);
      EXPECT_EQ(parse_candle_request(test_table, request.url), asked) << request.url;
    }
  for (const char* other :
       {"https://x/v9/klines?symbol=A&interval=3m&startTime=0&limit=9",
        "https://x/v9/klines?symbol=A&interval=1m&startTime=0&limit=1001",
        "https://x/v9/klines?symbol=A&interval=1m&startTime=-1&limit=9",
        "https://x/v9/klines?interval=1m&startTime=0&limit=9",
        "https://x/v9/klines?symbol=A&interval=1m&startTime=0",
        "https://x/v8/klines?symbol=A&interval=1m&startTime=0&limit=9", "https://x/v9/klines", ""})
    EXPECT_FALSE(parse_candle_request(test_table, other)) << other;
}

TEST(BinanceRest, ControlMessages) {
  std::vector<std::string> streams = {"btcusdt@kline_1m", "a\"b\\@kline_1m"};
  EXPECT_EQ(subscribe_text(streams, 4),
            R"({"method":"SUBSCRIBE","params":["btcusdt@kline_1m","a\"b\\@kline_1m"],"id":4})");
  EXPECT_EQ(unsubscribe_text({streams.data(), 1}, 5),
            R"({"method":"UNSUBSCRIBE","params":["btcusdt@kline_1m"],"id":5})");
}

}  // namespace
}  // namespace cscan::binance_family
