#include "exchange/kucoinfutures/listing.hpp"

#include <fmt/format.h>

#include "exchange/kucoinfutures/endpoints.hpp"

namespace cscan::kucoinfutures {
namespace {

struct Entry {
  std::string_view symbol, type, base, quote, settle, status, stage;
  std::optional<Timestamp> first_open, expires, settles;
  double lot_step = 0, tick = 0, multiplier = 0, last_price = 0, turnover = 0;
  bool is_inverse = false;
};

Status read_entry(JsonObject object, Entry& entry) {
  return read_object(object, {required("symbol", json::Text{entry.symbol}),
                              required("type", json::Text{entry.type}),
                              required("baseCurrency", json::Text{entry.base}),
                              required("quoteCurrency", json::Text{entry.quote}),
                              required("settleCurrency", json::Text{entry.settle}),
                              required("status", json::Text{entry.status}),
                              optional("marketStage", json::Text{entry.stage}),
                              optional("firstOpenDate", json::Date{entry.first_open}),
                              optional("expireDate", json::Date{entry.expires}),
                              optional("settleDate", json::Date{entry.settles}),
                              required("lotSize", json::Decimal{entry.lot_step}),
                              required("tickSize", json::Decimal{entry.tick}),
                              required("multiplier", json::Decimal{entry.multiplier}),
                              required("isInverse", json::Flag{entry.is_inverse}),
                              optional("lastTradePrice", json::Decimal{entry.last_price}),
                              optional("turnoverOf24h", json::Decimal{entry.turnover})});
}

MarketKind kind_of(const Entry& entry) {
  if (entry.stage == "PRE_MARKET")
    return MarketKind::other;
  if (entry.type == "FFICSX")
    return MarketKind::dated;
  if (entry.type != "FFWCSX")
    return MarketKind::other;
  return entry.is_inverse ? MarketKind::inverse_perpetual : MarketKind::linear_perpetual;
}

Result<ListedContract> to_contract(const Entry& entry) {
  ListedContract contract;
  contract.kind = kind_of(entry);
  bool inverse = entry.is_inverse;
  // An inverse contract's multiplier is -1: one lot is one dollar.
  if (!inverse && !(entry.multiplier > 0))
    return fail(ErrorCode::corrupt,
                fmt::format("{}: a lot of {}", printable(entry.symbol, 40), entry.multiplier));
  if (!(entry.tick > 0) || !(entry.lot_step > 0) || entry.symbol.empty())
    return fail(ErrorCode::corrupt,
                fmt::format("{}: steps of {} and {}", printable(entry.symbol, 40), entry.tick,
                            entry.lot_step));
  std::string settle(table.common_asset(entry.settle));
  if (contract.kind == MarketKind::dated) {
    auto ends = entry.expires ? entry.expires : entry.settles;
    if (!ends)
      return fail(ErrorCode::corrupt, fmt::format("{}: a dated contract without 'expireDate'",
                                                  printable(entry.symbol, 40)));
    settle = dated_settle(settle, *ends);
  }
  contract.id = entry.symbol;
  contract.instrument = {std::string(table.id), std::string(table.common_asset(entry.base)),
                         std::string(table.common_asset(entry.quote)), std::move(settle)};
  contract.is_trading = entry.status == "Open";
  contract.status = entry.status;
  contract.price_increment = entry.tick;
  contract.quantity_increment = entry.lot_step;
  contract.lot_size = inverse ? 1 : entry.multiplier;
  contract.listed_at = entry.first_open;
  contract.ends_at = entry.expires;
  contract.last_price = entry.last_price;
  contract.quote_volume_24h = entry.turnover;
  return contract;
}

}  // namespace

Result<MarketListing> parse_listing(JsonReader& reader, std::string_view body) {
  MarketListing listing;
  auto each = [&](JsonValue value) -> Status {
    Entry entry;
    auto object = to_object(value);
    Status read = object ? read_entry(*object, entry) : fail(object.error());
    if (!read && is_structural(read.error()))
      return read;
    auto contract = read ? to_contract(entry) : Result<ListedContract>(fail(read.error()));
    if (contract)
      listing.contracts.push_back(std::move(*contract));
    else
      listing.rejects.push_back(std::move(contract.error()));
    return {};
  };
  auto read_data = [&](JsonValue data) { return read_array(data, JsonVisitor(each)); };
  auto read = reader.read(body, [&](JsonDocument& document) {
    return read_object(document, {required("data", json::Nested{JsonVisitor(read_data)})});
  });
  return read ? Result<MarketListing>(std::move(listing)) : fail(read.error());
}

}  // namespace cscan::kucoinfutures
