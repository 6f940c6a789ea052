#include "replay/candle_recording.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "model/symbol_match.hpp"
#include "store/parquet_candles.hpp"

namespace cscan {
namespace {

bool passes(const CandleFileName& name, const RecordingFilter& filter) {
  std::string symbol = name.instrument.symbol();
  bool exchange = filter.exchange.empty() || name.instrument.exchange == filter.exchange;
  bool timeframe = filter.timeframes.empty() ||
                   std::ranges::find(filter.timeframes, name.timeframe) != filter.timeframes.end();
  bool wanted =
      filter.symbols.empty() || std::ranges::any_of(filter.symbols, [&](const std::string& s) {
        return equal_ignoring_case(s, symbol);
      });
  return exchange && timeframe && wanted;
}

/// The files that pass, or why there is none.
Result<std::vector<CandleFile>> select_files(const std::filesystem::path& dir,
                                             const RecordingFilter& filter) {
  auto files = list_candle_files(dir);
  if (!files)
    return files;
  for (const std::string& symbol : filter.symbols)
    if (std::ranges::none_of(*files, [&](const CandleFile& file) {
          return equal_ignoring_case(file.name.instrument.symbol(), symbol);
        }))
      return fail(ErrorCode::not_found,
                  fmt::format("{} has no candles of {}: it has {} and {} "
                              "other files",
                              dir.string(), symbol, files->front().name.instrument.symbol(),
                              files->size() - 1));
  std::erase_if(*files, [&](const CandleFile& file) { return !passes(file.name, filter); });
  if (files->empty())
    return fail(ErrorCode::not_found,
                fmt::format("no candle file in {} passes the filter: check --exchange, --symbols "
                            "and --timeframes",
                            dir.string()));
  return files;
}

/// Puts a flat no_trade candle wherever the grid has no row.
std::uint64_t fill_gaps(std::vector<Candle>& candles, Timeframe timeframe) {
  std::vector<Candle> whole;
  whole.reserve(candles.size());
  for (const Candle& candle : candles) {
    while (!whole.empty() && whole.back().open_time + length(timeframe) < candle.open_time)
      whole.push_back(flat_candle(whole.back().open_time + length(timeframe), whole.back().close));
    whole.push_back(candle);
  }
  std::uint64_t filled = whole.size() - candles.size();
  candles = std::move(whole);
  return filled;
}

void list_names(const std::vector<CandleFile>& files, CandleRecording& recording) {
  for (const CandleFile& file : files) {
    recording.instruments.push_back(file.name.instrument);
    recording.timeframes.push_back(file.name.timeframe);
  }
  auto sort_unique = [](auto& values, auto&& order) {
    std::ranges::sort(values, {}, order);
    values.erase(std::ranges::unique(values).begin(), values.end());
  };
  sort_unique(recording.instruments, [](const Instrument& instrument) {
    return std::pair(instrument.exchange, instrument.symbol());
  });
  sort_unique(recording.timeframes, std::identity{});
}

}  // namespace

Result<CandleRecording> load_recording(
    const std::filesystem::path& dir, const RecordingFilter& filter,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  auto files = select_files(dir, filter);
  if (!files)
    return fail(std::move(files.error()));
  CandleRecording recording;
  list_names(*files, recording);
  if (recording.instruments.size() > limits::instruments_max)
    return fail(ErrorCode::unsupported,
                fmt::format("{} has {} markets, more than {}: choose some with --symbols",
                            dir.string(), recording.instruments.size(), limits::instruments_max));
  auto reader = CandleFileReader::open();
  if (!reader)
    return fail(std::move(reader.error()));
  for (std::size_t i = 0; i < files->size(); ++i) {
    progress(i, files->size());
    const CandleFile& file = (*files)[i];
    auto candles = reader->read(file.path, file.name.timeframe);
    if (!candles)
      return fail(std::move(candles.error()));
    auto at = std::ranges::find(recording.instruments, file.name.instrument);
    RecordedSeries series{
        InstrumentId{static_cast<std::uint32_t>(at - recording.instruments.begin())},
        file.name.timeframe, std::move(*candles), 0};
    series.filled = fill_gaps(series.candles, series.timeframe);
    recording.candles += series.candles.size();
    recording.series.push_back(std::move(series));
  }
  progress(files->size(), files->size());
  std::ranges::sort(recording.series, {},
                    [](const RecordedSeries& s) { return std::pair(s.instrument, s.timeframe); });
  return recording;
}

}  // namespace cscan
