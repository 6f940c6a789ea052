#pragma once
// The 5m candles that are measured on: recorded ones where they are, else synthetic ones.

#include <string>
#include <vector>

#include "model/candle.hpp"

namespace cscan::bench {

struct BenchCandles {
  std::vector<std::vector<Candle>> series;  ///< one market each, contiguous, ascending
  std::string source;                       ///< for the reader: "recorded: ..., 42 markets"
};

/// The newest `per_series` candles of every market of binance_2024 in CSCAN_MARKET_DATA (default
/// ../shared/data/market); of the synthetic market where that folder is absent.
[[nodiscard]] BenchCandles load_bench_candles(std::size_t per_series);

}  // namespace cscan::bench
