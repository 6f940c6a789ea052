#pragma once
// For tests: answers in the shapes of the exchanges, with numbers of our own.

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "app/exchange_checks.hpp"

namespace cscan::testing {

inline std::string binance_time(std::int64_t ms) {
  return fmt::format(R"({{"serverTime":{}}})", ms);
}

inline std::string binance_symbol(std::string_view id, std::string_view status) {
  return fmt::format(
      R"({{"symbol":"{}USDT","status":"{}","baseAsset":"{}","quoteAsset":"USDT","filters":)"
      R"([{{"filterType":"PRICE_FILTER","tickSize":"0.01"}},)"
      R"({{"filterType":"LOT_SIZE","stepSize":"0.001"}}]}})",
      id, status, id);
}

/// `symbols`: joined by commas.
inline std::string binance_listing(std::string_view symbols, int weight_limit = 5'000) {
  return fmt::format(
      R"({{"timezone":"UTC","rateLimits":[{{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE",)"
      R"("intervalNum":1,"limit":{}}}],"symbols":[{}]}})",
      weight_limit, symbols);
}

inline std::string kucoin_time(std::int64_t ms) {
  return fmt::format(R"({{"code":"200000","data":{}}})", ms);
}

inline std::string kucoin_listing() {
  return R"({"code":"200000","data":[{"symbol":"AAAUSDTM","type":"FFWCSX","baseCurrency":"AAA",)"
         R"("quoteCurrency":"USDT","settleCurrency":"USDT","status":"Open","lotSize":1,)"
         R"("tickSize":0.5,"multiplier":0.01,"isInverse":false},{"symbol":"AAAUSDM",)"
         R"("type":"FFWCSX","baseCurrency":"AAA","quoteCurrency":"USD","settleCurrency":"AAA",)"
         R"("status":"Open","lotSize":1,"tickSize":0.5,"multiplier":-1,"isInverse":true}]})";
}

inline std::string kucoin_token(std::string_view endpoint) {
  return fmt::format(
      R"({{"code":"200000","data":{{"token":"t0k3n","instanceServers":[{{"endpoint":"{}",)"
      R"("encrypt":true,"protocol":"websocket","pingInterval":18000,"pingTimeout":10000}}]}}}})",
      endpoint);
}

}  // namespace cscan::testing
