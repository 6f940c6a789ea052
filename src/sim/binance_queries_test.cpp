// What Binance's two markets answer to queries: names, types and errors as documented. Candles have
// a file of their own, and so have weights and limits.

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using testing::Contains;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

constexpr const char* decimal = "[0-9]+\\.[0-9]+";

json::object symbol_of(const json::value& listing, std::string_view symbol) {
  for (const json::value& one : listing.at("symbols").as_array())
    if (word(one.as_object(), "symbol") == symbol)
      return one.as_object();
  return {};
}
json::object filter_of(const json::object& symbol, std::string_view type) {
  for (const json::value& filter : symbol.at("filters").as_array())
    if (word(filter.as_object(), "filterType") == type)
      return filter.as_object();
  return {};
}
std::vector<std::string> symbols_of(const json::value& list) {
  std::vector<std::string> symbols;
  for (const json::value& one : list.as_array())
    symbols.push_back(word(one.as_object(), "symbol"));
  return symbols;
}

TEST(BinanceQueries, PingAndTime) {
  SimRig rig;
  for (const char* base : {"/api/v3/", "/fapi/v1/"}) {
    EXPECT_EQ(rig.get(std::string(base) + "ping").body, "{}");
    const json::object time = rig.ask(std::string(base) + "time").as_object();
    EXPECT_EQ(shape_of(time), "serverTime:whole");
    EXPECT_EQ(time.at("serverTime").as_int64(), 1'741'168'700'000);
  }
  EXPECT_EQ(shape_of(rig.ask("/sapi/v1/system/status").as_object()), "status:whole msg:text");
  EXPECT_THAT(rig.ask("/dapi/v1/exchangeInfo").at("symbols").as_array(), IsEmpty());
}

TEST(BinanceQueries, SpotListing) {
  SimRig rig;
  const json::value listing = rig.ask("/api/v3/exchangeInfo");
  EXPECT_EQ(shape_of(listing.as_object()),
            "timezone:text serverTime:whole rateLimits:list exchangeFilters:list symbols:list");
  EXPECT_EQ(
      json::serialize(listing.at("rateLimits")),
      R"([{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000},)"
      R"({"rateLimitType":"RAW_REQUESTS","interval":"MINUTE","intervalNum":5,"limit":300000}])");
  EXPECT_THAT(listing.at("symbols").as_array(), SizeIs(433));
  const json::object btc = symbol_of(listing, "BTCUSDT");
  EXPECT_EQ(shape_of(btc),
            "symbol:text status:text baseAsset:text baseAssetPrecision:whole quoteAsset:text "
            "quotePrecision:whole quoteAssetPrecision:whole orderTypes:list "
            "isSpotTradingAllowed:yes/no isMarginTradingAllowed:yes/no filters:list "
            "permissions:list permissionSets:list");
  EXPECT_EQ(word(btc, "status"), "TRADING");
  EXPECT_EQ(word(btc, "baseAsset"), "BTC");
  EXPECT_EQ(word(btc, "quoteAsset"), "USDT");
  EXPECT_EQ(word(filter_of(btc, "PRICE_FILTER"), "tickSize"), "0.01000000");
  EXPECT_EQ(word(filter_of(btc, "LOT_SIZE"), "stepSize"), "0.00001000");
  EXPECT_EQ(shape_of(filter_of(btc, "PRICE_FILTER")),
            "filterType:text minPrice:text maxPrice:text tickSize:text");
  EXPECT_EQ(shape_of(filter_of(btc, "LOT_SIZE")),
            "filterType:text minQty:text maxQty:text stepSize:text");
  EXPECT_EQ(shape_of(filter_of(btc, "NOTIONAL")), "filterType:text minNotional:text");
  EXPECT_EQ(word(filter_of(symbol_of(listing, "PEPEUSDT"), "PRICE_FILTER"), "tickSize"),
            "0.0000000001")
      << "more digits than eight where the price needs them";
}

TEST(BinanceQueries, FuturesListing) {
  SimRig rig;
  const json::value listing = rig.ask("/fapi/v1/exchangeInfo");
  EXPECT_EQ(shape_of(listing.as_object()),
            "timezone:text serverTime:whole futuresType:text rateLimits:list exchangeFilters:list "
            "assets:list symbols:list");
  EXPECT_EQ(word(listing.as_object(), "futuresType"), "U_MARGINED");
  EXPECT_EQ(listing.at("rateLimits").at(0).at("limit").as_int64(), 2'400);
  const json::object eth = symbol_of(listing, "ETHUSDT");
  EXPECT_EQ(shape_of(eth),
            "symbol:text pair:text contractType:text deliveryDate:whole onboardDate:whole "
            "status:text baseAsset:text quoteAsset:text marginAsset:text pricePrecision:whole "
            "quantityPrecision:whole baseAssetPrecision:whole quotePrecision:whole "
            "underlyingType:text underlyingSubType:list triggerProtect:text filters:list "
            "orderTypes:list timeInForce:list");
  EXPECT_EQ(word(eth, "contractType"), "PERPETUAL");
  EXPECT_EQ(word(eth, "status"), "TRADING");
  EXPECT_EQ(word(eth, "marginAsset"), "USDT");
  EXPECT_EQ(eth.at("deliveryDate").as_int64(), 4'133'404'800'000) << "the year 2100";
  EXPECT_EQ(word(filter_of(eth, "PRICE_FILTER"), "tickSize"), "0.01");
  EXPECT_EQ(word(filter_of(eth, "LOT_SIZE"), "stepSize"), "0.01") << "swaps trade in coarser lots";
  EXPECT_EQ(word(filter_of(eth, "MIN_NOTIONAL"), "notional"), "5");
}

TEST(BinanceQueries, AListingOfSomeSymbols) {
  SimRig rig;
  const json::value one = rig.ask("/api/v3/exchangeInfo?symbol=ETHUSDT");
  EXPECT_THAT(symbols_of(one.at("symbols")), testing::ElementsAre("ETHUSDT"));
  const json::value two = rig.ask("/api/v3/exchangeInfo?symbols=%5B%22SOLUSDT%22,%22BTCUSDT%22%5D");
  EXPECT_THAT(symbols_of(two.at("symbols")), testing::UnorderedElementsAre("SOLUSDT", "BTCUSDT"));
}

TEST(BinanceQueries, MarketsBeforeTheirListing) {
  SimRig rig("", Timestamp{1'741'172'390'000});  // 10:59:50; at 11:00 1000MER begins to trade
  EXPECT_EQ(word(symbol_of(rig.ask("/api/v3/exchangeInfo"), "1000MERUSDT"), "status"), "BREAK");
  EXPECT_THAT(symbols_of(rig.ask("/api/v3/ticker/24hr")), Not(Contains("1000MERUSDT")));
  EXPECT_EQ(rig.get("/api/v3/klines?symbol=1000MERUSDT&interval=1m").body, "[]");
  const json::object coming = symbol_of(rig.ask("/fapi/v1/exchangeInfo"), "BROL2USDT");
  EXPECT_EQ(word(coming, "status"), "PENDING_TRADING");
  EXPECT_EQ(coming.at("onboardDate").as_int64(), 1'742'608'800'000) << "2025-03-22 02:00";
  rig.skip(seconds(10));
  EXPECT_EQ(word(symbol_of(rig.ask("/api/v3/exchangeInfo"), "1000MERUSDT"), "status"), "TRADING");
  EXPECT_THAT(symbols_of(rig.ask("/api/v3/ticker/24hr")), Contains("1000MERUSDT"));
}

TEST(BinanceQueries, StatisticsOfADay) {
  SimRig rig;
  const json::object spot = rig.ask("/api/v3/ticker/24hr?symbol=BTCUSDT").as_object();
  EXPECT_EQ(shape_of(spot),
            "symbol:text priceChange:text priceChangePercent:text weightedAvgPrice:text "
            "prevClosePrice:text bidPrice:text bidQty:text askPrice:text askQty:text "
            "lastPrice:text lastQty:text openPrice:text highPrice:text lowPrice:text volume:text "
            "quoteVolume:text openTime:whole closeTime:whole firstId:whole lastId:whole "
            "count:whole");
  const json::object futures = rig.ask("/fapi/v1/ticker/24hr?symbol=BTCUSDT").as_object();
  EXPECT_EQ(shape_of(futures),
            "symbol:text priceChange:text priceChangePercent:text weightedAvgPrice:text "
            "lastPrice:text lastQty:text openPrice:text highPrice:text lowPrice:text volume:text "
            "quoteVolume:text openTime:whole closeTime:whole firstId:whole lastId:whole "
            "count:whole");
  // The 288 five-minute candles that closed last, whose sums are the truth's.
  double high = 0, low = 1e18, volume = 0;
  const auto day =
      truth()->closed(market_of("binance", "BTC").instrument, Timeframe::m5, start, 288);
  for (const Candle& candle : day) {
    high = std::max(high, candle.high);
    low = std::min(low, candle.low);
    volume += candle.volume;
  }
  EXPECT_EQ(number(spot.at("highPrice")), high);
  EXPECT_EQ(number(spot.at("lowPrice")), low);
  EXPECT_NEAR(number(spot.at("volume")), volume, 1e-6 * volume);
  EXPECT_EQ(number(spot.at("openPrice")), day.front().open);
  EXPECT_NEAR(number(spot.at("priceChange")),
              number(spot.at("lastPrice")) - number(spot.at("openPrice")), 1e-8);
  const double mean = number(spot.at("quoteVolume")) / number(spot.at("volume"));
  EXPECT_NEAR(number(spot.at("weightedAvgPrice")), mean, 1e-4 * mean);
  EXPECT_EQ(spot.at("closeTime").as_int64() - spot.at("openTime").as_int64(), 86'400'000);
}

TEST(BinanceQueries, TickersOfOneOfSomeAndOfAll) {
  SimRig rig;
  const json::value all = rig.ask("/api/v3/ticker/24hr");
  EXPECT_EQ(all.as_array().size(), 433u - 141u) << "those that trade by now";
  const char* two = "/api/v3/ticker/24hr?symbols=%5B%22BTCUSDT%22%2C%22ETHUSDT%22%5D";
  EXPECT_THAT(symbols_of(rig.ask(two)), testing::ElementsAre("BTCUSDT", "ETHUSDT"));
  EXPECT_EQ(rig.ask("/fapi/v1/ticker/24hr").as_array().size(), 380u - 127u);
}

TEST(BinanceQueries, PricesAndBooks) {
  SimRig rig;
  const TradedMarket btc = market_of("binance", "BTC");
  const json::object price = rig.ask("/api/v3/ticker/price?symbol=BTCUSDT").as_object();
  EXPECT_EQ(shape_of(price), "symbol:text price:text");
  EXPECT_THAT(word(price, "price"), MatchesRegex(decimal));
  EXPECT_EQ(shape_of(rig.ask("/fapi/v2/ticker/price?symbol=BTCUSDT").as_object()),
            "symbol:text price:text time:whole");
  const json::object book = rig.ask("/api/v3/ticker/bookTicker?symbol=BTCUSDT").as_object();
  EXPECT_EQ(shape_of(book), "symbol:text bidPrice:text bidQty:text askPrice:text askQty:text");
  EXPECT_EQ(shape_of(rig.ask("/fapi/v1/ticker/bookTicker?symbol=BTCUSDT").as_object()),
            "symbol:text bidPrice:text bidQty:text askPrice:text askQty:text time:whole");
  EXPECT_LT(number(book.at("bidPrice")), number(price.at("price")));
  EXPECT_GT(number(book.at("askPrice")), number(price.at("price")));
  const json::object depth = rig.ask("/api/v3/depth?symbol=BTCUSDT").as_object();
  EXPECT_EQ(shape_of(depth), "lastUpdateId:whole bids:list asks:list");
  double above = 1e18;
  for (const json::value& level : depth.at("bids").as_array()) {
    EXPECT_LT(number(level.at(0)), above) << "best first";
    above = number(level.at(0));
  }
  // The price of this very second, not of some minutes ago.
  auto follower = truth()->follow(btc.instrument, std::array{Timeframe::m1});
  follower->at(start);
  EXPECT_EQ(number(price.at("price")), follower->price());
}

TEST(BinanceQueries, TradesAddUpToTheCandle) {
  SimRig rig("", ten_o_clock + minutes(1));
  const Candle minute = true_candle(market_of("binance", "BTC"), Timeframe::m1, ten_o_clock);
  double volume = 0, high = 0, low = 1e18;
  std::int64_t id = 0;
  const json::value trades = rig.ask("/api/v3/aggTrades?symbol=BTCUSDT&limit=60");
  for (const json::value& trade : trades.as_array()) {
    EXPECT_EQ(shape_of(trade.as_object()),
              "a:whole p:text q:text f:whole l:whole T:whole m:yes/no M:yes/no");
    EXPECT_GT(trade.at("a").as_int64(), id) << "oldest first, ids rise";
    id = trade.at("a").as_int64();
    volume += number(trade.at("q"));
    high = std::max(high, number(trade.at("p")));
    low = std::min(low, number(trade.at("p")));
  }
  EXPECT_NEAR(volume, minute.volume, 1e-6 * minute.volume);
  EXPECT_LE(high, minute.high);
  EXPECT_GE(low, minute.low);
  EXPECT_EQ(number(trades.as_array().back().at("p")), minute.close);
  EXPECT_EQ(shape_of(rig.ask("/fapi/v1/aggTrades?symbol=BTCUSDT").at(0).as_object()),
            "a:whole p:text q:text f:whole l:whole T:whole m:yes/no");
  EXPECT_EQ(shape_of(rig.ask("/api/v3/trades?symbol=BTCUSDT").at(0).as_object()),
            "id:whole price:text qty:text quoteQty:text time:whole isBuyerMaker:yes/no "
            "isBestMatch:yes/no");
  EXPECT_EQ(shape_of(rig.ask("/fapi/v1/trades?symbol=BTCUSDT").at(0).as_object()),
            "id:whole price:text qty:text quoteQty:text time:whole isBuyerMaker:yes/no");
}

TEST(BinanceQueries, ErrorsHaveACodeAndAStatus) {
  SimRig rig;
  struct Case {
    const char* target;
    const char* code;
  };
  for (const Case& wrong : {
           Case{"/api/v3/klines?symbol=NOPEUSDT&interval=1m", R"({"code":-1121,"msg":"Invalid )"},
           Case{"/api/v3/klines?symbol=btcusdt&interval=1m", R"({"code":-1121,"msg":"Invalid )"},
           Case{"/api/v3/klines?symbol=BTCUSDT&interval=7m", R"({"code":-1120,"msg":"Invalid )"},
           Case{"/api/v3/klines?symbol=BTCUSDT&interval=1M0", R"({"code":-1120,"msg":"Inval)"},
           Case{"/api/v3/klines?interval=1m", R"({"code":-1102,"msg":"Mandatory parameter 'symbo)"},
           Case{"/api/v3/klines?symbol=BTCUSDT", R"({"code":-1102,"msg":"Mandatory parameter 'in)"},
           Case{"/fapi/v1/klines?symbol=NOPEUSDT&interval=1m", R"({"code":-1121,)"},
           Case{"/fapi/v1/klines?symbol=BTCUSDT&interval=1s", R"({"code":-1120,)"},
           Case{"/api/v3/ticker/24hr?symbol=NOPEUSDT", R"({"code":-1121,)"},
           Case{"/api/v3/ticker/24hr?symbols=%5B%22NOPEUSDT%22%5D", R"({"code":-1121,)"},
           Case{"/api/v3/ticker/24hr?symbols=BTCUSDT", R"({"code":-1100,)"},
           Case{"/api/v3/exchangeInfo?symbol=NOPEUSDT", R"({"code":-1121,)"},
           Case{"/api/v3/aggTrades?symbol=NOPEUSDT", R"({"code":-1121,)"},
           Case{"/api/v3/trades?symbol=NOPEUSDT", R"({"code":-1121,)"},
           Case{"/api/v3/depth?symbol=NOPEUSDT", R"({"code":-1121,)"},
           Case{"/fapi/v1/ticker/bookTicker?symbol=NOPEUSDT", R"({"code":-1121,)"},
       }) {
    const SimReply reply = rig.get(wrong.target);
    EXPECT_EQ(reply.status, 400) << wrong.target;
    EXPECT_TRUE(reply.body.starts_with(wrong.code)) << wrong.target << ": " << reply.body;
    ASSERT_TRUE(is_json(reply.body)) << reply.body;
    EXPECT_EQ(shape_of(json::parse(reply.body).as_object()), "code:whole msg:text");
  }
}

TEST(BinanceQueries, PathsThatAreNotThere) {
  SimRig rig;
  for (const char* path : {"/", "", "/api/v1/time", "/api/v3/", "/api/v3/orders",
                           "/fapi/v1/uiKlines", "/fapi/v3/klines", "/api/v3/klines/", "/sim", "*"})
    EXPECT_EQ(rig.get(path).status, 404) << path;
}

}  // namespace
}  // namespace cscan
