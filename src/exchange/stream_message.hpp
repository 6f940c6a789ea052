#pragma once
// What a frame of a market data stream says, in the words of no particular exchange. Markets still
// have the exchange's own id here, and volumes its own unit.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/candle.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// A candle as of `event_time`: forming, or closed_provisional where the exchange flags the close.
struct CandleMessage {
  std::string market;
  Timeframe timeframe{};
  Candle candle;  ///< volume in base units, or in lots (ListedContract::lot_size)
  Timestamp event_time;
  bool operator==(const CandleMessage&) const = default;
};

/// The newest price of a market.
struct PriceMessage {
  std::string market;
  double price = 0;
  double quote_volume_24h = 0;
  Timestamp event_time;
  bool operator==(const PriceMessage&) const = default;
};

/// One trade, or several at one price (an aggregate).
struct TradeMessage {
  std::string market;
  std::int64_t id = 0;
  double price = 0;
  double quantity = 0;  ///< base units or lots
  bool seller_is_aggressor = false;
  Timestamp trade_time;
  bool operator==(const TradeMessage&) const = default;
};

/// Best bid and ask.
struct QuoteMessage {
  std::string market;
  double bid = 0;
  double ask = 0;
  bool operator==(const QuoteMessage&) const = default;
};

/// The exchange took request `id`. It proves nothing about data to come.
struct AckMessage {
  std::string id;
  bool operator==(const AckMessage&) const = default;
};

/// The exchange refused request `id` (empty when it did not say which).
struct RefusalMessage {
  std::string id;
  std::int64_t code = 0;
  std::string text;
  bool operator==(const RefusalMessage&) const = default;
};

/// The connection is ready for requests (exchanges that greet).
struct WelcomeMessage {
  bool operator==(const WelcomeMessage&) const = default;
};
/// The answer to a ping inside the protocol.
struct PongMessage {
  bool operator==(const PongMessage&) const = default;
};
/// The exchange is about to close this connection.
struct ShutdownMessage {
  bool operator==(const ShutdownMessage&) const = default;
};
/// Well-formed data of a kind nobody asked for: a sign of life, no more.
struct OtherMessage {
  std::string kind;
  bool operator==(const OtherMessage&) const = default;
};

using StreamMessage =
    std::variant<CandleMessage, PriceMessage, TradeMessage, QuoteMessage, AckMessage,
                 RefusalMessage, WelcomeMessage, PongMessage, ShutdownMessage, OtherMessage>;

/// One frame, read. A frame that is broken as a whole gives one reject and no message; in a list of
/// markets each bad one gives a reject and the others their messages.
struct DecodedFrame {
  std::vector<StreamMessage> messages;
  std::vector<Error> rejects;

  void clear() {
    messages.clear();
    rejects.clear();
  }
};

}  // namespace cscan
