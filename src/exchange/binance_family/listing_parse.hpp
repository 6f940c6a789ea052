#pragma once
// /exchangeInfo, as far as spot and USD-M have it in common.

#include <optional>
#include <string_view>

#include "exchange/json_reader.hpp"
#include "exchange/market_listing.hpp"

namespace cscan::binance_family {

/// One entry of "symbols". Texts live until the reader's next read.
struct SymbolEntry {
  std::string_view symbol;
  std::string_view status;
  std::string_view base_asset;
  std::string_view quote_asset;
  std::string_view margin_asset;   ///< futures only
  std::string_view contract_type;  ///< futures only
  std::optional<Timestamp> onboard_date;
  std::optional<Timestamp> delivery_date;
  double price_increment = 0;     ///< PRICE_FILTER.tickSize: the precisions are something else
  double quantity_increment = 0;  ///< LOT_SIZE.stepSize
};

/// Turns an entry into a contract.
using EntryReader = Result<ListedContract> (*)(const SymbolEntry&);

/// Reads all entries; those that cannot be read or turned into a contract are listed as rejects.
[[nodiscard]] Result<MarketListing> parse_listing(JsonReader& reader, std::string_view body,
                                                  EntryReader to_contract);

/// The fields both markets fill in the same way; the unified name is base/quote[:settle].
[[nodiscard]] Result<ListedContract> common_contract(const SymbolEntry& entry,
                                                     std::string_view exchange,
                                                     std::string_view base, std::string_view quote,
                                                     std::string_view settle);

}  // namespace cscan::binance_family
