#pragma once
// Recorded candles of many markets, loaded from a folder of Parquet files and ready to be played in
// the order in which they became known.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/candle.hpp"
#include "model/instrument.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// Which part of a folder to load. Empty means all.
struct RecordingFilter {
  std::string exchange;
  std::vector<std::string> symbols;  ///< unified, any case: "BTC/USDT"
  std::vector<Timeframe> timeframes;
};

/// The candles of one file on a whole grid: rows the file lacks are no_trade candles, flat at the
/// last close, because a recording has a row wherever its exchange had a candle.
struct RecordedSeries {
  InstrumentId instrument;
  Timeframe timeframe{};
  std::vector<Candle> candles;
  std::uint64_t filled = 0;  ///< no_trade candles put into gaps
};

/// 56 bytes a candle stay in memory: the 1.9 million of a month of 200 markets are 0.1 GB.
struct CandleRecording {
  std::vector<Instrument> instruments;  ///< by exchange, then symbol; InstrumentId is the index
  std::vector<Timeframe> timeframes;    ///< ascending
  std::vector<RecordedSeries> series;   ///< by instrument, then timeframe
  std::uint64_t candles = 0;
};

/// Loads all candle files right in `dir` that pass the filter. `progress(done, total)` is called
/// before each file and at the end. Errors: not_found (no folder, no file, nothing passes),
/// corrupt with the file's name, unsupported (more markets than limits::instruments_max).
[[nodiscard]] Result<CandleRecording> load_recording(
    const std::filesystem::path& dir, const RecordingFilter& filter,
    const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace cscan
