// Spot's listing and table.

#include "exchange/binance/listing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/binance/endpoints.hpp"

namespace cscan::binance {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

JsonReader reader(1024 * 1024);

const std::string head =
    R"({"timezone":"UTC","serverTime":1760000000000,"rateLimits":[)"
    R"({"rateLimitType":"RAW_REQUESTS","interval":"MINUTE","intervalNum":5,"limit":300000},)"
    R"({"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":5000}],)"
    R"("exchangeFilters":[],"symbols":[)";
const std::string filters =
    R"("filters":[{"minPrice":"0.1","filterType":"PRICE_FILTER","tickSize":"0.01000000"},)"
    R"({"filterType":"LOT_SIZE","minQty":"1","stepSize":"0.001"},{"filterType":"NOTIONAL"},)"
    R"({"filterType":"MARKET_LOT_SIZE","stepSize":"9"}])";

std::string symbol(std::string_view id, std::string_view base, std::string_view quote,
                   std::string_view status = "TRADING") {
  return std::string(R"({"symbol":")").append(id) + R"(","status":")" + std::string(status) +
         R"(","baseAsset":")" + std::string(base) + R"(","baseAssetPrecision":8,"quoteAsset":")" +
         std::string(quote) + R"(","permissions":[],"permissionSets":[["SPOT"]],)" + filters + "}";
}

MarketListing listing(const std::string& symbols) {
  auto parsed = parse_listing(reader, head + symbols + "]}");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : MarketListing{};
}

TEST(BinanceListing, AMarketAndItsNumbers) {
  MarketListing all = listing(symbol("BTCUSDT", "BTC", "USDT"));
  EXPECT_EQ(all.weight_limit, 5'000U);
  ASSERT_THAT(all.contracts, SizeIs(1));
  const ListedContract& btc = all.contracts[0];
  EXPECT_EQ(btc.id, "BTCUSDT");
  EXPECT_EQ(btc.instrument, (Instrument{"binance", "BTC", "USDT", ""}));
  EXPECT_EQ(btc.kind, MarketKind::spot);
  EXPECT_TRUE(is_watchable(btc));
  EXPECT_EQ(btc.price_increment, 0.01);
  EXPECT_EQ(btc.quantity_increment, 0.001);
  EXPECT_EQ(btc.lot_size, 1);
}

TEST(BinanceListing, NamesOutsideAsciiAndAliases) {
  MarketListing all = listing(symbol("这是测试币456", "这是测试币", "456") + "," +
                              symbol("YOYOBTC", "YOYO", "BTC"));
  ASSERT_THAT(all.contracts, SizeIs(2));
  EXPECT_EQ(all.contracts[0].instrument.symbol(), "这是测试币/456");
  EXPECT_EQ(all.contracts[1].instrument.symbol(), "YOYOW/BTC");
  EXPECT_EQ(all.contracts[1].id, "YOYOBTC");
}

TEST(BinanceListing, WhatDoesNotTradeStaysListed) {
  for (const char* status : {"BREAK", "HALT", "END_OF_DAY", "CANCEL_ONLY", "trading", ""}) {
    MarketListing all = listing(symbol("AUSDT", "A", "USDT", status));
    ASSERT_THAT(all.contracts, SizeIs(1));
    EXPECT_FALSE(is_watchable(all.contracts[0])) << status;
    EXPECT_EQ(all.contracts[0].status, status);
  }
}

TEST(BinanceListing, OneBadEntryCostsOnlyItself) {
  std::string good = symbol("AUSDT", "A", "USDT");
  const std::string bad[] = {
      R"({"symbol":"B"})",
      R"({"symbol":7,"status":"TRADING"})",
      "[]",
      symbol("SLASH", "A/B", "USDT"),
      symbol("EMPTY", "", "USDT"),
      symbol("", "C", "USDT"),
      symbol("SPACE", "A B", "USDT"),
  };
  for (const std::string& entry : bad) {
    MarketListing all = listing(good + "," + entry + "," + symbol("DUSDT", "D", "USDT"));
    EXPECT_THAT(all.contracts, SizeIs(2)) << entry;
    EXPECT_THAT(all.rejects, SizeIs(1)) << entry;
  }
  EXPECT_FALSE(parse_listing(reader, head + good));
  EXPECT_FALSE(parse_listing(reader, R"({"code":-1003,"msg":"x"})"));
}

TEST(BinanceTable, SaysWhatTheDocumentsSay) {
  EXPECT_EQ(table.page_weight(1), 2U);
  EXPECT_EQ(table.page_weight(1'000), 2U);
  EXPECT_EQ(table.best_page_rows(), 1'000U);
  for (const IntervalName& name : intervals) {
    EXPECT_EQ(name.stream, to_string(name.timeframe));
    EXPECT_EQ(name.rest, to_string(name.timeframe));
  }
  EXPECT_EQ(intervals.size(), all_timeframes.size());
}

}  // namespace
}  // namespace cscan::binance
