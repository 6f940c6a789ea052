// Any bytes as a frame: rejected whole, or messages that keep what their types promise, by
// whichever way they are read.

#include "exchange/kucoinfutures/stream_parse.hpp"

#include "base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cscan;
  static JsonReader reader(1024 * 1024);
  constexpr Timestamp received{1'790'993'400'500};
  DecodedFrame out;
  std::string_view frame(reinterpret_cast<const char*>(data), size);
  kucoinfutures::decode_frame(reader, frame, received, out);
  CHECK(out.messages.empty() || out.rejects.empty());
  // With a space in front every frame goes the long way.
  DecodedFrame other;
  kucoinfutures::decode_frame(reader, " " + std::string(frame), received, other);
  CHECK(out.messages == other.messages && out.rejects.size() == other.rejects.size());
  for (const StreamMessage& message : out.messages) {
    if (const auto* candle = std::get_if<CandleMessage>(&message)) {
      CHECK(candle_defect(candle->candle) == nullptr);
      CHECK(candle->candle.open_time ==
            floor_to(candle->candle.open_time, length(candle->timeframe)));
      CHECK(candle->candle.state == CandleState::forming);
    } else if (const auto* price = std::get_if<PriceMessage>(&message)) {
      CHECK(price->price > 0 && price->quote_volume_24h >= 0);
    } else if (const auto* trade = std::get_if<TradeMessage>(&message)) {
      CHECK(trade->price > 0 && trade->quantity > 0);
    }
  }
  return 0;
}
