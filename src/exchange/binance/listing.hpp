#pragma once
// What Binance spot lists.

#include <string_view>

#include "exchange/json_reader.hpp"
#include "exchange/market_listing.hpp"

namespace cscan::binance {

/// The body of /api/v3/exchangeInfo. Symbols that do not trade (BREAK, HALT, …) are listed with
/// is_trading false: they have a past.
[[nodiscard]] Result<MarketListing> parse_listing(JsonReader& reader, std::string_view body);

}  // namespace cscan::binance
