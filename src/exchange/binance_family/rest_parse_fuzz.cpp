// Any bytes as the body of any answer. The first byte chooses the status.

#include "exchange/binance_family/rest_parse.hpp"

#include "base/check.hpp"
#include "exchange/binance_family/listing_parse.hpp"

namespace {

using namespace cscan;

Result<ListedContract> to_contract(const binance_family::SymbolEntry& entry) {
  return binance_family::common_contract(entry, "x", entry.base_asset, entry.quote_asset,
                                         entry.margin_asset);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static JsonReader reader(1024 * 1024);
  constexpr Timestamp received{1'760'000'400'500};
  constexpr int statuses[] = {0, 200, 400, 403, 418, 429, 451, 500, 503};
  if (size == 0)
    return 0;
  std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  (void)binance_family::parse_time(reader, body, received);
  (void)binance_family::parse_prices(reader, body, received);
  (void)binance_family::parse_trades(reader, body, "X", received);
  if (auto page = binance_family::parse_candles(reader, body, Timeframe::m5, received)) {
    Timestamp last{};
    for (const Candle& candle : page->candles) {
      CHECK(last < candle.open_time);
      CHECK(candle.state == CandleState::unknown || candle_defect(candle) == nullptr);
      last = candle.open_time;
    }
  }
  if (auto listing = binance_family::parse_listing(reader, body, to_contract))
    for (const ListedContract& contract : listing->contracts)
      CHECK(parse_symbol("x", contract.instrument.symbol()) == contract.instrument);
  RestResponse response{statuses[data[0] % std::size(statuses)], {}, std::string(body)};
  auto verdict = binance_family::judge_response(reader, response, received);
  CHECK(verdict.wait >= Duration{} && verdict.wait <= days(4));
  return 0;
}
