#include "binance_frame_check.hpp"

#include "exchange/binance_family/stream_parse.hpp"
#include "exchange_fixture.hpp"

namespace cscan::fixture {
namespace {

void check_kline(const CandleMessage& message, const json::object& event) {
  const json::object& k = event.at("k").as_object();
  EXPECT_EQ(message.market, word(event, "s"));
  EXPECT_EQ(to_string(message.timeframe), word(k, "i"));
  EXPECT_EQ(message.event_time.ms, whole(event, "E"));
  EXPECT_EQ(message.candle.open_time.ms, whole(k, "t"));
  EXPECT_EQ(message.candle.open, number(k, "o"));
  EXPECT_EQ(message.candle.high, number(k, "h"));
  EXPECT_EQ(message.candle.low, number(k, "l"));
  EXPECT_EQ(message.candle.close, number(k, "c"));
  EXPECT_EQ(message.candle.volume, number(k, "v"));
  EXPECT_EQ(message.candle.state == CandleState::closed_provisional, k.at("x").as_bool());
}

void check_quote(const QuoteMessage& message, const json::object& event) {
  EXPECT_EQ(message.market, word(event, "s"));
  EXPECT_EQ(message.bid, number(event, "b"));
  EXPECT_EQ(message.ask, number(event, "a"));
}

}  // namespace

DecodedFrame decode_binance_frame(const ExchangeTable& table, std::string_view frame) {
  static JsonReader reader(64 * 1024 * 1024);
  DecodedFrame decoded;
  binance_family::decode_frame(table, reader, frame, after_all_captures, decoded);
  return decoded;
}

json::object binance_event(const std::string& frame) {
  json::object object = json::parse(frame).as_object();
  return object.contains("data") ? object.at("data").as_object() : object;
}

void check_binance_trade(const TradeMessage& message, const json::object& event) {
  // Single trades have their id in "t"; of aggregates "a" is the id, and "f" and "l" its trades'.
  EXPECT_EQ(message.id, whole(event, event.contains("t") ? "t" : "a"));
  EXPECT_EQ(message.market, word(event, "s"));
  EXPECT_EQ(message.price, number(event, "p"));
  EXPECT_EQ(message.quantity, number(event, "q"));
  EXPECT_EQ(message.trade_time.ms, whole(event, "T"));
  EXPECT_EQ(message.seller_is_aggressor, event.at("m").as_bool());
}

std::string check_binance_frame(const ExchangeTable& table, const std::string& frame) {
  DecodedFrame decoded = decode_binance_frame(table, frame);
  json::object event = binance_event(frame);
  // With a space in front it is read the long way, which relies on no layout.
  EXPECT_EQ(decoded.messages, decode_binance_frame(table, " " + frame).messages) << frame;
  EXPECT_TRUE(decoded.rejects.empty()) << frame << ": " << decoded.rejects[0].message;
  if (decoded.messages.size() != 1) {
    ADD_FAILURE() << frame;
    return "none";
  }
  const StreamMessage& message = decoded.messages[0];
  if (const auto* candle = std::get_if<CandleMessage>(&message)) {
    check_kline(*candle, event);
    return candle->candle.state == CandleState::forming ? "forming" : "closed";
  }
  if (const auto* trade = std::get_if<TradeMessage>(&message)) {
    check_binance_trade(*trade, event);
    return "trade";
  }
  if (const auto* quote = std::get_if<QuoteMessage>(&message)) {
    check_quote(*quote, event);
    return "quote";
  }
  const auto* other = std::get_if<OtherMessage>(&message);
  EXPECT_TRUE(other && other->kind == word(event, "e")) << frame;
  return "other";
}

}  // namespace cscan::fixture
