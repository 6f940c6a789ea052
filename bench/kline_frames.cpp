#include "kline_frames.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.hpp"
#include "bench_scanner.hpp"
#include "sim/synthetic_market.hpp"

namespace cscan::bench {
namespace {

constexpr Timeframe timeframe = Timeframe::m5;
constexpr std::int64_t looks = 8;  ///< at a forming candle
/// A closed flag comes this long after the close.
constexpr Duration flag_delay = milliseconds(60);

/// Binance writes eight places, needed or not.
std::string kline(std::size_t market, const Candle& candle, bool is_closed, Timestamp event_time) {
  std::string name = binance_market(market);
  double turnover = candle.volume * candle.close;
  return fmt::format(
      R"({{"e":"kline","E":{},"s":"{}","k":{{"t":{},"T":{},"s":"{}","i":"5m","f":4100200300,)"
      R"("L":4100200800,"o":"{:.8f}","c":"{:.8f}","h":"{:.8f}","l":"{:.8f}","v":"{:.8f}",)"
      R"("n":501,"x":{},"q":"{:.8f}","V":"{:.8f}","Q":"{:.8f}","B":"0"}}}})",
      event_time.ms, name, candle.open_time.ms, close_time(candle.open_time, timeframe).ms - 1,
      name, candle.open, candle.close, candle.high, candle.low, candle.volume, is_closed, turnover,
      candle.volume / 2, turnover / 2);
}

std::string mini_ticker(std::size_t market, const Candle& candle, Timestamp event_time) {
  return fmt::format(R"({{"e":"24hrMiniTicker","E":{},"s":"{}","c":"{:.8f}","o":"{:.8f}",)"
                     R"("h":"{:.8f}","l":"{:.8f}","v":"{:.8f}","q":"{:.8f}"}})",
                     event_time.ms, binance_market(market), candle.close, candle.open, candle.high,
                     candle.low, candle.volume, candle.volume * candle.close);
}

/// KuCoin writes no place more than needed, and counts lots.
std::string kucoin_candle(std::size_t market, const Candle& candle, Timestamp event_time) {
  return fmt::format(
      R"({{"topic":"/contractMarket/limitCandle:M{}USDTM_5min","type":"message","data":)"
      R"({{"symbol":"M{}USDTM","candles":["{}","{}","{}","{}","{}","{:.4f}","{:.0f}"],)"
      R"("time":{}}},"subject":"candle.stick"}})",
      market, market, candle.open_time.ms / 1'000, format_decimal(candle.open),
      format_decimal(candle.close), format_decimal(candle.high), format_decimal(candle.low),
      candle.volume * candle.close, candle.volume, event_time.ms);
}

std::vector<Instrument> synthetic_instruments(const SyntheticMarket& market) {
  auto listed = market.instruments("binance");
  listed.resize(std::min(listed.size(), bench_templates));
  return listed;
}

void add_look(KlineTraffic& traffic, std::size_t markets, const std::vector<Candle>& seen,
              Timestamp now) {
  std::string tickers = "[";
  for (std::size_t m = 0; m < markets; ++m) {
    const Candle& candle = seen[m % seen.size()];
    traffic.binance_forming.push_back(kline(m, candle, false, now));
    traffic.kucoin_forming.push_back(kucoin_candle(m, candle, now));
    tickers += (m > 0 ? "," : "") + mini_ticker(m, candle, now);
  }
  traffic.binance_mini_tickers.push_back(tickers + "]");
}

}  // namespace

std::string binance_market(std::size_t index) { return fmt::format("M{}USDT", index); }

KlineTraffic make_kline_traffic(std::size_t markets, std::size_t candles) {
  SyntheticMarket market(42);
  auto instruments = synthetic_instruments(market);
  KlineTraffic traffic;
  for (std::int64_t look = 1; look <= looks; ++look) {
    Timestamp now = bench_start() + Duration{length(timeframe).ms * look / (looks + 1)};
    std::vector<Candle> seen;
    for (const Instrument& instrument : instruments)
      seen.push_back(market.forming(instrument, timeframe, now));
    add_look(traffic, markets, seen, now);
  }
  Timestamp end = bench_start() + length(timeframe) * static_cast<std::int64_t>(candles);
  std::vector<std::vector<Candle>> closed;
  for (const Instrument& instrument : instruments)
    closed.push_back(market.history(instrument, timeframe, end, candles));
  for (std::size_t n = 0; n < candles; ++n) {
    Frames& frames = traffic.binance_closed.emplace_back();
    for (std::size_t m = 0; m < markets; ++m) {
      const Candle& candle = closed[m % closed.size()][n];
      frames.push_back(
          kline(m, candle, true, close_time(candle.open_time, timeframe) + flag_delay));
    }
  }
  return traffic;
}

}  // namespace cscan::bench
