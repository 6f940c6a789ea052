// Row-wise appending through DuckDB's appender.

#include <utility>

#include "base/check.hpp"
#include "store/database_handles.hpp"

namespace cscan {

struct Appender::State {
  std::shared_ptr<Connection::State> connection;
  duckdb_appender handle = nullptr;
  Status status;

  State() = default;
  State(const State&) = delete;
  ~State() { duckdb_appender_destroy(&handle); }

  void note(duckdb_state state) {
    if (state == DuckDBSuccess || !status)
      return;
    duckdb_error_data data = duckdb_appender_error_data(handle);
    status =
        fail(duckdb_error(duckdb_error_data_message(data), duckdb_error_data_error_type(data)));
    duckdb_destroy_error_data(&data);
  }
};

Appender::Appender(std::unique_ptr<State> state) : state_(std::move(state)) {}
Appender::Appender(Appender&&) noexcept = default;
Appender::~Appender() = default;

Result<Appender> Appender::open(Connection& connection, const std::string& table) {
  auto state = std::make_unique<State>();
  state->connection = connection.state_;
  state->note(
      duckdb_appender_create(connection.state_->handle, nullptr, table.c_str(), &state->handle));
  if (!state->status)
    return fail(state->status.error());
  return Appender(std::move(state));
}

Appender& Appender::add(const SqlValue& value) {
  State& s = *state_;
  if (!s.status)
    return *this;
  const SqlValue::Variant& v = value.get();
  if (const auto* flag = std::get_if<bool>(&v))
    s.note(duckdb_append_bool(s.handle, *flag));
  else if (const auto* whole = std::get_if<std::int64_t>(&v))
    s.note(duckdb_append_int64(s.handle, *whole));
  else if (const auto* number = std::get_if<double>(&v))
    s.note(duckdb_append_double(s.handle, *number));
  else if (const auto* text = std::get_if<std::string_view>(&v))
    s.note(duckdb_append_varchar_length(s.handle, text->data(), text->size()));
  else
    s.note(duckdb_append_null(s.handle));
  return *this;
}

Appender& Appender::end_row() {
  if (state_->status)
    state_->note(duckdb_appender_end_row(state_->handle));
  return *this;
}

Status Appender::close() {
  if (state_->status)
    state_->note(duckdb_appender_close(state_->handle));
  return state_->status;
}

}  // namespace cscan
