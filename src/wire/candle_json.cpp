#include "wire/candle_json.hpp"

namespace cscan {

void write_candle(JsonWriter& json, const Candle& candle) {
  json.begin_object()
      .field("open_time", candle.open_time)
      .field("open", candle.open)
      .field("high", candle.high)
      .field("low", candle.low)
      .field("close", candle.close)
      .field("volume", candle.volume)
      .field("state", to_string(candle.state));
  if (candle.revision != 0)
    json.field("revision", candle.revision);
  json.end_object();
}

}  // namespace cscan
