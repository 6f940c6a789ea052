#include "exchange/request_url.hpp"

#include <gtest/gtest.h>

#include "exchange/rest_message.hpp"

namespace cscan {
namespace {

TEST(ExchangeRequestUrl, PathsAreWhatFollowsTheHost) {
  EXPECT_EQ(path_of("https://x.example:9443/api/v3/time?a=b"), "/api/v3/time?a=b");
  EXPECT_EQ(path_of("http://127.0.0.1:9000/"), "/");
  EXPECT_EQ(path_of("http://127.0.0.1:9000"), "/");
  EXPECT_EQ(path_of("no address"), "/");
}

TEST(ExchangeRequestUrl, QueriesBelongToTheirEndpoint) {
  const Endpoint plain{"/api/v3/klines", 2}, fixed{"/api/v3/exchangeInfo?full=false", 20};
  EXPECT_TRUE(is_query_of(plain, "https://x.example/api/v3/klines?symbol=A"));
  EXPECT_TRUE(is_query_of(plain, "https://x.example/api/v3/klines"));
  EXPECT_FALSE(is_query_of(plain, "https://x.example/api/v3/klinesOfMine?symbol=A"));
  EXPECT_FALSE(is_query_of(plain, "https://x.example/other/api/v3/klines"));
  EXPECT_TRUE(is_query_of(fixed, "https://x.example/api/v3/exchangeInfo?full=false"));
  EXPECT_FALSE(is_query_of(fixed, "https://x.example/api/v3/exchangeInfo?full=falsehood"));
  EXPECT_FALSE(is_query_of({}, "https://x.example/"));
}

TEST(ExchangeRequestUrl, ValuesAreDecoded) {
  constexpr std::string_view url = "https://x.example/a?symbol=A%2FB%e2%82%ac&n=12&empty=&symbol=C";
  EXPECT_EQ(query_value(url, "symbol"), "A/B\xe2\x82\xac");
  EXPECT_EQ(query_value(url, "empty"), "");
  EXPECT_EQ(query_value(url, "sym"), std::nullopt);
  EXPECT_EQ(query_value(url, "a"), std::nullopt);
  EXPECT_EQ(query_value("https://x.example/a", "n"), std::nullopt);
  EXPECT_EQ(query_number(url, "n"), 12);
  EXPECT_EQ(query_number(url, "symbol"), std::nullopt);
  EXPECT_EQ(query_number("x?n=-1", "n"), std::nullopt);
  for (const char* bad : {"x?s=%", "x?s=%4", "x?s=%4g", "x?s=a%zz"})
    EXPECT_EQ(query_value(bad, "s"), std::nullopt) << bad;
  EXPECT_EQ(query_value("x?s=%41", "s"), "A") << "an escape may end a value";
  for (std::string_view text : {"BTCUSDT", "1000X-\xe5\xb8\x81", "a b&c=d%"})
    EXPECT_EQ(query_value("x?s=" + percent_encode(text) + "&t=1", "s"), text);
}

}  // namespace
}  // namespace cscan
