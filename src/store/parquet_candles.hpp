#pragma once
// Reads recorded candles from Parquet files: those we publish (`timestamp`) and those of recorded
// sets (`timestamp_ms`). Nothing in such a file is believed: every value is checked.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/candle.hpp"
#include "model/instrument.hpp"
#include "model/timeframe.hpp"
#include "store/database.hpp"

namespace cscan {

/// What a file's name says: `<exchange>_<BASE><QUOTE>[-<SETTLE>]_<timeframe>.parquet`, or one of
/// our escaped stems. Base ends before the longest known quote currency.
struct CandleFileName {
  Instrument instrument;
  Timeframe timeframe{};
  bool operator==(const CandleFileName&) const = default;
};
/// `name` may have folders in front. invalid_argument says which part is not understood.
[[nodiscard]] Result<CandleFileName> parse_candle_file_name(std::string_view name);

struct CandleFile {
  std::filesystem::path path;
  CandleFileName name;
};
/// The candle files right in `dir` (regular files or links to them; other names are left out),
/// by exchange, symbol and timeframe. not_found when there is no such folder or none in it.
[[nodiscard]] Result<std::vector<CandleFile>> list_candle_files(const std::filesystem::path& dir);

/// Reads many files with one in-memory DuckDB. One thread.
class CandleFileReader {
 public:
  [[nodiscard]] static Result<CandleFileReader> open();

  /// All candles, open times strictly ascending. Columns: `timestamp_ms` (integer) or `timestamp`
  /// (TIMESTAMP of any unit, with or without zone, DATE, or integer milliseconds); open, high, low,
  /// close, volume (any number); state and revision where present. Errors: not_found, io, and
  /// corrupt with file, column and row (from 1).
  [[nodiscard]] Result<std::vector<Candle>> read(const std::filesystem::path& path,
                                                 Timeframe timeframe);

 private:
  explicit CandleFileReader(Connection connection) : connection_(std::move(connection)) {}
  Connection connection_;
};

/// Reads one file.
[[nodiscard]] Result<std::vector<Candle>> read_candle_file(const std::filesystem::path& path,
                                                           Timeframe timeframe);

}  // namespace cscan
