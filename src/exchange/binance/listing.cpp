#include "exchange/binance/listing.hpp"

#include "exchange/binance/endpoints.hpp"
#include "exchange/binance_family/listing_parse.hpp"

namespace cscan::binance {
namespace {

Result<ListedContract> to_contract(const binance_family::SymbolEntry& entry) {
  auto contract =
      binance_family::common_contract(entry, table.id, table.common_asset(entry.base_asset),
                                      table.common_asset(entry.quote_asset), {});
  if (contract)
    contract->kind = MarketKind::spot;
  return contract;
}

}  // namespace

Result<MarketListing> parse_listing(JsonReader& reader, std::string_view body) {
  return binance_family::parse_listing(reader, body, to_contract);
}

}  // namespace cscan::binance
