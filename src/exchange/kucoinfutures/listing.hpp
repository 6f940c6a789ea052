#pragma once
// What KuCoin Futures lists.

#include <string_view>

#include "exchange/json_reader.hpp"
#include "exchange/market_listing.hpp"

namespace cscan::kucoinfutures {

/// The body of /api/v1/contracts/active: perpetuals, linear and inverse, and dated contracts
/// ("BTC/USDT:USDT-261225"). A lot of a linear contract is `multiplier` base units.
[[nodiscard]] Result<MarketListing> parse_listing(JsonReader& reader, std::string_view body);

}  // namespace cscan::kucoinfutures
