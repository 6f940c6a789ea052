#pragma once
// Frames of Binance's market streams, spot and USD-M: bare or wrapped in {"stream", "data"}.

#include <string_view>

#include "exchange/exchange_table.hpp"
#include "exchange/json_reader.hpp"
#include "exchange/stream_message.hpp"

namespace cscan::binance_family {

/// Reads one frame into `out`, which is emptied first. Candles of timeframes the scanner does not
/// know come as OtherMessage, COIN-M entries of merged arrays ("st" 2) not at all.
void decode_frame(const ExchangeTable& table, JsonReader& reader, std::string_view frame,
                  Timestamp received, DecodedFrame& out);

}  // namespace cscan::binance_family
