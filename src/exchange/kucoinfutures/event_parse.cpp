#include "exchange/kucoinfutures/event_parse.hpp"

#include <fmt/format.h>

#include "exchange/kucoinfutures/endpoints.hpp"

namespace cscan::kucoinfutures {
namespace {

using Message = Result<StreamMessage>;

std::unexpected<Error> reject(std::string why) { return fail(ErrorCode::corrupt, std::move(why)); }

/// "/contractMarket/limitCandle:XBTUSDTM_1min" → "XBTUSDTM_1min".
std::string_view subject_of(std::string_view topic) {
  std::size_t colon = topic.find(':');
  return colon == std::string_view::npos ? std::string_view() : topic.substr(colon + 1);
}

Status check_market(const EventSource& source, std::string_view market) {
  if (subject_of(source.topic) == market)
    return {};
  return reject(fmt::format("topic '{}' carries data of {}", printable(source.topic, 80),
                            printable(market, 40)));
}

/// ["start s", "open", "close", "high", "low", turnover or lots, "lots"]: not the order of queries.
Status read_candle_row(JsonValue row, Timestamp received, Candle& candle) {
  return read_row(row, {json::Time{candle.open_time, TimeUnit::s, received, true},
                        json::DecimalText{candle.open}, json::DecimalText{candle.close},
                        json::DecimalText{candle.high}, json::DecimalText{candle.low}, json::Skip{},
                        json::DecimalText{candle.volume}});
}

Message read_candle(JsonValue data, const EventSource& source) {
  CandleEvent event;
  auto row = [&](JsonValue value) { return read_candle_row(value, source.received, event.candle); };
  auto read = read_object(
      data, {required("symbol", json::Text{event.market}),
             required("candles", json::Nested{JsonVisitor(row)}),
             required("time", json::Time{event.event_time, TimeUnit::ms, source.received})});
  if (!read)
    return fail(read.error());
  return to_message(event, source);
}

Message read_trade(JsonValue data, const EventSource& source) {
  TradeEvent event;
  TradeMessage& trade = event.trade;
  auto read = read_object(
      data, {required("symbol", json::Text{event.market}), required("side", json::Text{event.side}),
             required("sequence", json::WholeNumber{trade.id}),
             required("size", json::Decimal{trade.quantity}),
             required("price", json::Decimal{trade.price}),
             required("ts", json::Time{trade.trade_time, TimeUnit::ns, source.received})});
  if (!read)
    return fail(read.error());
  return to_message(std::move(event), source);
}

Message read_quote(JsonValue data, const EventSource& source) {
  QuoteEvent event;
  auto read = read_object(data, {required("symbol", json::Text{event.market}),
                                 required("bestBidPrice", json::Decimal{event.quote.bid}),
                                 required("bestAskPrice", json::Decimal{event.quote.ask})});
  if (!read)
    return fail(read.error());
  return to_message(std::move(event), source);
}

Message read_price(JsonValue data, const EventSource& source) {
  PriceEvent event;
  PriceMessage& price = event.price;
  auto read = read_object(
      data, {required("symbol", json::Text{event.market}),
             required("lastPrice", json::Decimal{price.price}),
             required("turnover", json::Decimal{price.quote_volume_24h}),
             required("ts", json::Time{price.event_time, TimeUnit::ns, source.received})});
  if (!read)
    return fail(read.error());
  return to_message(std::move(event), source);
}

}  // namespace

Result<StreamMessage> to_message(const CandleEvent& event, const EventSource& source) {
  std::string_view subject = subject_of(source.topic);
  std::size_t bar = subject.rfind('_');
  if (bar == std::string_view::npos || subject.substr(0, bar) != event.market)
    return reject(fmt::format("topic '{}' carries a candle of {}", printable(source.topic, 80),
                              printable(event.market, 40)));
  auto timeframe = table.find_stream_interval(subject.substr(bar + 1));
  if (!timeframe)
    return OtherMessage{printable(subject, 60)};
  if (event.candle.open_time != floor_to(event.candle.open_time, length(*timeframe)))
    return reject(fmt::format("a {} candle cannot open at {}", to_string(*timeframe),
                              event.candle.open_time.ms));
  if (const char* defect = candle_defect(event.candle))
    return reject(defect);
  CandleMessage message{std::string(event.market), *timeframe, event.candle, event.event_time};
  message.candle.state = CandleState::forming;
  return message;
}

Result<StreamMessage> to_message(TradeEvent event, const EventSource& source) {
  TradeMessage& trade = event.trade;
  if (auto same = check_market(source, event.market); !same)
    return fail(same.error());
  if (!(trade.price > 0) || !(trade.quantity > 0) || (event.side != "buy" && event.side != "sell"))
    return reject(fmt::format("a trade '{}' of {} at {}", printable(event.side, 10), trade.quantity,
                              trade.price));
  trade.market = event.market;
  trade.seller_is_aggressor = event.side == "sell";
  return std::move(trade);
}

Result<StreamMessage> to_message(QuoteEvent event, const EventSource& source) {
  if (auto same = check_market(source, event.market); !same)
    return fail(same.error());
  event.quote.market = event.market;
  return std::move(event.quote);
}

Result<StreamMessage> to_message(PriceEvent event, const EventSource& source) {
  PriceMessage& price = event.price;
  if (auto same = check_market(source, event.market); !same)
    return fail(same.error());
  if (!(price.price > 0) || price.quote_volume_24h < 0)
    return reject(fmt::format("a price of {} with volume {}", price.price, price.quote_volume_24h));
  price.market = event.market;
  return std::move(price);
}

Result<StreamMessage> read_event(JsonValue data, const EventSource& source) {
  if (source.subject == "candle.stick")
    return read_candle(data, source);
  if (source.subject == "match")
    return read_trade(data, source);
  if (source.subject == "tickerV2" || source.subject == "ticker")
    return read_quote(data, source);
  if (source.subject == "snapshot.24h")
    return read_price(data, source);
  if (auto walked = read_object(data, {}); !walked)
    return fail(walked.error());
  return OtherMessage{printable(source.subject, 40)};
}

}  // namespace cscan::kucoinfutures
