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
  body VARCHAR NOT NULL USING COMPRESSION zstd, unknown_n INTEGER DEFAULT 0);
CREATE TABLE clusters (
  exchange VARCHAR NOT NULL, symbol VARCHAR NOT NULL, timeframe VARCHAR NOT NULL,
  open_time BIGINT NOT NULL, revision INTEGER NOT NULL,
  cluster VARCHAR NOT NULL USING COMPRESSION zstd);
CREATE TABLE file_names (
  exchange VARCHAR NOT NULL, symbol VARCHAR NOT NULL, stem VARCHAR NOT NULL);
CREATE TABLE source (name VARCHAR NOT NULL);
)";

constexpr const char* from_1_to_2_sql = R"(
ALTER TABLE signals ADD COLUMN unknown_n INTEGER DEFAULT 0;
CREATE TABLE source (name VARCHAR NOT NULL);
UPDATE meta SET value = 2 WHERE key = 'schema_version';
)";

Status execute_as_one(Connection& connection, const std::string& sql) {
  Result<Transaction> transaction = Transaction::begin(connection);
  if (!transaction)
    return fail(transaction.error());
  Status status = connection.execute(sql);
  return status ? transaction->commit() : status;
}

Status create_schema(Connection& connection) {
  return execute_as_one(connection, fmt::format("{}INSERT INTO meta VALUES ('schema_version', {});",
                                                create_sql, store_schema_version));
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
  return *version == 1 ? execute_as_one(connection, from_1_to_2_sql) : Status{};
}

Status claim_source(Connection& connection, const std::string& source) {
  Result<Rows> rows = connection.query("SELECT name FROM source");
  if (!rows)
    return fail(std::move(rows.error()));
  Result<bool> found = rows->next();
  if (!found)
    return fail(std::move(found.error()));
  if (!*found) {
    Result<Rows> written = connection.query("INSERT INTO source VALUES ($1)", {source});
    return written ? Status{} : fail(std::move(written.error()));
  }
  std::string owner(rows->text(0));
  if (owner == source)
    return {};
  return fail(ErrorCode::conflict, fmt::format("it holds {} data, and this is {}", owner, source));
}

std::string timeframe_length_sql(std::string_view column) {
  std::string sql = fmt::format("CASE {}", column);
  for (Timeframe timeframe : all_timeframes)
    sql += fmt::format(" WHEN '{}' THEN {}", to_string(timeframe), length(timeframe).ms);
  return sql + " END";
}

}  // namespace cscan
