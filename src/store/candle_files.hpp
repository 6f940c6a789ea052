#pragma once
// The Parquet files of the published tree: ohlcv/<stem>_<timeframe>.parquet, one per series.

#include <string>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/day_files.hpp"
#include "store/published_tree.hpp"
#include "store/stored_rows.hpp"

namespace cscan {

inline constexpr const char* ohlcv_folder = "ohlcv";

/// Writes the whole series as one file and stages it. A file already there that has more rows than
/// the database (it was published from a database since lost) is merged into it: rows that only the
/// old file has stay, so a file never shrinks.
[[nodiscard]] Status stage_candle_file(Connection& connection, PublishedTree& tree,
                                       const SeriesName& series, const std::string& stem,
                                       FileTally& tally);

/// `path` for read_parquet, which would take *, ? and [ in it for patterns.
[[nodiscard]] std::string literal_glob(std::string_view path);

}  // namespace cscan
