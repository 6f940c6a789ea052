#include "exchange/binance_family/listing_parse.hpp"

#include <fmt/format.h>

namespace cscan::binance_family {
namespace {

Status read_filter(JsonValue value, SymbolEntry& entry) {
  std::string_view kind;
  double tick = 0, step = 0;
  auto read = read_object(value, {required("filterType", json::Text{kind}),
                                  optional("tickSize", json::DecimalText{tick}),
                                  optional("stepSize", json::DecimalText{step})});
  if (kind == "PRICE_FILTER")
    entry.price_increment = tick;
  if (kind == "LOT_SIZE")
    entry.quantity_increment = step;
  return read;
}

Status read_entry(JsonValue value, SymbolEntry& entry) {
  auto each_filter = [&](JsonValue filter) { return read_filter(filter, entry); };
  auto filters = [&](JsonValue list) { return read_array(list, JsonVisitor(each_filter)); };
  return read_object(value, {required("symbol", json::Text{entry.symbol}),
                             required("status", json::Text{entry.status}),
                             required("baseAsset", json::Text{entry.base_asset}),
                             required("quoteAsset", json::Text{entry.quote_asset}),
                             optional("marginAsset", json::Text{entry.margin_asset}),
                             optional("contractType", json::Text{entry.contract_type}),
                             optional("onboardDate", json::Date{entry.onboard_date}),
                             optional("deliveryDate", json::Date{entry.delivery_date}),
                             required("filters", json::Nested{JsonVisitor(filters)})});
}

Status read_contract(JsonValue value, EntryReader to_contract, MarketListing& listing) {
  SymbolEntry entry;
  if (auto read = read_entry(value, entry); !read) {
    if (is_structural(read.error()))
      return read;
    Error error = read.error();
    listing.rejects.push_back(std::move(error).with("market", printable(entry.symbol, 40)));
    return {};
  }
  auto contract = to_contract(entry);
  if (contract)
    listing.contracts.push_back(std::move(*contract));
  else
    listing.rejects.push_back(Error(contract.error()).with("market", printable(entry.symbol, 40)));
  return {};
}

Status read_limit(JsonValue value, MarketListing& listing) {
  std::string_view kind, interval;
  std::int64_t count = 0, limit = 0;
  auto read = read_object(value, {required("rateLimitType", json::Text{kind}),
                                  required("interval", json::Text{interval}),
                                  required("intervalNum", json::WholeNumber{count}),
                                  required("limit", json::WholeNumber{limit})});
  if (kind == "REQUEST_WEIGHT" && interval == "MINUTE" && count == 1 && limit > 0 &&
      limit <= 1'000'000)
    listing.weight_limit = static_cast<std::uint32_t>(limit);
  return read;
}

}  // namespace

Result<MarketListing> parse_listing(JsonReader& reader, std::string_view body,
                                    EntryReader to_contract) {
  MarketListing listing;
  auto each = [&](JsonValue value) { return read_contract(value, to_contract, listing); };
  auto symbols = [&](JsonValue value) { return read_array(value, JsonVisitor(each)); };
  auto each_limit = [&](JsonValue value) { return read_limit(value, listing); };
  auto limits = [&](JsonValue value) { return read_array(value, JsonVisitor(each_limit)); };
  auto read = reader.read(body, [&](JsonDocument& document) {
    return read_object(document, {optional("rateLimits", json::Nested{JsonVisitor(limits)}),
                                  required("symbols", json::Nested{JsonVisitor(symbols)})});
  });
  return read ? Result<MarketListing>(std::move(listing)) : fail(read.error());
}

Result<ListedContract> common_contract(const SymbolEntry& entry, std::string_view exchange,
                                       std::string_view base, std::string_view quote,
                                       std::string_view settle) {
  std::string symbol = fmt::format("{}/{}", base, quote);
  if (!settle.empty())
    symbol += fmt::format(":{}", settle);
  auto instrument = parse_symbol(exchange, symbol);
  if (!instrument || entry.symbol.empty())
    return fail(ErrorCode::corrupt, fmt::format("'{}' makes no symbol", printable(symbol, 80)));
  ListedContract contract;
  contract.id = entry.symbol;
  contract.instrument = std::move(*instrument);
  contract.status = printable(entry.status, 40);
  contract.is_trading = entry.status == "TRADING";
  contract.price_increment = entry.price_increment;
  contract.quantity_increment = entry.quantity_increment;
  contract.listed_at = entry.onboard_date;
  contract.ends_at = entry.delivery_date;
  return contract;
}

}  // namespace cscan::binance_family
