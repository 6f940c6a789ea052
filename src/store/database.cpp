#include "store/database.hpp"

#include <fmt/format.h>

#include "base/check.hpp"
#include "store/database_handles.hpp"

namespace cscan {
namespace {

ErrorCode code_of(duckdb_error_type type) {
  switch (type) {
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_PERMISSION: return ErrorCode::io;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
    case DUCKDB_ERROR_INTERRUPT: return ErrorCode::unavailable;
    case DUCKDB_ERROR_SERIALIZATION: return ErrorCode::corrupt;
    default: return ErrorCode::internal;
  }
}

/// The name of a database file within its DuckDB instance.
constexpr std::string_view attached_name = "scanner";

/// The config must be destroyed whether or not opening succeeds.
struct Config {
  duckdb_config handle = nullptr;
  ~Config() { duckdb_destroy_config(&handle); }
};

/// Under the thread sanitizer DuckDB works on the caller's thread alone: its workers hand over
/// with atomics in a library that is not instrumented, and every hand-over would be reported.
std::uint32_t worker_threads(const DatabaseOptions& options) {
#ifdef __SANITIZE_THREAD__
  return std::min(options.threads, 1U);
#else
  return options.threads;
#endif
}

Status configure(Config& config, const DatabaseOptions& options) {
  if (duckdb_create_config(&config.handle) != DuckDBSuccess)
    return fail(ErrorCode::internal, "DuckDB could not make a configuration");
  const std::pair<const char*, std::string> values[] = {
      {"memory_limit", fmt::format("{}MiB", options.memory_limit_mb)},
      {"threads", std::to_string(worker_threads(options))},
      {"checkpoint_threshold", fmt::format("{}MiB", options.wal_limit_mb)},
      // Everything needed is built in; a scanner must never fetch code from the network.
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      // Files we read are replaced under the same name; what was cached of them would be wrong.
      {"enable_external_file_cache", "false"},
  };
  for (const auto& [name, value] : values)
    if (duckdb_set_config(config.handle, name, value.c_str()) != DuckDBSuccess)
      return fail(ErrorCode::internal, fmt::format("DuckDB does not know {} = {}", name, value));
  return {};
}

}  // namespace

Error duckdb_error(const char* message, duckdb_error_type type) {
  std::string_view text = message != nullptr ? message : "DuckDB gave no reason";
  text = text.substr(0, text.find('\n'));
  ErrorCode code = code_of(type);
  // A commit that could not be written is reported as an error of the transaction.
  for (std::string_view part : {"Could not write", "No space left", "Could not truncate", "fsync"})
    if (text.find(part) != std::string_view::npos)
      code = ErrorCode::io;
  return Error{code, std::string(text), {}};
}

Result<Database> Database::in_memory(const DatabaseOptions& options) {
  Config config;
  if (Status status = configure(config, options); !status)
    return fail(status.error());
  auto state = std::make_shared<State>();
  char* message = nullptr;
  if (duckdb_open_ext(nullptr, &state->handle, config.handle, &message) != DuckDBSuccess) {
    Error error = duckdb_error(message, DUCKDB_ERROR_IO);
    duckdb_free(message);
    return fail(std::move(error));
  }
  return Database(std::move(state));
}

Result<Database> Database::open(const std::string& path, const DatabaseOptions& options) {
  // Only ATTACH lets us choose the form of the file: zstd needs storage version 1.2, and row groups
  // of 16,384 rows keep short what a checkpoint rewrites (the last group) and what a query by time
  // must read. Measured against 122,880: checkpoints of 100 rows 5 ms instead of 35.
  Result<Database> database = in_memory(options);
  if (!database)
    return database;
  Result<Connection> connection = database->connect();
  if (!connection)
    return fail(std::move(connection.error()));
  bool read_only = options.access == DatabaseAccess::read_only;
  std::string form = read_only ? "READ_ONLY" : "ROW_GROUP_SIZE 16384, STORAGE_VERSION 'v1.2.0'";
  Status status = connection->execute(
      fmt::format("ATTACH {} AS {} ({})", sql_literal(path), attached_name, form));
  if (!status)
    return fail(std::move(status.error()));
  database->state_->attached = true;
  return database;
}

Result<Connection> Database::connect() const {
  auto state = std::make_shared<Connection::State>();
  state->database = state_;
  if (duckdb_connect(state_->handle, &state->handle) != DuckDBSuccess)
    return fail(ErrorCode::internal, "DuckDB refused a connection");
  Connection connection(std::move(state));
  if (state_->attached)
    if (Status status = connection.execute(fmt::format("USE {}", attached_name)); !status)
      return fail(std::move(status.error()));
  return connection;
}

std::weak_ptr<void> Database::watch() const { return state_; }

Status Connection::execute(std::string_view sql) {
  duckdb_result result;
  std::string text(sql);
  duckdb_state state = duckdb_query(state_->handle, text.c_str(), &result);
  Status status;
  if (state != DuckDBSuccess)
    status = fail(duckdb_error(duckdb_result_error(&result), duckdb_result_error_type(&result)));
  duckdb_destroy_result(&result);
  return status;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  auto state = std::make_shared<Statement::State>();
  state->connection = state_;
  std::string text(sql);
  if (duckdb_prepare(state_->handle, text.c_str(), &state->handle) != DuckDBSuccess)
    return fail(duckdb_error(duckdb_prepare_error(state->handle), DUCKDB_ERROR_INVALID));
  return Statement(std::move(state));
}

Result<Rows> Connection::query(std::string_view sql, std::span<const SqlValue> values) {
  Result<Statement> statement = prepare(sql);
  if (!statement)
    return fail(std::move(statement.error()));
  return statement->run(values);
}

Result<std::int64_t> Connection::query_integer(std::string_view sql,
                                               std::initializer_list<SqlValue> values) {
  Result<Rows> rows = query(sql, values);
  if (!rows)
    return fail(std::move(rows.error()));
  Result<bool> found = rows->next();
  if (!found)
    return fail(std::move(found.error()));
  return *found && !rows->is_null(0) ? rows->integer(0) : 0;
}

bool Connection::usable() { return execute("SELECT 1").has_value(); }

Status Statement::bind(std::span<const SqlValue> values) {
  duckdb_prepared_statement handle = state_->handle;
  CHECK(duckdb_nparams(handle) == values.size(), "{} parameters, {} values", duckdb_nparams(handle),
        values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    idx_t place = i + 1;
    const SqlValue::Variant& value = values[i].get();
    duckdb_state state = DuckDBSuccess;
    if (const auto* flag = std::get_if<bool>(&value))
      state = duckdb_bind_boolean(handle, place, *flag);
    else if (const auto* whole = std::get_if<std::int64_t>(&value))
      state = duckdb_bind_int64(handle, place, *whole);
    else if (const auto* number = std::get_if<double>(&value))
      state = duckdb_bind_double(handle, place, *number);
    else if (const auto* text = std::get_if<std::string_view>(&value))
      state = duckdb_bind_varchar_length(handle, place, text->data(), text->size());
    else
      state = duckdb_bind_null(handle, place);
    if (state != DuckDBSuccess)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("DuckDB does not take parameter {} (text must be UTF-8)", place));
  }
  return {};
}

Result<Rows> Statement::run(std::span<const SqlValue> values) {
  if (Status status = bind(values); !status)
    return fail(status.error());
  auto rows = std::make_unique<Rows::State>();
  rows->statement = state_;
  if (duckdb_execute_prepared(state_->handle, &rows->result) != DuckDBSuccess)
    return fail(
        duckdb_error(duckdb_result_error(&rows->result), duckdb_result_error_type(&rows->result)));
  return Rows(std::move(rows));
}

Result<Rows> Statement::stream(std::span<const SqlValue> values) {
  if (Status status = bind(values); !status)
    return fail(status.error());
  auto rows = std::make_unique<Rows::State>();
  rows->statement = state_;
  if (duckdb_execute_prepared_streaming(state_->handle, &rows->result) != DuckDBSuccess)
    return fail(
        duckdb_error(duckdb_result_error(&rows->result), duckdb_result_error_type(&rows->result)));
  return Rows(std::move(rows));
}

Result<Transaction> Transaction::begin(Connection& connection) {
  if (Status status = connection.execute("BEGIN TRANSACTION"); !status)
    return fail(status.error());
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(other.connection_), open_(std::exchange(other.open_, false)) {}

Transaction::~Transaction() {
  // A commit that failed has rolled back already; then this fails too, and that is fine.
  if (open_)
    (void)connection_.execute("ROLLBACK");
}

Status Transaction::commit() {
  CHECK(open_);
  Status status = connection_.execute("COMMIT");
  if (status)
    open_ = false;
  return status;
}

std::string sql_literal(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'')
      out += '\'';
    out += c;
  }
  return out + "'";
}

}  // namespace cscan
