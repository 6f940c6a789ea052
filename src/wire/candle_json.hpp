#pragma once
// The one JSON form of a candle.

#include "model/candle.hpp"
#include "wire/json_writer.hpp"

namespace cscan {

/// {"open_time", "open", "high", "low", "close", "volume", "state"}, and "revision" when it is not
/// 0.
void write_candle(JsonWriter& json, const Candle& candle);

}  // namespace cscan
