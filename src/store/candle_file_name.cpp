// Which candle file holds what, by its name alone.

#include <fmt/format.h>

#include <algorithm>

#include "store/file_name.hpp"
#include "store/parquet_candles.hpp"

namespace cscan {

Result<CandleFileName> parse_candle_file_name(std::string_view name) {
  std::string_view file = name.substr(name.rfind('/') + 1);
  constexpr std::string_view suffix = ".parquet";
  std::size_t underscore = file.rfind('_');
  if (!file.ends_with(suffix) || underscore == std::string_view::npos)
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is not the name of a candle file: expected "
                            "<exchange>_<BASE><QUOTE>_<timeframe>.parquet",
                            file.substr(0, 128)));
  std::string_view length_text = file.substr(underscore + 1);
  length_text.remove_suffix(suffix.size());
  std::optional<Timeframe> timeframe = parse_timeframe(length_text);
  if (!timeframe)
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' in '{}' is not a timeframe: use one such as 5m, 1h or 1d",
                            length_text.substr(0, 32), file.substr(0, 128)));
  Result<Instrument> instrument = parse_stem(file.substr(0, underscore));
  if (!instrument)
    return fail(std::move(instrument.error()));
  return CandleFileName{std::move(*instrument), *timeframe};
}

Result<std::vector<CandleFile>> list_candle_files(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::directory_iterator entries(dir, error);
  if (error)
    return fail(ErrorCode::not_found,
                fmt::format("{} cannot be listed ({}): name a folder with candle files",
                            dir.string(), error.message()));
  std::vector<CandleFile> files;
  for (; entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (error)
      break;
    std::error_code ignored;
    if (!entries->is_regular_file(ignored))
      continue;
    if (Result<CandleFileName> name = parse_candle_file_name(entries->path().filename().string()))
      files.push_back({entries->path(), std::move(*name)});
  }
  if (error)
    return fail(ErrorCode::io,
                fmt::format("{} cannot be listed to its end ({})", dir.string(), error.message()));
  if (files.empty())
    return fail(ErrorCode::not_found, fmt::format("{} has no candle files: expected names such as "
                                                  "binance_BTCUSDT_5m.parquet",
                                                  dir.string()));
  std::ranges::sort(files, [](const CandleFile& a, const CandleFile& b) {
    return std::tie(a.name.instrument, a.name.timeframe) <
           std::tie(b.name.instrument, b.name.timeframe);
  });
  return files;
}

}  // namespace cscan
