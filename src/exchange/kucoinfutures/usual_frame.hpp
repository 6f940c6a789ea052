#pragma once
// Candles, trades, quotes and prices of KuCoin's streams in the layouts in which they have come for
// years: nearly all of what the scanner hears, and read several times faster than in any order.

#include <string_view>

#include "exchange/stream_message.hpp"

namespace cscan::kucoinfutures {

/// Appends the frame's message, which is what decode_frame would make of it. False: the layout is
/// another one, or something is wrong with the data; decode_frame has to say.
[[nodiscard]] bool read_usual_frame(std::string_view frame, Timestamp received, DecodedFrame& out);

}  // namespace cscan::kucoinfutures
