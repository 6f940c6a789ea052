#pragma once
// Frames in the exact form of the wire, made of synthetic candles: as many as a measurement needs.
// Their markets are those of bench_scanner.hpp, M0, M1, … against USDT.

#include <cstddef>
#include <string>
#include <vector>

namespace cscan::bench {

using Frames = std::vector<std::string>;

struct KlineTraffic {
  Frames binance_forming;              ///< eight times the first 5m candle of every market
  std::vector<Frames> binance_closed;  ///< by candle, from the first on: every market's
  Frames binance_mini_tickers;         ///< eight times all markets in one frame
  Frames kucoin_forming;               ///< what binance_forming holds, as KuCoin Futures says it
};

/// The 5m candles that open at bench_start() and after it, `candles` of each market.
[[nodiscard]] KlineTraffic make_kline_traffic(std::size_t markets, std::size_t candles);

/// What Binance calls market `index`.
[[nodiscard]] std::string binance_market(std::size_t index);

}  // namespace cscan::bench
