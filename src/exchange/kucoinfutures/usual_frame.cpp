#include "exchange/kucoinfutures/usual_frame.hpp"

#include "exchange/frame_cursor.hpp"
#include "exchange/kucoinfutures/event_parse.hpp"

namespace cscan::kucoinfutures {
namespace {

// Each reader begins behind the bracket that opens the data and passes the one that closes them.

bool read_candle(FrameCursor& at, Timestamp received, CandleEvent& e) {
  return at.literal(R"("symbol":")") && at.text(e.market) && at.literal(R"(,"candles":[")") &&
         at.time(e.candle.open_time, TimeUnit::s, received) && at.literal(R"(",")") &&
         at.decimal(e.candle.open) && at.literal(R"(,")") && at.decimal(e.candle.close) &&
         at.literal(R"(,")") && at.decimal(e.candle.high) && at.literal(R"(,")") &&
         at.decimal(e.candle.low) && at.literal(R"(,")") && at.skip_text() && at.literal(R"(,")") &&
         at.decimal(e.candle.volume) && at.literal(R"(],"time":)") &&
         at.time(e.event_time, TimeUnit::ms, received) && at.literal("}");
}

bool read_trade(FrameCursor& at, Timestamp received, TradeEvent& e) {
  return at.literal(R"("symbol":")") && at.text(e.market) && at.literal(R"(,"sequence":)") &&
         at.whole(e.trade.id) && at.literal(R"(,"side":")") && at.text(e.side) &&
         at.literal(R"(,"size":)") && at.number(e.trade.quantity) && at.literal(R"(,"price":")") &&
         at.decimal(e.trade.price) && at.literal(R"(,"takerOrderId":")") && at.skip_text() &&
         at.literal(R"(,"makerOrderId":")") && at.skip_text() && at.literal(R"(,"tradeId":")") &&
         at.skip_text() && at.literal(R"(,"ts":)") &&
         at.time(e.trade.trade_time, TimeUnit::ns, received) && at.literal("}");
}

/// The newer of two kinds: best bid and ask.
bool read_quote(FrameCursor& at, QuoteEvent& e) {
  return at.literal(R"("symbol":")") && at.text(e.market) && at.literal(R"(,"sequence":)") &&
         at.skip_number() && at.literal(R"(,"bestBidSize":)") && at.skip_number() &&
         at.literal(R"(,"bestBidPrice":")") && at.decimal(e.quote.bid) &&
         at.literal(R"(,"bestAskPrice":")") && at.decimal(e.quote.ask) &&
         at.literal(R"(,"bestAskSize":)") && at.skip_number() && at.literal(R"(,"ts":)") &&
         at.skip_number() && at.literal("}");
}

/// The older one: with the last trade.
bool read_quote_and_trade(FrameCursor& at, QuoteEvent& e) {
  return at.literal(R"("symbol":")") && at.text(e.market) && at.literal(R"(,"sequence":)") &&
         at.skip_number() && at.literal(R"(,"side":")") && at.skip_text() &&
         at.literal(R"(,"size":)") && at.skip_number() && at.literal(R"(,"price":")") &&
         at.skip_text() && at.literal(R"(,"bestBidSize":)") && at.skip_number() &&
         at.literal(R"(,"bestBidPrice":")") && at.decimal(e.quote.bid) &&
         at.literal(R"(,"bestAskPrice":")") && at.decimal(e.quote.ask) &&
         at.literal(R"(,"tradeId":")") && at.skip_text() && at.literal(R"(,"bestAskSize":)") &&
         at.skip_number() && at.literal(R"(,"ts":)") && at.skip_number() && at.literal("}");
}

/// A day's statistics; those of perpetuals begin with the funding rate.
bool read_price(FrameCursor& at, Timestamp received, PriceEvent& e) {
  return (!at.literal(R"("fundingRate":)") || (at.skip_number() && at.literal(","))) &&
         at.literal(R"("highPrice":)") && at.skip_number() && at.literal(R"(,"lastPrice":)") &&
         at.number(e.price.price) && at.literal(R"(,"lowPrice":)") && at.skip_number() &&
         at.literal(R"(,"price24HoursBefore":)") && at.skip_number() &&
         at.literal(R"(,"priceChg":)") && at.skip_number() && at.literal(R"(,"priceChgPct":)") &&
         at.skip_number() && at.literal(R"(,"symbol":")") && at.text(e.market) &&
         at.literal(R"(,"ts":)") && at.time(e.price.event_time, TimeUnit::ns, received) &&
         at.literal(R"(,"turnover":)") && at.number(e.price.quote_volume_24h) &&
         at.literal(R"(,"volume":)") && at.skip_number() && at.literal("}");
}

/// Behind a subject: an id or a sequence number that nobody needs, and the bracket of the data.
bool read_data_begin(FrameCursor& at) {
  return (!at.literal(R"(,"id":")") || at.skip_text()) &&
         (!at.literal(R"(,"sn":)") || at.skip_number()) && at.literal(R"(,"data":{)");
}

bool read_end(FrameCursor& at) { return at.literal("}") && at.is_at_end(); }

template <class Event>
bool take(Event&& event, const EventSource& source, DecodedFrame& out) {
  auto message = to_message(std::forward<Event>(event), source);
  if (message)
    out.messages.push_back(std::move(*message));
  return message.has_value();
}

/// Only candles name their subject behind the data.
bool read_candle_frame(FrameCursor& at, const EventSource& source, DecodedFrame& out) {
  CandleEvent candle;
  return read_candle(at, source.received, candle) && at.literal(R"(,"subject":"candle.stick")") &&
         read_end(at) && take(candle, source, out);
}

bool read_other_frame(FrameCursor& at, const EventSource& source, DecodedFrame& out) {
  if (at.literal(R"(match")")) {
    TradeEvent trade;
    return read_data_begin(at) && read_trade(at, source.received, trade) && read_end(at) &&
           take(std::move(trade), source, out);
  }
  if (at.literal(R"(tickerV2")")) {
    QuoteEvent quote;
    return read_data_begin(at) && read_quote(at, quote) && read_end(at) &&
           take(std::move(quote), source, out);
  }
  if (at.literal(R"(ticker")")) {
    QuoteEvent quote;
    return read_data_begin(at) && read_quote_and_trade(at, quote) && read_end(at) &&
           take(std::move(quote), source, out);
  }
  if (at.literal(R"(snapshot.24h")")) {
    PriceEvent price;
    return read_data_begin(at) && read_price(at, source.received, price) && read_end(at) &&
           take(std::move(price), source, out);
  }
  return false;
}

}  // namespace

bool read_usual_frame(std::string_view frame, Timestamp received, DecodedFrame& out) {
  FrameCursor at(frame);
  EventSource source{received, {}, {}};
  if (!at.literal(R"({"topic":")") || !at.text(source.topic) ||
      !at.literal(R"(,"type":"message",)"))
    return false;
  return at.literal(R"("data":{)")
             ? read_candle_frame(at, source, out)
             : at.literal(R"("subject":")") && read_other_frame(at, source, out);
}

}  // namespace cscan::kucoinfutures
