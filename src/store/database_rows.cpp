// Walking a result: one data chunk of up to 2,048 rows at a time, typed access to its columns.

#include <utility>

#include "base/check.hpp"
#include "store/database_handles.hpp"

namespace cscan {
namespace {

ColumnKind kind_of(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN: return ColumnKind::boolean;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT: return ColumnKind::integer;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE: return ColumnKind::real;
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT: return ColumnKind::decimal;
    case DUCKDB_TYPE_VARCHAR: return ColumnKind::text;
    case DUCKDB_TYPE_DATE: return ColumnKind::date;
    case DUCKDB_TYPE_TIMESTAMP: return ColumnKind::timestamp;
    case DUCKDB_TYPE_TIMESTAMP_S: return ColumnKind::timestamp_s;
    case DUCKDB_TYPE_TIMESTAMP_MS: return ColumnKind::timestamp_ms;
    case DUCKDB_TYPE_TIMESTAMP_NS: return ColumnKind::timestamp_ns;
    case DUCKDB_TYPE_TIMESTAMP_TZ: return ColumnKind::timestamp_tz;
    default: return ColumnKind::other;
  }
}

template <class T>
T value_at(const void* data, idx_t row) {
  return static_cast<const T*>(data)[row];
}
}  // namespace

Rows::Rows(std::unique_ptr<State> state) : state_(std::move(state)) {
  idx_t count = duckdb_column_count(&state_->result);
  for (idx_t i = 0; i < count; ++i)
    state_->columns.push_back({duckdb_column_type(&state_->result, i), nullptr, nullptr});
}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

Result<bool> Rows::fetch() {
  State& s = *state_;
  if (s.chunk != nullptr)
    duckdb_destroy_data_chunk(&s.chunk);
  s.chunk = duckdb_fetch_chunk(s.result);
  s.row = 0;
  s.chunk_rows = s.chunk != nullptr ? duckdb_data_chunk_get_size(s.chunk) : 0;
  if (s.chunk_rows == 0) {
    s.finished = true;
    // A streamed result ends the same way whether it is complete or has failed.
    if (const char* message = duckdb_result_error(&s.result); message != nullptr && *message != 0)
      return fail(duckdb_error(message, duckdb_result_error_type(&s.result)));
    return false;
  }
  for (std::size_t i = 0; i < s.columns.size(); ++i) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(s.chunk, i);
    s.columns[i].data = duckdb_vector_get_data(vector);
    s.columns[i].validity = duckdb_vector_get_validity(vector);
  }
  return true;
}

Result<bool> Rows::next() {
  if (state_->finished)
    return false;
  if (state_->chunk != nullptr && state_->row + 1 < state_->chunk_rows) {
    ++state_->row;
    return true;
  }
  return fetch();
}

std::size_t Rows::column_count() const { return state_->columns.size(); }

std::string_view Rows::column_name(std::size_t column) const {
  const char* name = duckdb_column_name(&state_->result, column);
  return name != nullptr ? name : "";
}

ColumnKind Rows::column_kind(std::size_t column) const {
  return kind_of(state_->columns.at(column).type);
}

bool Rows::is_null(std::size_t column) const {
  std::uint64_t* validity = state_->columns.at(column).validity;
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, state_->row);
}

bool Rows::boolean(std::size_t column) const {
  const State::Column& c = state_->columns.at(column);
  CHECK(c.type == DUCKDB_TYPE_BOOLEAN && !is_null(column), "column {}", column);
  return value_at<bool>(c.data, state_->row);
}

std::int64_t Rows::integer(std::size_t column) const {
  const State::Column& c = state_->columns.at(column);
  CHECK(!is_null(column), "column {} is null", column);
  idx_t row = state_->row;
  switch (c.type) {
    case DUCKDB_TYPE_TINYINT: return value_at<std::int8_t>(c.data, row);
    case DUCKDB_TYPE_SMALLINT: return value_at<std::int16_t>(c.data, row);
    case DUCKDB_TYPE_INTEGER: return value_at<std::int32_t>(c.data, row);
    case DUCKDB_TYPE_BIGINT: return value_at<std::int64_t>(c.data, row);
    case DUCKDB_TYPE_UTINYINT: return value_at<std::uint8_t>(c.data, row);
    case DUCKDB_TYPE_USMALLINT: return value_at<std::uint16_t>(c.data, row);
    case DUCKDB_TYPE_UINTEGER: return value_at<std::uint32_t>(c.data, row);
    case DUCKDB_TYPE_UBIGINT:
      return static_cast<std::int64_t>(value_at<std::uint64_t>(c.data, row));
    default: CHECK(false, "column {} of type {} is not an integer", column, int(c.type));
  }
  return 0;
}

double Rows::real(std::size_t column) const {
  const State::Column& c = state_->columns.at(column);
  CHECK(!is_null(column), "column {} is null", column);
  if (c.type == DUCKDB_TYPE_DOUBLE)
    return value_at<double>(c.data, state_->row);
  if (c.type == DUCKDB_TYPE_FLOAT)
    return value_at<float>(c.data, state_->row);
  return static_cast<double>(integer(column));
}

std::string_view Rows::text(std::size_t column) const {
  const State::Column& c = state_->columns.at(column);
  CHECK(c.type == DUCKDB_TYPE_VARCHAR && !is_null(column), "column {} of type {}", column,
        int(c.type));
  auto* value =
      const_cast<duckdb_string_t*>(static_cast<const duckdb_string_t*>(c.data)) + state_->row;
  return {duckdb_string_t_data(value), duckdb_string_t_length(*value)};
}

}  // namespace cscan
