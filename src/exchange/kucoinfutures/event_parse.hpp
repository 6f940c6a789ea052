#pragma once
// What the frames of KuCoin Futures carry: "data", told by its subject.

#include <string_view>

#include "exchange/json_reader.hpp"
#include "exchange/stream_message.hpp"

namespace cscan::kucoinfutures {

/// What a frame says of its data, and when it was heard.
struct EventSource {
  Timestamp received;
  std::string_view topic;
  std::string_view subject;
};

// What data hold, by whichever way they were read. Texts point to where that was.

struct CandleEvent {
  std::string_view market;
  Candle candle;
  Timestamp event_time;
};

struct TradeEvent {
  std::string_view market;
  std::string_view side;  ///< of the taker
  TradeMessage trade;     ///< its market and aggressor still empty
};

struct QuoteEvent {
  std::string_view market;
  QuoteMessage quote;  ///< its market still empty
};

struct PriceEvent {
  std::string_view market;
  PriceMessage price;  ///< its market still empty
};

/// The message of an event; of a candle whose timeframe is none of ours a sign of life. Errors:
/// what read_event says of its values and of its topic.
[[nodiscard]] Result<StreamMessage> to_message(const CandleEvent& event, const EventSource& source);
[[nodiscard]] Result<StreamMessage> to_message(TradeEvent event, const EventSource& source);
[[nodiscard]] Result<StreamMessage> to_message(QuoteEvent event, const EventSource& source);
[[nodiscard]] Result<StreamMessage> to_message(PriceEvent event, const EventSource& source);

/// Reads the data of a frame. Errors: anything missing, mistyped or impossible, and a topic that
/// names another market than the data do.
[[nodiscard]] Result<StreamMessage> read_event(JsonValue data, const EventSource& source);

}  // namespace cscan::kucoinfutures
