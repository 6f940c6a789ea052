#include "bench_candles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "replay/candle_recording.hpp"
#include "sim/synthetic_market.hpp"

namespace cscan::bench {
namespace {

std::filesystem::path market_data() {
  const char* chosen = std::getenv("CSCAN_MARKET_DATA");
  return chosen != nullptr && *chosen != '\0' ? chosen : "../shared/data/market";
}

BenchCandles synthetic_candles(std::size_t per_series, std::string_view why) {
  SyntheticMarket market(42);
  BenchCandles result;
  auto liquid = market.instruments("binance");
  liquid.resize(std::min<std::size_t>(liquid.size(), 42));  // as many as are recorded
  for (const Instrument& instrument : liquid)
    result.series.push_back(market.history(instrument, Timeframe::m5,
                                           SyntheticMarket::genesis + days(2'000), per_series));
  result.source = fmt::format("synthetic market, {} markets ({})", result.series.size(), why);
  return result;
}

}  // namespace

BenchCandles load_bench_candles(std::size_t per_series) {
  RecordingFilter filter{"", {}, {Timeframe::m5}};
  auto recording =
      load_recording(market_data() / "binance_2024", filter, [](std::size_t, std::size_t) {});
  if (!recording)
    return synthetic_candles(per_series, "no recorded candles: " + recording.error().message);
  BenchCandles result;
  for (const RecordedSeries& series : recording->series) {
    auto kept = std::min(per_series, series.candles.size());
    result.series.emplace_back(series.candles.end() - static_cast<std::ptrdiff_t>(kept),
                               series.candles.end());
  }
  result.source = fmt::format("recorded candles binance_2024 5m, {} markets", result.series.size());
  return result;
}

}  // namespace cscan::bench
