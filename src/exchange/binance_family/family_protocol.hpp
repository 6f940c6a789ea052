#pragma once
// Protocol of Binance's two markets, which differ in their tables and listings.

#include <memory>

#include "exchange/json_reader.hpp"
#include "exchange/protocol.hpp"

namespace cscan::binance_family {

using ListingParser = Result<MarketListing> (*)(JsonReader& reader, std::string_view body);

/// `table` has static storage.
[[nodiscard]] std::unique_ptr<Protocol> make_family_protocol(const ExchangeTable& table,
                                                             ListingParser parse_listing);

}  // namespace cscan::binance_family
