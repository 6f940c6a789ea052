#include "store/schema.hpp"

#include <fmt/format.h>

#include "model/timeframe.hpp"

namespace cscan {
namespace {

constexpr const char* create_sql = R"(
CREATE TABLE meta (key VARCHAR NOT NULL, value BIGINT NOT NULL);
CREATE TABLE candles (
  exchange VARCHAR NOT NULL, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL,
  open_time BIGINT NOT NULL, open DOUBLE NOT NULL, high DOUBLE NOT NULL, low DOUBLE NOT NULL,
  close DOUBLE NOT NULL, volume DOUBLE NOT NULL, revision INTEGER NOT NULL,
  state VARCHAR NOT NULL, available_at BIGINT NOT NULL);
CREATE TABLE signals (
  id VARCHAR NOT NULL, exchange VARCHAR NOT NULL, symbol VARCHAR NOT NULL,
  timeframe VARCHAR NOT NULL, open_time BIGINT NOT NULL, close_time BIGINT NOT NULL,
  signal_type VARCHAR NOT NULL, direction VARCHAR NOT NULL, combined INTEGER NOT NULL,
  revision INTEGER NOT NULL, score_model VARCHAR NOT NULL, is_preview BOOLEAN NOT NULL,
  computed_at BIGINT NOT NULL, available_at BIGINT NOT NULL, origin VARCHAR NOT NULL,
  source VARCHAR NOT NULL, body_digest BIGINT NOT NULL,
  body VARCHAR NOT NULL USING COMPRESSION zstd);
CREATE TABLE clusters (
  exchange VARCHAR NOT NULL, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL,
  open_time BIGINT NOT NULL, revision INTEGER NOT NULL,
  cluster VARCHAR NOT NULL USING COMPRESSION zstd);
CREATE TABLE file_names (
  exchange VARCHAR NOT NULL, symbol VARCHAR NOT NULL, stem VARCHAR NOT NULL);
)";

Status create_schema(Connection& connection) {
  Result<Transaction> transaction = Transaction::begin(connection);
  if (!transaction)
    return fail(transaction.error());
  if (Status status = connection.execute(create_sql); !status)
    return status;
  Status status = connection.execute(
      fmt::format("INSERT INTO meta VALUES ('schema_version', {})", store_schema_version));
  return status ? transaction->commit() : status;
}

}  // namespace

Status create_or_check_schema(Connection& connection) {
  Result<std::int64_t> tables = connection.query_integer(
      "SELECT count(*) FROM duckdb_tables() WHERE "
      "database_name = current_database()");
  if (!tables)
    return fail(tables.error());
  if (*tables == 0)
    return create_schema(connection);
  Result<std::int64_t> ours = connection.query_integer(
      "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND "
      "table_name IN "
      "('meta', 'candles', 'signals', 'clusters', 'file_names')");
  if (!ours)
    return fail(ours.error());
  Result<std::int64_t> version =
      connection.query_integer("SELECT max(value) FROM meta WHERE key = 'schema_version'");
  if (*ours < 5 || !version || *version < 1)
    return fail(ErrorCode::corrupt, "it is a DuckDB database, but not one of this scanner");
  if (*version > store_schema_version)
    return fail(ErrorCode::unsupported,
                fmt::format("it was written by a newer scanner (schema {}, this one knows {})",
                            *version, store_schema_version));
  return {};
}

std::string timeframe_length_sql(std::string_view column) {
  std::string sql = fmt::format("CASE {}", column);
  for (Timeframe timeframe : all_timeframes)
    sql += fmt::format(" WHEN '{}' THEN {}", to_string(timeframe), length(timeframe).ms);
  return sql + " END";
}

}  // namespace cscan
