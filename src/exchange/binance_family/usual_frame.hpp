#pragma once
// Candles, trades and quotes of Binance's streams in the layouts in which they have come for years,
// bare or wrapped: nearly all of what the scanner hears, and read several times faster than in any
// order.

#include <string_view>

#include "exchange/exchange_table.hpp"
#include "exchange/stream_message.hpp"

namespace cscan::binance_family {

/// Appends the frame's message, which is what decode_frame would make of it. False: the layout is
/// another one, or something is wrong with the event; decode_frame has to say.
[[nodiscard]] bool read_usual_frame(const ExchangeTable& table, std::string_view frame,
                                    Timestamp received, DecodedFrame& out);

}  // namespace cscan::binance_family
