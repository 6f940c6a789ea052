#pragma once
// What Binance USD-M lists.

#include <string_view>

#include "exchange/json_reader.hpp"
#include "exchange/market_listing.hpp"

namespace cscan::binanceusdm {

/// The body of /fapi/v1/exchangeInfo: perpetuals, quarterlies ("BTC/USDT:USDT-261225") and
/// contracts on stocks and metals (MarketKind::other).
[[nodiscard]] Result<MarketListing> parse_listing(JsonReader& reader, std::string_view body);

}  // namespace cscan::binanceusdm
