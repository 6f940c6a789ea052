#pragma once
// Frames of KuCoin Futures' streams.

#include <string_view>

#include "exchange/json_reader.hpp"
#include "exchange/stream_message.hpp"

namespace cscan::kucoinfutures {

/// Reads one frame into `out`, which is emptied first. A candle is always forming: nothing here
/// says that one has closed. Volumes are lots. A topic and its content must speak of one market.
void decode_frame(JsonReader& reader, std::string_view frame, Timestamp received,
                  DecodedFrame& out);

}  // namespace cscan::kucoinfutures
