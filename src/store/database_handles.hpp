#pragma once
// Inside the database wrapper only: DuckDB's handles with owners. Nobody outside database*.cpp
// includes this, so that duckdb.h stays in one place.

#include <duckdb.h>

#include <memory>
#include <string>
#include <vector>

#include "store/database.hpp"

namespace cscan {

/// DuckDB's message, first line only, as an error of the nearest kind.
[[nodiscard]] Error duckdb_error(const char* message, duckdb_error_type type);

struct Database::State {
  duckdb_database handle = nullptr;
  bool attached = false;  ///< a file beside the unused in-memory database
  State() = default;
  State(const State&) = delete;
  ~State() { duckdb_close(&handle); }
};

struct Connection::State {
  std::shared_ptr<Database::State> database;
  duckdb_connection handle = nullptr;
  State() = default;
  State(const State&) = delete;
  ~State() { duckdb_disconnect(&handle); }
};

struct Statement::State {
  std::shared_ptr<Connection::State> connection;
  duckdb_prepared_statement handle = nullptr;
  State() = default;
  State(const State&) = delete;
  ~State() { duckdb_destroy_prepare(&handle); }
};

struct Rows::State {
  struct Column {
    duckdb_type type = DUCKDB_TYPE_INVALID;
    const void* data = nullptr;
    std::uint64_t* validity = nullptr;
  };

  std::shared_ptr<Statement::State> statement;
  duckdb_result result{};
  duckdb_data_chunk chunk = nullptr;
  idx_t row = 0;
  idx_t chunk_rows = 0;
  bool finished = false;
  std::vector<Column> columns;

  State() = default;
  State(const State&) = delete;
  ~State() {
    if (chunk != nullptr)
      duckdb_destroy_data_chunk(&chunk);
    duckdb_destroy_result(&result);
  }
};

}  // namespace cscan
