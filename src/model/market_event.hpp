#pragma once
// What an exchange tells us, in the exchange-neutral form in which it reaches the core. Every event
// has the exchange's own time and the time at which we received it.

#include <cstdint>
#include <variant>

#include "base/time.hpp"
#include "model/candle.hpp"
#include "model/instrument.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// A candle as of now. `candle.state` says what the exchange claims: forming, closed_provisional
/// (its closed flag), final or no_trade (confirmed by a query after the close), or revised.
struct CandleUpdate {
  InstrumentId instrument;
  Timeframe timeframe{};
  Candle candle;
  Timestamp event_time;
  Timestamp received_time;
};

/// The newest price of a market.
struct PriceUpdate {
  InstrumentId instrument;
  double price = 0;
  double quote_volume_24h = 0;  ///< 0 where the exchange did not say
  Timestamp event_time;
  Timestamp received_time;
};

using MarketEvent = std::variant<CandleUpdate, PriceUpdate>;

}  // namespace cscan
