#include "exchange/binance_family/usual_frame.hpp"

#include "exchange/binance_family/event_parse.hpp"
#include "exchange/frame_cursor.hpp"

namespace cscan::binance_family {
namespace {

bool read_wrapper(FrameCursor& at, std::string_view& stream) {
  if (!at.literal(R"({"stream":")"))
    return true;  // bare
  return at.text(stream) && !stream.empty() && at.literal(R"(,"data":)");
}

// Each reader begins behind what names the event and passes its closing bracket.

bool read_kline(FrameCursor& at, Timestamp received, KlineEvent& k) {
  return at.literal(R"("E":)") && at.time(k.event_time, TimeUnit::ms, received) &&
         at.literal(R"(,"s":")") && at.text(k.market) && at.literal(R"(,"k":{"t":)") &&
         at.time(k.candle.open_time, TimeUnit::ms, received) && at.literal(R"(,"T":)") &&
         at.whole(k.last_ms) && at.literal(R"(,"s":")") && at.text(k.kline_market) &&
         at.literal(R"(,"i":")") && at.text(k.interval) && at.literal(R"(,"f":)") &&
         at.skip_number() && at.literal(R"(,"L":)") && at.skip_number() &&
         at.literal(R"(,"o":")") && at.decimal(k.candle.open) && at.literal(R"(,"c":")") &&
         at.decimal(k.candle.close) && at.literal(R"(,"h":")") && at.decimal(k.candle.high) &&
         at.literal(R"(,"l":")") && at.decimal(k.candle.low) && at.literal(R"(,"v":")") &&
         at.decimal(k.candle.volume) && at.literal(R"(,"n":)") && at.skip_number() &&
         at.literal(R"(,"x":)") && at.flag(k.is_closed) && at.literal(R"(,"q":")") &&
         at.skip_text() && at.literal(R"(,"V":")") && at.skip_text() && at.literal(R"(,"Q":")") &&
         at.skip_text() && at.literal(R"(,"B":")") && at.skip_text() && at.literal("}}");
}

/// What follows who was aggressive: "M" at spot, the product at USD-M, there since 2026 only.
bool read_trade_end(FrameCursor& at) {
  return (!at.literal(R"(,"M":)") || at.skip_flag()) &&
         (!at.literal(R"(,"st":)") || at.skip_number()) && at.literal("}");
}

bool read_trade(FrameCursor& at, Timestamp received, TradeEvent& e) {
  return at.literal(R"("E":)") && at.skip_number() && at.literal(R"(,"s":")") &&
         at.text(e.market) && at.literal(R"(,"t":)") && at.whole(e.trade.id) &&
         at.literal(R"(,"p":")") && at.decimal(e.trade.price) && at.literal(R"(,"q":")") &&
         at.decimal(e.trade.quantity) && at.literal(R"(,"T":)") &&
         at.time(e.trade.trade_time, TimeUnit::ms, received) && at.literal(R"(,"m":)") &&
         at.flag(e.trade.seller_is_aggressor) && read_trade_end(at);
}

/// USD-M has written the id in front of the market.
bool read_aggregate_names(FrameCursor& at, TradeEvent& e) {
  if (at.literal(R"(,"a":)"))
    return at.whole(e.trade.id) && at.literal(R"(,"s":")") && at.text(e.market);
  return at.literal(R"(,"s":")") && at.text(e.market) && at.literal(R"(,"a":)") &&
         at.whole(e.trade.id);
}

bool read_aggregate(FrameCursor& at, Timestamp received, TradeEvent& e) {
  return at.literal(R"("E":)") && at.skip_number() && read_aggregate_names(at, e) &&
         at.literal(R"(,"p":")") && at.decimal(e.trade.price) && at.literal(R"(,"q":")") &&
         at.decimal(e.trade.quantity) && (!at.literal(R"(,"nq":")") || at.skip_text()) &&
         at.literal(R"(,"f":)") && at.skip_number() && at.literal(R"(,"l":)") && at.skip_number() &&
         at.literal(R"(,"T":)") && at.time(e.trade.trade_time, TimeUnit::ms, received) &&
         at.literal(R"(,"m":)") && at.flag(e.trade.seller_is_aggressor) && read_trade_end(at);
}

/// USD-M adds times, and since 2026 the pair and the product.
bool read_quote(FrameCursor& at, QuoteEvent& e) {
  return at.literal(R"("u":)") && at.skip_number() && at.literal(R"(,"s":")") &&
         at.text(e.market) && (!at.literal(R"(,"ps":")") || at.skip_text()) &&
         at.literal(R"(,"b":")") && at.decimal(e.quote.bid) && at.literal(R"(,"B":")") &&
         at.skip_text() && at.literal(R"(,"a":")") && at.decimal(e.quote.ask) &&
         at.literal(R"(,"A":")") && at.skip_text() &&
         (!at.literal(R"(,"T":)") ||
          (at.skip_number() && at.literal(R"(,"E":)") && at.skip_number())) &&
         (!at.literal(R"(,"st":)") || at.skip_number()) && at.literal("}");
}

/// Of the frame, behind its event.
bool read_end(FrameCursor& at, const EventSource& source) {
  return (source.stream.empty() || at.literal("}")) && at.is_at_end();
}

template <class Event>
bool take(Event&& event, const EventSource& source, DecodedFrame& out) {
  auto message = to_message(std::forward<Event>(event), source);
  if (message)
    out.messages.push_back(std::move(*message));
  return message.has_value();
}

bool read_event(FrameCursor& at, const EventSource& source, DecodedFrame& out) {
  if (at.literal(R"({"e":"kline",)")) {
    KlineEvent kline;
    return read_kline(at, source.received, kline) && read_end(at, source) &&
           take(kline, source, out);
  }
  if (at.literal(R"({"e":"trade",)")) {
    TradeEvent trade{"trade", {}, {}};
    return read_trade(at, source.received, trade) && read_end(at, source) &&
           take(std::move(trade), source, out);
  }
  if (at.literal(R"({"e":"aggTrade",)")) {
    TradeEvent trade{"aggTrade", {}, {}};
    return read_aggregate(at, source.received, trade) && read_end(at, source) &&
           take(std::move(trade), source, out);
  }
  if (at.literal(R"({"e":"bookTicker",)") || at.literal("{")) {  // spot does not name it
    QuoteEvent quote;
    return read_quote(at, quote) && read_end(at, source) && take(std::move(quote), source, out);
  }
  return false;
}

}  // namespace

bool read_usual_frame(const ExchangeTable& table, std::string_view frame, Timestamp received,
                      DecodedFrame& out) {
  FrameCursor at(frame);
  EventSource source{table, received, {}};
  return read_wrapper(at, source.stream) && read_event(at, source, out);
}

}  // namespace cscan::binance_family
