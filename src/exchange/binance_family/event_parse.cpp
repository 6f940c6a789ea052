#include "exchange/binance_family/event_parse.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cscan::binance_family {
namespace {

using Message = Result<std::optional<StreamMessage>>;

std::unexpected<Error> reject(std::string why) { return fail(ErrorCode::corrupt, std::move(why)); }

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Whether `stream` is stream_name(market, kind + interval). Every wrapped event is asked, so the
/// name is not put together for it.
bool is_stream_of(std::string_view stream, std::string_view market, std::string_view kind,
                  std::string_view interval) {
  if (stream.size() != market.size() + 1 + kind.size() + interval.size())
    return false;
  for (std::size_t i = 0; i < market.size(); ++i)
    if (stream[i] != to_lower(market[i]))
      return false;
  stream.remove_prefix(market.size());
  return stream.front() == '@' && stream.substr(1, kind.size()) == kind &&
         stream.ends_with(interval);
}

/// A wrapper and its content must speak of the same stream.
Status check_stream(const EventSource& source, std::string_view market, std::string_view kind,
                    std::string_view interval = {}) {
  if (source.stream.empty() || is_stream_of(source.stream, market, kind, interval))
    return {};
  return reject(fmt::format("stream '{}' carries an event of {}@{}{}", printable(source.stream, 80),
                            printable(market, 40), kind, interval));
}

Status read_kline_fields(JsonValue value, Timestamp received, KlineEvent& k) {
  return read_object(
      value,
      {required("t", json::Time{k.candle.open_time, TimeUnit::ms, received}),
       required("T", json::WholeNumber{k.last_ms}), required("s", json::Text{k.kline_market}),
       required("i", json::Text{k.interval}), required("o", json::DecimalText{k.candle.open}),
       required("c", json::DecimalText{k.candle.close}),
       required("h", json::DecimalText{k.candle.high}),
       required("l", json::DecimalText{k.candle.low}),
       required("v", json::DecimalText{k.candle.volume}), required("x", json::Flag{k.is_closed})});
}

/// What is impossible about a candle of this timeframe, or nothing.
Status check_kline(const KlineEvent& k, Timeframe timeframe) {
  if (k.candle.open_time != floor_to(k.candle.open_time, length(timeframe)))
    return reject(fmt::format("a {} candle cannot open at {}", k.interval, k.candle.open_time.ms));
  if (k.last_ms != close_time(k.candle.open_time, timeframe).ms - 1)
    return reject(fmt::format("a {} candle from {} cannot end at {}", k.interval,
                              k.candle.open_time.ms, k.last_ms));
  if (k.is_closed && k.event_time.ms < k.last_ms)
    return reject("flagged as closed before its end");
  if (const char* defect = candle_defect(k.candle))
    return reject(defect);
  return {};
}

Message read_kline(JsonObject object, const EventSource& source) {
  KlineEvent k;
  auto read_fields = [&](JsonValue value) { return read_kline_fields(value, source.received, k); };
  auto read =
      read_object(object, {required("E", json::Time{k.event_time, TimeUnit::ms, source.received}),
                           required("s", json::Text{k.market}),
                           required("k", json::Nested{JsonVisitor(read_fields)})});
  if (!read)
    return fail(read.error());
  return to_message(k, source);
}

Message read_price(JsonObject object, std::string_view kind, const EventSource& source) {
  PriceMessage price;
  std::string_view event, market;
  std::int64_t product = 1;  // 1 is USD-M, 2 COIN-M; absent before both shared their arrays
  auto read = read_object(
      object, {required("e", json::Text{event}),
               required("E", json::Time{price.event_time, TimeUnit::ms, source.received}),
               required("s", json::Text{market}), required("c", json::DecimalText{price.price}),
               required("q", json::DecimalText{price.quote_volume_24h}),
               optional("st", json::WholeNumber{product})});
  if (!read)
    return fail(read.error());
  if (event != "24hrMiniTicker" && event != "24hrTicker")
    return reject(fmt::format("'{}' in a list of tickers", printable(event, 40)));
  if (product != 1)
    return std::nullopt;
  if (!(price.price > 0) || price.quote_volume_24h < 0)
    return reject(fmt::format("a price of {} with volume {}", price.price, price.quote_volume_24h));
  if (!source.stream.empty() && !source.stream.starts_with('!'))
    if (auto same = check_stream(source, market, kind); !same)
      return fail(same.error());
  price.market = market;
  return price;
}

Message read_trade(JsonObject object, std::string_view kind, const EventSource& source) {
  TradeEvent event{kind, {}, {}};
  TradeMessage& trade = event.trade;
  auto read = read_object(
      object, {required("s", json::Text{event.market}),
               required(kind == "trade" ? "t" : "a", json::WholeNumber{trade.id}),
               required("p", json::DecimalText{trade.price}),
               required("q", json::DecimalText{trade.quantity}),
               required("T", json::Time{trade.trade_time, TimeUnit::ms, source.received}),
               required("m", json::Flag{trade.seller_is_aggressor})});
  if (!read)
    return fail(read.error());
  return to_message(std::move(event), source);
}

Message read_quote(JsonObject object, const EventSource& source) {
  QuoteEvent event;
  auto read = read_object(object, {required("s", json::Text{event.market}),
                                   required("b", json::DecimalText{event.quote.bid}),
                                   required("a", json::DecimalText{event.quote.ask})});
  if (!read)
    return fail(read.error());
  return to_message(std::move(event), source);
}

}  // namespace

Result<StreamMessage> to_message(const KlineEvent& kline, const EventSource& source) {
  if (kline.market != kline.kline_market)
    return reject(fmt::format("a kline of {} inside an event of {}",
                              printable(kline.kline_market, 40), printable(kline.market, 40)));
  auto timeframe = source.table.find_stream_interval(kline.interval);
  if (!timeframe)
    return OtherMessage{"kline_" + printable(kline.interval, 10)};
  if (auto same = check_stream(source, kline.market, "kline_", kline.interval); !same)
    return fail(same.error());
  if (auto sound = check_kline(kline, *timeframe); !sound)
    return fail(sound.error());
  CandleMessage message{std::string(kline.market), *timeframe, kline.candle, kline.event_time};
  message.candle.state = kline.is_closed ? CandleState::closed_provisional : CandleState::forming;
  return message;
}

Result<StreamMessage> to_message(TradeEvent event, const EventSource& source) {
  TradeMessage& trade = event.trade;
  if (!(trade.price > 0) || !(trade.quantity > 0))
    return reject(fmt::format("a trade of {} at {}", trade.quantity, trade.price));
  if (auto same = check_stream(source, event.market, event.kind); !same)
    return fail(same.error());
  trade.market = event.market;
  return std::move(trade);
}

Result<StreamMessage> to_message(QuoteEvent event, const EventSource& source) {
  if (auto same = check_stream(source, event.market, "bookTicker"); !same)
    return fail(same.error());
  event.quote.market = event.market;
  return std::move(event.quote);
}

std::string stream_name(std::string_view market, std::string_view kind) {
  std::string name(market);
  std::ranges::transform(name, name.begin(), to_lower);
  return (name += '@') += kind;
}

Result<std::optional<StreamMessage>> read_event(JsonObject object, std::string_view event,
                                                const EventSource& source) {
  if (event == "kline")
    return read_kline(object, source);
  if (event == "24hrMiniTicker")
    return read_price(object, "miniTicker", source);
  if (event == "24hrTicker")
    return read_price(object, "ticker", source);
  if (event == "aggTrade" || event == "trade")
    return read_trade(object, event, source);
  if (event == "bookTicker")
    return read_quote(object, source);
  if (auto walked = read_object(object, {}); !walked)
    return fail(walked.error());
  if (event == "serverShutdown")
    return ShutdownMessage{};
  if (event.empty())
    return reject("an event without a kind");
  return OtherMessage{printable(event, 40)};
}

}  // namespace cscan::binance_family
