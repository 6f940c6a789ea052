#include "exchange/binance_family/usual_frame.hpp"

#include "exchange/binance_family/event_parse.hpp"
#include "exchange/frame_cursor.hpp"

namespace cscan::binance_family {
namespace {

/// What stands in a frame, times as numbers.
struct UsualKline {
  std::string_view stream;
  std::int64_t event_ms = 0;
  std::int64_t open_ms = 0;
  KlineEvent kline;
};

bool read_wrapper(FrameCursor& at, std::string_view& stream) {
  if (!at.literal(R"({"stream":")"))
    return true;  // bare
  return at.text(stream) && !stream.empty() && at.literal(R"(,"data":)");
}

bool read_kline(FrameCursor& at, UsualKline& out) {
  KlineEvent& k = out.kline;
  return at.literal(R"({"e":"kline","E":)") && at.whole(out.event_ms) && at.literal(R"(,"s":")") &&
         at.text(k.market) && at.literal(R"(,"k":{"t":)") && at.whole(out.open_ms) &&
         at.literal(R"(,"T":)") && at.whole(k.last_ms) && at.literal(R"(,"s":")") &&
         at.text(k.kline_market) && at.literal(R"(,"i":")") && at.text(k.interval) &&
         at.literal(R"(,"f":)") && at.skip_whole() && at.literal(R"(,"L":)") && at.skip_whole() &&
         at.literal(R"(,"o":")") && at.decimal(k.candle.open) && at.literal(R"(,"c":")") &&
         at.decimal(k.candle.close) && at.literal(R"(,"h":")") && at.decimal(k.candle.high) &&
         at.literal(R"(,"l":")") && at.decimal(k.candle.low) && at.literal(R"(,"v":")") &&
         at.decimal(k.candle.volume) && at.literal(R"(,"n":)") && at.skip_whole() &&
         at.literal(R"(,"x":)") && at.flag(k.is_closed) && at.literal(R"(,"q":")") &&
         at.skip_text() && at.literal(R"(,"V":")") && at.skip_text() && at.literal(R"(,"Q":")") &&
         at.skip_text() && at.literal(R"(,"B":")") && at.skip_text() && at.literal("}}");
}

}  // namespace

bool read_usual_frame(const ExchangeTable& table, std::string_view frame, Timestamp received,
                      DecodedFrame& out) {
  FrameCursor at(frame);
  UsualKline read;
  if (!read_wrapper(at, read.stream) || !read_kline(at, read) ||
      !(read.stream.empty() || at.literal("}")) || !at.is_at_end())
    return false;
  auto event_time = to_timestamp(read.event_ms, TimeUnit::ms, received);
  auto open_time = to_timestamp(read.open_ms, TimeUnit::ms, received);
  if (!event_time || !open_time)
    return false;
  read.kline.event_time = *event_time;
  read.kline.candle.open_time = *open_time;
  auto message = to_message(read.kline, {table, received, read.stream});
  if (message)
    out.messages.push_back(std::move(*message));
  return message.has_value();
}

}  // namespace cscan::binance_family
