#include "exchange/binance_family/rest_parse.hpp"

#include <fmt/format.h>

namespace cscan::binance_family {
namespace {

/// Reads the document as an array of objects or as one object.
Status read_each_object(JsonDocument& document, JsonVisitor each, auto&& read_single) {
  simdjson::ondemand::json_type type{};
  if (auto code = document.type().get(type))
    return fail(json_error(code));
  if (type == simdjson::ondemand::json_type::array)
    return read_array(document, each);
  auto object = to_object(document);
  return object ? read_single(*object) : fail(object.error());
}

Status read_candle_row(JsonValue row, Timeframe timeframe, Timestamp received, CandlePage& page) {
  Candle candle;
  std::int64_t last_ms = 0;
  auto read = read_row(row, {json::Time{candle.open_time, TimeUnit::ms, received},
                             json::DecimalText{candle.open}, json::DecimalText{candle.high},
                             json::DecimalText{candle.low}, json::DecimalText{candle.close},
                             json::DecimalText{candle.volume}, json::WholeNumber{last_ms}});
  if (!read)
    return read;
  if (last_ms != close_time(candle.open_time, timeframe).ms - 1)
    return fail(ErrorCode::corrupt,
                fmt::format("a {} candle from {} cannot end at {}", to_string(timeframe),
                            candle.open_time.ms, last_ms));
  return append_row(page, timeframe, candle);
}

Status read_price(JsonObject object, Timestamp received, std::vector<PriceMessage>& prices) {
  PriceMessage price;
  std::string_view market;
  auto read = read_object(
      object, {required("symbol", json::Text{market}),
               required("lastPrice", json::DecimalText{price.price}),
               required("quoteVolume", json::DecimalText{price.quote_volume_24h}),
               required("closeTime", json::Time{price.event_time, TimeUnit::ms, received})});
  if (!read)
    return read;
  price.market = market;
  if (price.price > 0 && price.quote_volume_24h >= 0)
    prices.push_back(std::move(price));
  return {};
}

Status read_trade(JsonValue value, std::string_view market, Timestamp received,
                  std::vector<TradeMessage>& trades) {
  TradeMessage trade;
  trade.market = market;
  auto read =
      read_object(value, {required("a", json::WholeNumber{trade.id}),
                          required("p", json::DecimalText{trade.price}),
                          required("q", json::DecimalText{trade.quantity}),
                          required("T", json::Time{trade.trade_time, TimeUnit::ms, received}),
                          required("m", json::Flag{trade.seller_is_aggressor})});
  if (!read)
    return read;
  if (!(trade.price > 0) || !(trade.quantity > 0))
    return fail(ErrorCode::corrupt,
                fmt::format("a trade of {} at {}", trade.quantity, trade.price));
  trades.push_back(std::move(trade));
  return {};
}

/// By an exchange's time this machine's clock is put right, however far behind it is.
constexpr Duration time_ahead_max = days(36'500);

}  // namespace

Result<Timestamp> parse_time(JsonReader& reader, std::string_view body, Timestamp received) {
  Timestamp time;
  auto read = reader.read(body, [&](JsonDocument& document) {
    return read_object(
        document,
        {required("serverTime", json::Time{time, TimeUnit::ms, received + time_ahead_max})});
  });
  return read ? Result<Timestamp>(time) : fail(read.error());
}

Result<CandlePage> parse_candles(JsonReader& reader, std::string_view body, Timeframe timeframe,
                                 Timestamp received) {
  CandlePage page;
  auto each = [&](JsonValue row) { return read_candle_row(row, timeframe, received, page); };
  auto read = reader.read(
      body, [&](JsonDocument& document) { return read_array(document, JsonVisitor(each)); });
  return read ? Result<CandlePage>(std::move(page)) : fail(read.error());
}

Result<std::vector<PriceMessage>> parse_prices(JsonReader& reader, std::string_view body,
                                               Timestamp received) {
  std::vector<PriceMessage> prices;
  auto each = [&](JsonValue value) -> Status {
    auto object = to_object(value);
    Status price = object ? read_price(*object, received, prices) : fail(object.error());
    return !price && is_structural(price.error()) ? price : Status{};
  };
  auto read = reader.read(body, [&](JsonDocument& document) {
    return read_each_object(document, JsonVisitor(each), [&](JsonObject object) {
      return read_price(object, received, prices);
    });
  });
  return read ? Result<std::vector<PriceMessage>>(std::move(prices)) : fail(read.error());
}

Result<std::vector<TradeMessage>> parse_trades(JsonReader& reader, std::string_view body,
                                               std::string_view market, Timestamp received) {
  std::vector<TradeMessage> trades;
  auto each = [&](JsonValue value) { return read_trade(value, market, received, trades); };
  auto read = reader.read(
      body, [&](JsonDocument& document) { return read_array(document, JsonVisitor(each)); });
  return read ? Result<std::vector<TradeMessage>>(std::move(trades)) : fail(read.error());
}

}  // namespace cscan::binance_family
