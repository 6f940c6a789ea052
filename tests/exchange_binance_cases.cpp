// Recorded payloads of Binance spot and USD-M, each field that we read compared with what another
// parser finds there.

#include <map>

#include "binance_frame_check.hpp"
#include "exchange/binance/endpoints.hpp"
#include "exchange/binance/listing.hpp"
#include "exchange/binance_family/rest_parse.hpp"
#include "exchange/binanceusdm/endpoints.hpp"
#include "exchange/binanceusdm/listing.hpp"
#include "exchange_fixture.hpp"
#include "exchange_fixture_cases.hpp"

namespace cscan::fixture {
namespace {

JsonReader reader(64 * 1024 * 1024);
constexpr Timestamp received = after_all_captures;

DecodedFrame decode(const ExchangeTable& table, std::string_view frame) {
  return decode_binance_frame(table, frame);
}

std::map<std::string, int> check_capture(const ExchangeTable& table, const std::string& name) {
  std::map<std::string, int> kinds;
  for (const Line& line : lines(name))
    if (!line.raw.empty())
      ++kinds[check_binance_frame(table, line.raw)];
  return kinds;
}

void spot_capture() {
  auto kinds = check_capture(binance::table, "ws/binance_spot_combined_20211012.jsonl");
  EXPECT_EQ(kinds, (std::map<std::string, int>{
                       {"forming", 2}, {"other", 177}, {"quote", 84}, {"trade", 2}}));
}

void usdm_capture() {
  auto kinds = check_capture(binanceusdm::table, "ws/binanceusdm_combined_20210722_trim.jsonl");
  EXPECT_EQ(kinds["trade"], 91);
  EXPECT_EQ(kinds["quote"], 120);
  EXPECT_EQ(kinds["other"], 10);
  EXPECT_EQ(kinds["forming"] + kinds["closed"], 67);
  EXPECT_EQ(kinds["closed"], 4);  // one minute of four markets
}

/// Documentation samples have times no exchange would send; `mended` puts one that fits.
std::string mended(std::string text, std::string_view old, std::string_view with) {
  std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), with);
}

void docs_kline_open() {
  // The sample's low lies above its open: refused as it is.
  std::string raw = text("ws/binanceusdm_docs_kline_stream_open.json");
  DecodedFrame decoded = decode(binanceusdm::table, raw);
  ASSERT_EQ(decoded.rejects.size(), 1U);
  EXPECT_EQ(decoded.rejects[0].message, "high and low do not enclose open and close");
  EXPECT_EQ(check_binance_frame(binanceusdm::table, mended(raw, "0.0015", "0.0009")), "forming");
}

void docs_kline_closed() {
  // The sample is flagged as closed at its very beginning: refused as it is.
  std::string raw = text("ws/binanceusdm_docs_kline_stream_closed.json");
  DecodedFrame decoded = decode(binanceusdm::table, raw);
  ASSERT_EQ(decoded.rejects.size(), 1U);
  EXPECT_EQ(decoded.rejects[0].message, "flagged as closed before its end");
  EXPECT_EQ(check_binance_frame(binanceusdm::table, mended(raw, "1638747660000", "1638747720101")),
            "closed");
}

void docs_trade() {
  std::string raw = text("ws/binanceusdm_docs_agg_trade_stream.json");
  ASSERT_EQ(decode(binanceusdm::table, raw).rejects.size(), 1U);  // it is of January 1970
  EXPECT_EQ(check_binance_frame(binanceusdm::table, mended(raw, "123456785", "1700000000785")),
            "trade");
}

void docs_quote() {
  std::string raw = text("ws/binanceusdm_docs_book_ticker_stream.json");
  EXPECT_EQ(check_binance_frame(binanceusdm::table, raw), "quote");
}

void docs_ticker() {
  DecodedFrame decoded = decode(binanceusdm::table, text("ws/binanceusdm_docs_ticker_stream.json"));
  ASSERT_EQ(decoded.messages.size(), 1U);
  auto price = std::get<PriceMessage>(decoded.messages[0]);
  EXPECT_EQ(price.market, "BTCUSDT");
  EXPECT_EQ(price.price, 16584.6);
  EXPECT_EQ(price.quote_volume_24h, 2036102085.697464);
  EXPECT_EQ(price.event_time.ms, 1'672'515'782'136);
}

void server_time() {
  EXPECT_EQ(binance_family::parse_time(reader, text("rest/binance_time.json"), received),
            Timestamp{1'633'835'466'289});
}

void check_candles(const std::string& name, Timeframe timeframe) {
  std::string body = text(name);
  auto page = binance_family::parse_candles(reader, body, timeframe, received);
  ASSERT_TRUE(page) << page.error().message;
  json::array rows = json::parse(body).as_array();
  ASSERT_EQ(page->candles.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const json::array& row = rows[i].as_array();
    EXPECT_EQ(page->candles[i],
              (Candle{Timestamp{whole(row[0])}, number(row[1]), number(row[2]), number(row[3]),
                      number(row[4]), number(row[5]), 0, CandleState::final}));
  }
  EXPECT_EQ(page->bad_rows, 0U);
}

void spot_klines() { check_candles("rest/binance_spot_klines_1m_20211022.json", Timeframe::m1); }
void usdm_klines() { check_candles("rest/binanceusdm_klines_5m_20210321.json", Timeframe::m5); }

void docs_klines() {
  // A weekly row, which the scanner has no timeframe for; it must not pass for a daily one.
  std::string body = text("rest/binanceusdm_klines_docs.json");
  auto page = binance_family::parse_candles(reader, body, Timeframe::d1, received);
  EXPECT_FALSE(page);
  page = binance_family::parse_candles(reader, mended(body, "1499644799999", "1499126399999"),
                                       Timeframe::d1, received);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->candles.at(0), (Candle{Timestamp{1'499'040'000'000}, 0.0163479, 0.8, 0.015758,
                                         0.015771, 148976.11427815}));
}

void spot_trades() {
  std::string body = text("rest/binance_spot_aggTrades_20211022.json");
  auto trades = binance_family::parse_trades(reader, body, "BTCUSDT", received);
  ASSERT_TRUE(trades) << trades.error().message;
  json::array rows = json::parse(body).as_array();
  ASSERT_EQ(trades->size(), 10U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    json::object row = rows[i].as_object();
    row["s"] = "BTCUSDT";
    check_binance_trade((*trades)[i], row);
  }
}

/// A REST quote has long names; the scanner reads none over REST. What it must not do is take one
/// for something it reads.
void rest_quote(const std::string& name) {
  std::string body = text(name);
  EXPECT_FALSE(binance_family::parse_prices(reader, body, received));
  EXPECT_FALSE(binance_family::parse_time(reader, body, received));
  EXPECT_FALSE(binance_family::parse_trades(reader, "[" + body + "]", "X", received));
  EXPECT_EQ(decode(binance::table, body).messages.size(), 0U);
}
void spot_quote() { rest_quote("rest/binance_spot_bookTicker.json"); }
void usdm_quote() { rest_quote("rest/binanceusdm_bookTicker_docs.json"); }

void check_price(const json::object& ticker) {
  auto prices = binance_family::parse_prices(reader, json::serialize(ticker), received);
  ASSERT_TRUE(prices) << prices.error().message;
  ASSERT_EQ(prices->size(), 1U);
  EXPECT_EQ(prices->front().market, word(ticker, "symbol"));
  EXPECT_EQ(prices->front().price, number(ticker, "lastPrice"));
  EXPECT_EQ(prices->front().quote_volume_24h, number(ticker, "quoteVolume"));
  EXPECT_EQ(prices->front().event_time.ms, whole(ticker, "closeTime"));
}

void usdm_ticker() {
  check_price(json::parse(text("rest/binanceusdm_ticker24hr_docs.json")).as_object());
}

void both_tickers() {
  json::object both =
      json::parse(text("rest/ccxt_comment_binance_tickers24hr_20250729.json")).as_object();
  check_price(both.at("spot").as_object());
  check_price(both.at("usdm").as_object());
}

/// ccxt stores whole numbers in quotes; on the wire they have none.
json::object without_quotes(json::object object) {
  for (const char* key :
       {"a", "f", "l", "T", "openTime", "closeTime", "firstId", "lastId", "count"})
    if (object.contains(key))
      object[key] = whole(object, key);
  return object;
}

void ccxt_static() {
  json::object all = json::parse(text("rest/ccxt_static_binance_spot.json")).as_object();
  json::object trade = without_quotes(
      all.at("fetchTrades BTC/USDT (GET /api/v3/aggTrades)").as_array().at(0).as_object());
  auto trades =
      binance_family::parse_trades(reader, json::serialize(json::array{trade}), "X", received);
  ASSERT_TRUE(trades) << trades.error().message;
  trade["s"] = "X";
  check_binance_trade(trades->at(0), trade);
  check_price(without_quotes(
      all.at("fetchTicker BTC/USDT (GET /api/v3/ticker/24hr?symbol=BTCUSDT)").as_object()));
}

/// The filter of a kind in an exchangeInfo entry.
const json::object& filter(const json::object& symbol, std::string_view kind) {
  for (const json::value& entry : symbol.at("filters").as_array())
    if (word(entry.as_object(), "filterType") == kind)
      return entry.as_object();
  throw std::runtime_error("no such filter");
}

void check_contract(const ListedContract& contract, const json::object& symbol) {
  EXPECT_EQ(contract.id, word(symbol, "symbol"));
  EXPECT_EQ(contract.instrument.base, word(symbol, "baseAsset"));
  EXPECT_EQ(contract.instrument.quote, word(symbol, "quoteAsset"));
  EXPECT_EQ(contract.status, word(symbol, "status"));
  EXPECT_EQ(contract.is_trading, word(symbol, "status") == "TRADING");
  EXPECT_EQ(contract.price_increment, number(filter(symbol, "PRICE_FILTER"), "tickSize"));
  EXPECT_EQ(contract.quantity_increment, number(filter(symbol, "LOT_SIZE"), "stepSize"));
}

MarketListing check_listing(const std::string& name, const ExchangeTable& table,
                            std::uint32_t limit,
                            Result<MarketListing> (*parse)(JsonReader&, std::string_view)) {
  std::string body = text(name);
  auto listing = parse(reader, body);
  EXPECT_TRUE(listing) << listing.error().message;
  if (!listing)
    return {};
  json::object info = json::parse(body).as_object();
  const json::array& symbols = info.at("symbols").as_array();
  EXPECT_EQ(listing->contracts.size(), symbols.size());
  EXPECT_TRUE(listing->rejects.empty());
  EXPECT_EQ(listing->weight_limit, limit);
  for (std::size_t i = 0; i < listing->contracts.size(); ++i) {
    check_contract(listing->contracts[i], symbols[i].as_object());
    EXPECT_EQ(listing->contracts[i].instrument.exchange, table.id);
  }
  return *listing;
}

void spot_listing_2021() {
  MarketListing listing = check_listing("rest/binance_spot_exchangeInfo_20211012_subset.json",
                                        binance::table, 1'200, binance::parse_listing);
  EXPECT_EQ(listing.contracts.at(2).id, "BCCBTC");
  EXPECT_FALSE(is_watchable(listing.contracts.at(2)));
  EXPECT_EQ(listing.contracts.at(3).instrument.symbol(), "BTC/USDT");
}

void spot_listing() {
  check_listing("rest/binance_spot_exchangeInfo_nautilus.json", binance::table, 1'200,
                binance::parse_listing);
}

void usdm_listing_2021() {
  MarketListing listing = check_listing("rest/binanceusdm_exchangeInfo_20210721_subset.json",
                                        binanceusdm::table, 2'400, binanceusdm::parse_listing);
  auto of = [&](std::string_view id) {
    return *std::ranges::find(listing.contracts, id, &ListedContract::id);
  };
  EXPECT_EQ(of("1000SHIBUSDT").instrument.symbol(), "1000SHIB/USDT:USDT");
  EXPECT_EQ(of("1000SHIBUSDT").listed_at, Timestamp{1'620'630'000'000});
  EXPECT_EQ(of("BTCUSDT_210924").instrument.symbol(), "BTC/USDT:USDT-210924");
  EXPECT_EQ(of("BTCUSDT_210924").kind, MarketKind::dated);
  EXPECT_EQ(of("BTCUSDT_210924").ends_at, Timestamp{1'632'470'400'000});
  EXPECT_EQ(of("BTCBUSD").instrument.symbol(), "BTC/BUSD:BUSD");
  EXPECT_FALSE(is_watchable(of("BTCSTUSDT")));
  EXPECT_TRUE(is_watchable(of("SUSHIUSDT")));
}

void usdm_listing() {
  MarketListing listing = check_listing("rest/binanceusdm_exchangeInfo_nautilus.json",
                                        binanceusdm::table, 6'000, binanceusdm::parse_listing);
  EXPECT_FALSE(listing.contracts.at(0).ends_at);
}

constexpr FixtureCase all_cases[] = {
    {"ws/binance_spot_combined_20211012.jsonl", spot_capture},
    {"ws/binanceusdm_combined_20210722_trim.jsonl", usdm_capture},
    {"ws/binanceusdm_docs_kline_stream_open.json", docs_kline_open},
    {"ws/binanceusdm_docs_kline_stream_closed.json", docs_kline_closed},
    {"ws/binanceusdm_docs_agg_trade_stream.json", docs_trade},
    {"ws/binanceusdm_docs_book_ticker_stream.json", docs_quote},
    {"ws/binanceusdm_docs_ticker_stream.json", docs_ticker},
    {"rest/binance_time.json", server_time},
    {"rest/binance_spot_klines_1m_20211022.json", spot_klines},
    {"rest/binanceusdm_klines_5m_20210321.json", usdm_klines},
    {"rest/binanceusdm_klines_docs.json", docs_klines},
    {"rest/binance_spot_aggTrades_20211022.json", spot_trades},
    {"rest/binance_spot_bookTicker.json", spot_quote},
    {"rest/binanceusdm_bookTicker_docs.json", usdm_quote},
    {"rest/binanceusdm_ticker24hr_docs.json", usdm_ticker},
    {"rest/ccxt_comment_binance_tickers24hr_20250729.json", both_tickers},
    {"rest/ccxt_static_binance_spot.json", ccxt_static},
    {"rest/binance_spot_exchangeInfo_20211012_subset.json", spot_listing_2021},
    {"rest/binance_spot_exchangeInfo_nautilus.json", spot_listing},
    {"rest/binanceusdm_exchangeInfo_20210721_subset.json", usdm_listing_2021},
    {"rest/binanceusdm_exchangeInfo_nautilus.json", usdm_listing},
};

}  // namespace

std::span<const FixtureCase> binance_cases() { return all_cases; }

}  // namespace cscan::fixture
