#pragma once
// For the tests of recorded traffic: what exchanges say, written by hand in their shapes, and a
// recording of it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"
#include "base/temp_dir.hpp"
#include "exchange/binance/protocol.hpp"
#include "exchange/kucoinfutures/protocol.hpp"
#include "frames/frame_recording_writer.hpp"
#include "model/timeframe.hpp"

namespace cscan::testing {

inline std::unique_ptr<Protocol> protocol_of(std::string_view exchange) {
  if (exchange == "binance")
    return binance::make_protocol();
  return exchange == "kucoinfutures" ? kucoinfutures::make_protocol() : nullptr;
}

/// The fields of a candle as text.
struct CandleText {
  explicit CandleText(const Candle& candle)
      : open(format_decimal(candle.open)),
        high(format_decimal(candle.high)),
        low(format_decimal(candle.low)),
        close(format_decimal(candle.close)),
        volume(format_decimal(candle.volume)) {}
  std::string open, high, low, close, volume;
};

/// Binance spot, market BTCUSDT and whatever else is named.
namespace binance_says {

inline constexpr std::string_view host = "https://api.binance.com";
inline constexpr std::string_view listing_url =
    "https://api.binance.com/api/v3/exchangeInfo?showPermissionSets=false";

inline std::string listing(const std::vector<std::string>& bases) {
  std::string text = R"({"timezone":"UTC","serverTime":1760000000000,"symbols":[)";
  for (const std::string& base : bases)
    text += fmt::format(
        R"({}{{"symbol":"{}USDT","status":"TRADING","baseAsset":"{}","quoteAsset":"USDT",)"
        R"("filters":[{{"filterType":"PRICE_FILTER","tickSize":"0.01"}},)"
        R"({{"filterType":"LOT_SIZE","stepSize":"0.001"}}]}})",
        &base == &bases.front() ? "" : ",", base, base);
  return text + "]}";
}

inline std::string kline(std::string_view market, Timeframe timeframe, const Candle& candle,
                         Timestamp event_time, bool closed) {
  CandleText c(candle);
  return fmt::format(
      R"({{"e":"kline","E":{},"s":"{}","k":{{"t":{},"T":{},"s":"{}","i":"{}","f":1,"L":2,)"
      R"("o":"{}","c":"{}","h":"{}","l":"{}","v":"{}","n":2,"x":{},"q":"70","V":"1","Q":"1",)"
      R"("B":"0"}}}})",
      event_time.ms, market, candle.open_time.ms, close_time(candle.open_time, timeframe).ms - 1,
      market, to_string(timeframe), c.open, c.close, c.high, c.low, c.volume, closed);
}

inline std::string page(Timeframe timeframe, const std::vector<Candle>& candles) {
  std::string text = "[";
  for (const Candle& candle : candles) {
    CandleText c(candle);
    text += fmt::format(R"({}[{},"{}","{}","{}","{}","{}",{},"9",1,"1","1","0"])",
                        text.size() > 1 ? "," : "", candle.open_time.ms, c.open, c.high, c.low,
                        c.close, c.volume, close_time(candle.open_time, timeframe).ms - 1);
  }
  return text + "]";
}

}  // namespace binance_says

/// KuCoin Futures, market XBTUSDTM of which a lot is 0.001 BTC: volumes are lots.
namespace kucoin_says {

inline constexpr std::string_view listing_url =
    "https://api-futures.kucoin.com/api/v1/contracts/active";

inline std::string listing() {
  return R"({"code":"200000","data":[{"symbol":"XBTUSDTM","type":"FFWCSX","baseCurrency":"XBT",)"
         R"("quoteCurrency":"USDT","settleCurrency":"USDT","status":"Open","lotSize":1,)"
         R"("tickSize":0.1,"multiplier":0.001,"isInverse":false,"expireDate":null}]})";
}

/// Streams put the close behind the open.
inline std::string limit_candle(std::string_view interval, const Candle& lots,
                                Timestamp event_time) {
  CandleText c(lots);
  return fmt::format(
      R"({{"topic":"/contractMarket/limitCandle:XBTUSDTM_{}","type":"message","data":)"
      R"({{"symbol":"XBTUSDTM","candles":["{}","{}","{}","{}","{}","77","{}"],"time":{}}},)"
      R"("subject":"candle.stick"}})",
      interval, lots.open_time.ms / 1'000, c.open, c.close, c.high, c.low, c.volume, event_time.ms);
}

inline std::string page(const std::vector<Candle>& lots) {
  std::string text;
  for (const Candle& candle : lots) {
    CandleText c(candle);
    text += fmt::format("{}[{},{},{},{},{},{}]", text.empty() ? "" : ",", candle.open_time.ms,
                        c.open, c.high, c.low, c.close, c.volume);
  }
  return R"({"code":"200000","data":[)" + text + "]}";
}

}  // namespace kucoin_says

/// A recording in a folder of its own. What is said is on disk after stop().
class Traffic {
 public:
  Traffic() {
    auto writer = FrameRecordingWriter::create({.dir = path()});
    EXPECT_TRUE(writer);
    writer_ = std::move(*writer);
  }
  [[nodiscard]] std::filesystem::path path() const { return dir_.path() / "traffic"; }
  FrameRecordingWriter* operator->() { return writer_.get(); }
  void stop() { writer_->finish(); }

  /// A page of candles, asked for and answered.
  void query(std::string_view exchange, std::string_view market, Timeframe timeframe,
             Timestamp from, std::uint32_t rows, Timestamp asked, Timestamp answered,
             std::string_view body) {
    auto protocol = protocol_of(exchange);
    std::string url =
        protocol->candle_request(default_hosts(protocol->table()), market, timeframe, from, rows)
            .url;
    writer_->on_request(exchange, url, asked);
    writer_->on_response(exchange, url, 200, answered, body);
  }

 private:
  TempDir dir_;
  std::unique_ptr<FrameRecordingWriter> writer_;
};

}  // namespace cscan::testing
