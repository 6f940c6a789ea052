#include "app/exchange_urls.hpp"

#include <gtest/gtest.h>

#include "runtime/known_exchanges.hpp"

namespace cscan {
namespace {

using Assignments = std::vector<std::string>;

std::string refusal(const Assignments& assignments) {
  auto urls = parse_exchange_urls(assignments);
  if (urls)
    return "";
  EXPECT_EQ(urls.error().code, ErrorCode::invalid_argument);
  return urls.error().message;
}

TEST(AppExchangeUrls, NoneMeansTheirOwnHosts) {
  auto urls = parse_exchange_urls({});
  ASSERT_TRUE(urls);
  EXPECT_TRUE(urls->empty());
  auto protocol = make_protocol("binance");
  EXPECT_EQ(hosts_of(*protocol, *urls).rest, "https://api.binance.com");
  EXPECT_FALSE(hosts_of(*protocol, *urls).is_local);
}

TEST(AppExchangeUrls, OneAddressServesQueriesAndStreams) {
  const Assignments given = {"binance=http://127.0.0.1:9000/",
                             "kucoinfutures=https://exchange.example"};
  auto urls = parse_exchange_urls(given);
  ASSERT_TRUE(urls) << urls.error().message;
  ASSERT_EQ(urls->size(), 2);
  EXPECT_EQ(urls->at("binance").rest, "http://127.0.0.1:9000");
  EXPECT_EQ(urls->at("binance").stream, "ws://127.0.0.1:9000");
  EXPECT_TRUE(urls->at("binance").is_local);
  EXPECT_EQ(urls->at("kucoinfutures").stream, "wss://exchange.example");
  EXPECT_EQ(hosts_of(*make_protocol("binance"), *urls).rest, "http://127.0.0.1:9000");
  EXPECT_EQ(hosts_of(*make_protocol("binanceusdm"), *urls).rest, "https://fapi.binance.com");
}

TEST(AppExchangeUrls, RefusesWhatIsNoNameAndAddress) {
  EXPECT_TRUE(refusal({"http://127.0.0.1:9000"}).contains("give NAME=URL"));
  EXPECT_TRUE(refusal({"kraken=http://127.0.0.1:9000"})
                  .contains("no such exchange; there are binance, binanceusdm, kucoinfutures"));
  EXPECT_TRUE(refusal({"=http://127.0.0.1:9000"}).contains("no such exchange"));
  for (const char* url :
       {"", "http://", "https://", "ws://127.0.0.1:9000", "127.0.0.1:9000", "http://host/path",
        "http://host?query", "http://a b", "http://user@host", "http://:9000", "http://host:0",
        "http://host:65536", "http://host:", "http://[::1", "ftp://host"})
    EXPECT_TRUE(refusal({std::string("binance=") + url}).starts_with("--exchange-url binance="))
        << url;
  EXPECT_TRUE(refusal({"binance=http://a.example", "binance=http://b.example"})
                  .contains("has an address already"));
}

TEST(AppExchangeUrls, SaysWhichValueAndWhatIsAccepted) {
  auto urls = parse_exchange_urls(Assignments{"kraken=http://" + std::string(5'000, 'a')});
  ASSERT_FALSE(urls);
  EXPECT_LT(urls.error().message.size(), 300);
  ASSERT_EQ(urls.error().context.size(), 3);
  EXPECT_EQ(urls.error().context[0].second, "exchange-url");
  EXPECT_TRUE(urls.error().context[1].second.starts_with("kraken=http://aaa"));
}

TEST(AppKnownExchanges, AreThoseOfTheirTables) {
  for (const std::string& id : known_exchanges())
    EXPECT_EQ(make_protocol(id)->table().id, id);
  EXPECT_EQ(make_protocol("kraken"), nullptr);
}

}  // namespace
}  // namespace cscan
