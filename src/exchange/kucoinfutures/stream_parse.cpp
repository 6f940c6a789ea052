#include "exchange/kucoinfutures/stream_parse.hpp"

#include <fmt/format.h>

#include "exchange/frame_cursor.hpp"
#include "exchange/kucoinfutures/endpoints.hpp"

namespace cscan::kucoinfutures {
namespace {

std::unexpected<Error> reject(std::string why) { return fail(ErrorCode::corrupt, std::move(why)); }

/// What the first look at a frame tells.
struct Envelope {
  std::string type, id, topic, subject;
  std::int64_t code = 0;
};

Result<Envelope> peek(JsonDocument& document) {
  std::string_view type, id, topic, subject;
  Envelope envelope;
  auto read = read_object(
      document, {required("type", json::Text{type}), optional("id", json::Label{id}),
                 optional("topic", json::Text{topic}), optional("subject", json::Text{subject}),
                 optional("code", json::WholeNumber{envelope.code})});
  if (!read)
    return fail(read.error());
  envelope.type = type;
  envelope.id = id;
  envelope.topic = topic;
  envelope.subject = subject;
  document.rewind();
  return envelope;
}

/// "/contractMarket/limitCandle:XBTUSDTM_1min" → "XBTUSDTM_1min".
std::string_view subject_of(std::string_view topic) {
  std::size_t colon = topic.find(':');
  return colon == std::string_view::npos ? std::string_view() : topic.substr(colon + 1);
}

Status check_market(const Envelope& envelope, std::string_view market) {
  if (subject_of(envelope.topic) == market)
    return {};
  return reject(fmt::format("topic '{}' carries data of {}", printable(envelope.topic, 80),
                            printable(market, 40)));
}

using Message = Result<StreamMessage>;

/// ["start s", "open", "close", "high", "low", turnover or lots, "lots"]: not the order of queries.
Status read_candle_row(JsonValue row, Timestamp received, Candle& candle) {
  return read_row(row, {json::Time{candle.open_time, TimeUnit::s, received, true},
                        json::DecimalText{candle.open}, json::DecimalText{candle.close},
                        json::DecimalText{candle.high}, json::DecimalText{candle.low}, json::Skip{},
                        json::DecimalText{candle.volume}});
}

/// What a candle's frame says, by either way of reading it.
struct CandleEvent {
  std::string_view topic;
  std::string_view market;
  Candle candle;
  Timestamp event_time;
};

Message to_message(const CandleEvent& event) {
  std::string_view subject = subject_of(event.topic);
  std::size_t bar = subject.rfind('_');
  if (bar == std::string_view::npos || subject.substr(0, bar) != event.market)
    return reject(fmt::format("topic '{}' carries a candle of {}", printable(event.topic, 80),
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

Message read_candle(JsonValue data, const Envelope& envelope, Timestamp received) {
  CandleEvent event;
  event.topic = envelope.topic;
  auto row = [&](JsonValue value) { return read_candle_row(value, received, event.candle); };
  auto read =
      read_object(data, {required("symbol", json::Text{event.market}),
                         required("candles", json::Nested{JsonVisitor(row)}),
                         required("time", json::Time{event.event_time, TimeUnit::ms, received})});
  if (!read)
    return fail(read.error());
  return to_message(event);
}

/// Candles in the layout in which they have come for years: most of what the scanner hears, and
/// read several times faster than in any order. False: the layout is another one, or something is
/// wrong with the candle; the long way has to say.
bool read_usual_frame(std::string_view frame, Timestamp received, DecodedFrame& out) {
  FrameCursor at(frame);
  CandleEvent event;
  Candle& candle = event.candle;
  std::int64_t open_s = 0, event_ms = 0;
  bool read = at.literal(R"({"topic":")") && at.text(event.topic) &&
              at.literal(R"(,"type":"message","data":{"symbol":")") && at.text(event.market) &&
              at.literal(R"(,"candles":[")") && at.whole(open_s) && at.literal(R"(",")") &&
              at.decimal(candle.open) && at.literal(R"(,")") && at.decimal(candle.close) &&
              at.literal(R"(,")") && at.decimal(candle.high) && at.literal(R"(,")") &&
              at.decimal(candle.low) && at.literal(R"(,")") && at.skip_text() &&
              at.literal(R"(,")") && at.decimal(candle.volume) && at.literal(R"(],"time":)") &&
              at.whole(event_ms) && at.literal(R"(},"subject":"candle.stick"})") && at.is_at_end();
  if (!read)
    return false;
  auto open_time = to_timestamp(open_s, TimeUnit::s, received);
  auto event_time = to_timestamp(event_ms, TimeUnit::ms, received);
  if (!open_time || !event_time)
    return false;
  candle.open_time = *open_time;
  event.event_time = *event_time;
  auto message = to_message(event);
  if (message)
    out.messages.push_back(std::move(*message));
  return message.has_value();
}

Message read_trade(JsonValue data, const Envelope& envelope, Timestamp received) {
  TradeMessage trade;
  std::string_view market, side;
  auto read =
      read_object(data, {required("symbol", json::Text{market}), required("side", json::Text{side}),
                         required("sequence", json::WholeNumber{trade.id}),
                         required("size", json::Decimal{trade.quantity}),
                         required("price", json::Decimal{trade.price}),
                         required("ts", json::Time{trade.trade_time, TimeUnit::ns, received})});
  if (!read)
    return fail(read.error());
  if (auto same = check_market(envelope, market); !same)
    return fail(same.error());
  if (!(trade.price > 0) || !(trade.quantity > 0) || (side != "buy" && side != "sell"))
    return reject(
        fmt::format("a trade '{}' of {} at {}", printable(side, 10), trade.quantity, trade.price));
  trade.market = market;
  trade.seller_is_aggressor = side == "sell";
  return trade;
}

Message read_quote(JsonValue data, const Envelope& envelope) {
  QuoteMessage quote;
  std::string_view market;
  auto read = read_object(data, {required("symbol", json::Text{market}),
                                 required("bestBidPrice", json::Decimal{quote.bid}),
                                 required("bestAskPrice", json::Decimal{quote.ask})});
  if (!read)
    return fail(read.error());
  if (auto same = check_market(envelope, market); !same)
    return fail(same.error());
  quote.market = market;
  return quote;
}

Message read_price(JsonValue data, const Envelope& envelope, Timestamp received) {
  PriceMessage price;
  std::string_view market;
  auto read =
      read_object(data, {required("symbol", json::Text{market}),
                         required("lastPrice", json::Decimal{price.price}),
                         required("turnover", json::Decimal{price.quote_volume_24h}),
                         required("ts", json::Time{price.event_time, TimeUnit::ns, received})});
  if (!read)
    return fail(read.error());
  if (auto same = check_market(envelope, market); !same)
    return fail(same.error());
  if (!(price.price > 0) || price.quote_volume_24h < 0)
    return reject(fmt::format("a price of {} with volume {}", price.price, price.quote_volume_24h));
  price.market = market;
  return price;
}

Message read_data(JsonValue data, const Envelope& envelope, Timestamp received) {
  if (envelope.subject == "candle.stick")
    return read_candle(data, envelope, received);
  if (envelope.subject == "match")
    return read_trade(data, envelope, received);
  if (envelope.subject == "tickerV2" || envelope.subject == "ticker")
    return read_quote(data, envelope);
  if (envelope.subject == "snapshot.24h")
    return read_price(data, envelope, received);
  if (auto walked = read_object(data, {}); !walked)
    return fail(walked.error());
  return OtherMessage{printable(envelope.subject, 40)};
}

Status read_frame(JsonDocument& document, Timestamp received, DecodedFrame& out) {
  auto envelope = peek(document);
  if (!envelope)
    return fail(envelope.error());
  if (envelope->type == "message") {
    auto read = [&](JsonValue data) -> Status {
      auto message = read_data(data, *envelope, received);
      if (!message)
        return fail(message.error());
      out.messages.push_back(std::move(*message));
      return {};
    };
    return read_object(document, {required("data", json::Nested{JsonVisitor(read)})});
  }
  std::string_view text;
  if (envelope->type == "error") {
    if (auto read = read_object(document, {optional("data", json::Label{text})}); !read)
      return read;
    out.messages.push_back(RefusalMessage{envelope->id, envelope->code, printable(text, 200)});
    return {};
  }
  // Walked to its end, or the reader would not notice what follows.
  if (auto walked = read_object(document, {}); !walked)
    return walked;
  if (envelope->type == "welcome")
    out.messages.push_back(WelcomeMessage{});
  else if (envelope->type == "ack")
    out.messages.push_back(AckMessage{envelope->id});
  else if (envelope->type == "pong")
    out.messages.push_back(PongMessage{});
  else
    out.messages.push_back(OtherMessage{printable(envelope->type, 40)});
  return {};
}

}  // namespace

void decode_frame(JsonReader& reader, std::string_view frame, Timestamp received,
                  DecodedFrame& out) {
  out.clear();
  if (read_usual_frame(frame, received, out))
    return;
  auto read = reader.read(
      frame, [&](JsonDocument& document) { return read_frame(document, received, out); });
  if (!read) {
    out.clear();
    out.rejects.push_back(read.error());
  }
}

}  // namespace cscan::kucoinfutures
