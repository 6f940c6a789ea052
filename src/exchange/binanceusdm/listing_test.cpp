// USD-M's listing and table.

#include "exchange/binanceusdm/listing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/binanceusdm/endpoints.hpp"

namespace cscan::binanceusdm {
namespace {

using testing::SizeIs;

JsonReader reader(1024 * 1024);

struct Entry {
  std::string symbol = "SOLUSDT", contract = "PERPETUAL", base = "SOL", quote = "USDT",
              margin = R"("USDT")", delivery = "4133404800000", status = "TRADING";
};

std::string json(const Entry& e) {
  return R"({"symbol":")" + e.symbol + R"(","pair":"P","contractType":")" + e.contract +
         R"(","deliveryDate":)" + e.delivery + R"(,"onboardDate":1620630000000,"status":")" +
         e.status + R"(","baseAsset":")" + e.base + R"(","quoteAsset":")" + e.quote +
         R"(","marginAsset":)" + e.margin + R"(,"pricePrecision":2,"quantityPrecision":3,)" +
         R"("filters":[{"filterType":"PRICE_FILTER","tickSize":"0.050"},)" +
         R"({"filterType":"LOT_SIZE","stepSize":"1"}]})";
}

MarketListing listing(const Entry& entry) {
  auto parsed = parse_listing(reader, R"({"symbols":[)" + json(entry) + "]}");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : MarketListing{};
}

ListedContract contract(const Entry& entry) {
  MarketListing all = listing(entry);
  EXPECT_THAT(all.contracts, SizeIs(1));
  return all.contracts.empty() ? ListedContract{} : all.contracts[0];
}

TEST(BinanceUsdmListing, APerpetual) {
  ListedContract sol = contract({});
  EXPECT_EQ(sol.instrument.symbol(), "SOL/USDT:USDT");
  EXPECT_EQ(sol.instrument.exchange, "binanceusdm");
  EXPECT_EQ(sol.kind, MarketKind::linear_perpetual);
  EXPECT_TRUE(is_watchable(sol));
  EXPECT_EQ(sol.price_increment, 0.05);  // the filter, not the precision
  EXPECT_EQ(sol.quantity_increment, 1);
  EXPECT_EQ(sol.listed_at, Timestamp{1'620'630'000'000});
  EXPECT_FALSE(sol.ends_at);
  EXPECT_EQ(contract({.symbol = "1000SHIBUSDT", .base = "1000SHIB"}).instrument.symbol(),
            "1000SHIB/USDT:USDT");
}

TEST(BinanceUsdmListing, AnAnnouncedEnd) {
  EXPECT_EQ(contract({.delivery = "1790000000000"}).ends_at, Timestamp{1'790'000'000'000});
  EXPECT_FALSE(contract({.delivery = "4133404802000"}).ends_at);
}

TEST(BinanceUsdmListing, ADatedContractCarriesItsDay) {
  // 2026-12-25 08:00 UTC
  Entry quarterly{
      .symbol = "SOLUSDT_261225", .contract = "CURRENT_QUARTER", .delivery = "1798185600000"};
  ListedContract dated = contract(quarterly);
  EXPECT_EQ(dated.kind, MarketKind::dated);
  EXPECT_EQ(dated.instrument.symbol(), "SOL/USDT:USDT-261225");
  EXPECT_FALSE(is_watchable(dated));
  quarterly.delivery = "null";
  EXPECT_THAT(listing(quarterly).rejects, SizeIs(1));
}

TEST(BinanceUsdmListing, WhatIsNotWatched) {
  EXPECT_EQ(contract({.contract = "TRADIFI_PERPETUAL"}).kind, MarketKind::other);
  EXPECT_EQ(contract({.contract = ""}).kind, MarketKind::other);
  EXPECT_FALSE(is_watchable(contract({.status = "SETTLING"})));
  EXPECT_FALSE(is_watchable(contract({.status = "PENDING_TRADING"})));
  EXPECT_EQ(contract({.quote = "USD", .margin = R"("SOL")"}).kind, MarketKind::inverse_perpetual);
  EXPECT_THAT(listing({.margin = "null"}).rejects, SizeIs(1));
}

TEST(BinanceUsdmTable, SaysWhatTheDocumentsSay) {
  EXPECT_EQ(table.page_weight(99), 1U);
  EXPECT_EQ(table.page_weight(100), 2U);
  EXPECT_EQ(table.page_weight(499), 2U);
  EXPECT_EQ(table.page_weight(500), 5U);
  EXPECT_EQ(table.page_weight(1'001), 10U);
  EXPECT_EQ(table.best_page_rows(), 499U);
  EXPECT_EQ(table.stream_path, "/market/ws");
}

}  // namespace
}  // namespace cscan::binanceusdm
