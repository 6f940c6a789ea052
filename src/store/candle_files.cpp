#include "store/candle_files.hpp"

#include <fmt/format.h>

#include "store/candle_table.hpp"

namespace cscan {
namespace {

std::string stored_rows_sql(const SeriesName& series) {
  return fmt::format(
      "SELECT epoch_ms(c.open_time) AS timestamp, c.open, c.high, c.low, c.close, c.volume, "
      "c.state, c.revision, epoch_ms(c.available_at) AS available_at FROM candles c WHERE {}",
      newest_candles_sql(sql_literal(series.exchange), sql_literal(series.symbol),
                         sql_literal(to_string(series.timeframe))));
}

/// Rows of a Parquet file by its footer; 0 when there is none that can be read.
std::int64_t rows_of(Connection& connection, const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path, error)))
    return 0;
  Result<std::int64_t> rows = connection.query_integer(
      "SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(?)", {literal_glob(path.string())});
  return rows.value_or(0);
}

Status copy(Connection& connection, const SeriesName& series, const std::string& rows_sql,
            const std::filesystem::path& path) {
  return connection.execute(fmt::format(
      "COPY (SELECT * FROM ({}) ORDER BY timestamp) TO {} (FORMAT parquet, COMPRESSION zstd, "
      "USE_TMP_FILE false, KV_METADATA {{exchange: {}, symbol: {}, timeframe: {}}})",
      rows_sql, sql_literal(path.string()), sql_literal(series.exchange),
      sql_literal(series.symbol), sql_literal(to_string(series.timeframe))));
}

}  // namespace

std::string literal_glob(std::string_view path) {
  std::string out;
  for (char c : path) {
    if (c == '*' || c == '?' || c == '[')
      out.append({'[', c, ']'});
    else
      out += c;
  }
  return out;
}

Status stage_candle_file(Connection& connection, PublishedTree& tree, const SeriesName& series,
                         const std::string& stem, FileTally& tally) {
  std::string name = fmt::format("{}_{}.parquet", stem, to_string(series.timeframe));
  std::filesystem::path published = tree.path_of(ohlcv_folder, name);
  Result<std::filesystem::path> temporary = tree.temporary_path(ohlcv_folder, name);
  if (!temporary)
    return fail(std::move(temporary.error()));
  std::string rows_sql = stored_rows_sql(series);
  Status status = copy(connection, series, rows_sql, *temporary);
  if (status && rows_of(connection, published) > rows_of(connection, *temporary)) {
    std::string old = sql_literal(literal_glob(published.string()));
    rows_sql = fmt::format(
        "{0} UNION ALL BY NAME SELECT * FROM read_parquet({1}) AS o WHERE "
        "NOT EXISTS (FROM ({0}) AS n WHERE n.timestamp = o.timestamp)",
        rows_sql, old);
    status = copy(connection, series, rows_sql, *temporary);
  }
  if (status)
    status = tree.adopt(ohlcv_folder, name);
  if (!status) {
    std::error_code ignored;
    std::filesystem::remove(*temporary, ignored);
    return status;
  }
  std::error_code ignored;
  ++tally.files;
  tally.bytes += std::filesystem::file_size(*temporary, ignored);
  return tree.staged() >= flush_files ? tree.flush() : Status{};
}

}  // namespace cscan
