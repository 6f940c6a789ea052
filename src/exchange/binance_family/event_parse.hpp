#pragma once
// The single events inside Binance's frames.

#include <optional>
#include <string_view>

#include "exchange/exchange_table.hpp"
#include "exchange/json_reader.hpp"
#include "exchange/stream_message.hpp"

namespace cscan::binance_family {

/// Where and when an event was heard.
struct EventSource {
  const ExchangeTable& table;
  Timestamp received;
  std::string_view stream;  ///< the wrapper's name for it, or empty
};

// What events hold, by whichever way they were read. Texts point to where that was.

struct KlineEvent {
  Timestamp event_time;
  std::string_view market;
  std::string_view kline_market;  ///< has to be the same
  std::string_view interval;
  Candle candle;
  std::int64_t last_ms = 0;  ///< of the candle: close - 1
  bool is_closed = false;
};

struct TradeEvent {
  std::string_view kind;  ///< "trade" or "aggTrade"
  std::string_view market;
  TradeMessage trade;  ///< its market still empty
};

struct QuoteEvent {
  std::string_view market;
  QuoteMessage quote;  ///< its market still empty
};

/// The message of an event; of a candle whose timeframe is none of ours a sign of life. Errors:
/// what read_event says of its values and of its wrapper.
[[nodiscard]] Result<StreamMessage> to_message(const KlineEvent& kline, const EventSource& source);
[[nodiscard]] Result<StreamMessage> to_message(TradeEvent event, const EventSource& source);
[[nodiscard]] Result<StreamMessage> to_message(QuoteEvent event, const EventSource& source);

/// Reads the event of kind `event` ("kline", "24hrMiniTicker", …). nullopt: a market of another
/// product ("st" other than 1). Errors: anything missing, mistyped or impossible, and a wrapper
/// that names another stream than the event belongs to.
[[nodiscard]] Result<std::optional<StreamMessage>> read_event(JsonObject object,
                                                              std::string_view event,
                                                              const EventSource& source);

/// "BTCUSDT", "kline_1m" → "btcusdt@kline_1m". Only ASCII has a lower case here.
[[nodiscard]] std::string stream_name(std::string_view market, std::string_view kind);

}  // namespace cscan::binance_family
