#include "exchange/binanceusdm/listing.hpp"

#include <fmt/format.h>

#include "exchange/binance_family/listing_parse.hpp"
#include "exchange/binanceusdm/endpoints.hpp"

namespace cscan::binanceusdm {
namespace {

using binance_family::SymbolEntry;

/// "Perpetual" is written as a delivery around Christmas 2100.
constexpr Timestamp perpetual_from{4'102'444'800'000};  // 2100-01-01

MarketKind kind_of(const SymbolEntry& entry) {
  if (entry.contract_type == "PERPETUAL")
    return entry.margin_asset == entry.quote_asset ? MarketKind::linear_perpetual
                                                   : MarketKind::inverse_perpetual;
  if (entry.contract_type.contains("QUARTER"))
    return MarketKind::dated;
  return MarketKind::other;
}

Result<ListedContract> to_contract(const SymbolEntry& entry) {
  if (entry.margin_asset.empty())
    return fail(ErrorCode::corrupt, "'marginAsset' is missing");
  MarketKind kind = kind_of(entry);
  std::string settle(table.common_asset(entry.margin_asset));
  if (kind == MarketKind::dated) {
    if (!entry.delivery_date)
      return fail(ErrorCode::corrupt, "a dated contract without 'deliveryDate'");
    settle = dated_settle(settle, *entry.delivery_date);
  }
  auto contract =
      binance_family::common_contract(entry, table.id, table.common_asset(entry.base_asset),
                                      table.common_asset(entry.quote_asset), settle);
  if (!contract)
    return contract;
  contract->kind = kind;
  if (contract->ends_at && *contract->ends_at >= perpetual_from)
    contract->ends_at.reset();
  return contract;
}

}  // namespace

Result<MarketListing> parse_listing(JsonReader& reader, std::string_view body) {
  return binance_family::parse_listing(reader, body, to_contract);
}

}  // namespace cscan::binanceusdm
