#include "store/parquet_candles.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "store/candle_files.hpp"

namespace cscan {
namespace {

constexpr std::array<const char*, 5> value_columns = {"open", "high", "low", "close", "volume"};

std::unexpected<Error> corrupt(const std::filesystem::path& path, const std::string& what) {
  return fail(ErrorCode::corrupt,
              fmt::format("{}: {}. Replace the file or leave it out", path.string(), what));
}

std::unexpected<Error> corrupt_at(const std::filesystem::path& path, std::string_view column,
                                  std::uint64_t row, const std::string& what) {
  auto error = corrupt(path, fmt::format("column {}, row {}: {}", column, row, what)).error();
  return fail(
      std::move(error).with("column", std::string(column)).with("row", std::to_string(row)));
}

/// The columns of a file by name.
struct Column {
  std::string name;
  ColumnKind kind{};
};

const Column* find(const std::vector<Column>& columns, std::string_view name) {
  auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

bool is_number(ColumnKind kind) {
  return kind == ColumnKind::integer || kind == ColumnKind::real || kind == ColumnKind::decimal;
}

/// SQL for the open time in microseconds, or nothing when the column is no time.
std::optional<std::string> time_sql(const Column& column) {
  switch (column.kind) {
    case ColumnKind::integer: return fmt::format("{}::HUGEINT * 1000", column.name);
    case ColumnKind::date: return fmt::format("epoch_us({}::TIMESTAMP)", column.name);
    case ColumnKind::timestamp_ns:
      // A fraction of a microsecond is off every grid: made visible instead of cut off.
      return fmt::format("epoch_us({0}) + CASE WHEN epoch_ns({0}) % 1000 = 0 THEN 0 ELSE 1 END",
                         column.name);
    case ColumnKind::timestamp:
    case ColumnKind::timestamp_s:
    case ColumnKind::timestamp_ms:
    case ColumnKind::timestamp_tz: return fmt::format("epoch_us({})", column.name);
    default: return std::nullopt;
  }
}

/// SELECT of time, five values, revision and state, whatever the file calls and stores them.
Result<std::string> select_sql(const std::vector<Column>& columns,
                               const std::filesystem::path& path, std::string_view source) {
  const Column* time = find(columns, "timestamp_ms");
  if (time == nullptr)
    time = find(columns, "timestamp");
  if (time == nullptr)
    return corrupt(path, "there is no column timestamp_ms or timestamp");
  std::optional<std::string> microseconds = time_sql(*time);
  if (!microseconds)
    return corrupt(path,
                   fmt::format("column {} is neither a time nor whole milliseconds", time->name));
  std::string sql = fmt::format("SELECT try_cast({} AS BIGINT)", *microseconds);
  for (const char* name : value_columns) {
    const Column* column = find(columns, name);
    if (column == nullptr)
      return corrupt(path, fmt::format("there is no column {}", name));
    if (!is_number(column->kind))
      return corrupt(path, fmt::format("column {} is not a number", name));
    sql += fmt::format(", {}::DOUBLE", name);
  }
  const Column* revision = find(columns, "revision");
  const Column* state = find(columns, "state");
  if (revision != nullptr && revision->kind != ColumnKind::integer)
    return corrupt(path, "column revision is not a whole number");
  if (state != nullptr && state->kind != ColumnKind::text)
    return corrupt(path, "column state is not text");
  sql += revision != nullptr ? ", try_cast(revision AS BIGINT)" : ", 0::BIGINT";
  sql += state != nullptr ? ", state" : ", 'final'";
  return fmt::format("{} FROM {}", sql, source);
}

/// Checks rows as they come; remembers the one before.
class CandleCheck {
 public:
  CandleCheck(const std::filesystem::path& path, Timeframe timeframe)
      : path_(path), timeframe_(timeframe) {}

  [[nodiscard]] Result<Candle> read(const Rows& rows) {
    ++row_;
    constexpr std::array<const char*, 8> names = {"timestamp", "open",   "high",     "low",
                                                  "close",     "volume", "revision", "state"};
    for (std::size_t i = 0; i < names.size(); ++i)
      if (rows.is_null(i))
        return corrupt_at(path_, names[i], row_, "the value is missing or out of range");
    Candle candle;
    std::int64_t microseconds = rows.integer(0);
    candle.open_time = {microseconds / 1000};
    candle.open = rows.real(1);
    candle.high = rows.real(2);
    candle.low = rows.real(3);
    candle.close = rows.real(4);
    candle.volume = rows.real(5);
    std::int64_t revision = rows.integer(6);
    std::optional<CandleState> state = parse_candle_state(rows.text(7));
    if (microseconds % (length(timeframe_).ms * 1000) != 0)
      return corrupt_at(path_, "timestamp", row_,
                        fmt::format("{} is not the open time of a {} candle",
                                    format_time(candle.open_time), to_string(timeframe_)));
    if (row_ > 1 && candle.open_time <= before_)
      return corrupt_at(path_, "timestamp", row_,
                        fmt::format("{} does not come after {} (open times must rise)",
                                    format_time(candle.open_time), format_time(before_)));
    if (revision < 0 || revision > 1'000'000)
      return corrupt_at(path_, "revision", row_, fmt::format("{} is out of range", revision));
    if (!state || !is_settled(*state))
      return corrupt_at(path_, "state", row_, "it is not final, no_trade or revised");
    if (const char* defect = candle_defect(candle))
      return corrupt_at(path_, "open to volume", row_, defect);
    candle.revision = static_cast<std::uint32_t>(revision);
    candle.state = *state;
    before_ = candle.open_time;
    return candle;
  }

 private:
  /// A time for people; numbers beyond the calendar as they are.
  static std::string format_time(Timestamp t) {
    constexpr Timestamp year_10000{253'402'300'800'000};
    return t.ms >= 0 && t < year_10000 ? format_rfc3339(t) : std::to_string(t.ms);
  }

  const std::filesystem::path& path_;
  Timeframe timeframe_;
  std::uint64_t row_ = 0;
  Timestamp before_;
};

Status check_file(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found)
    return fail(ErrorCode::not_found, fmt::format("there is no file {}", path.string()));
  if (error || status.type() != std::filesystem::file_type::regular)
    return fail(ErrorCode::io, fmt::format("{} is not a file that can be read", path.string()));
  if (std::filesystem::file_size(path, error) == 0)
    return corrupt(path, "the file is empty");
  return {};
}

/// A file held open, and the name under which DuckDB opens exactly that one. DuckDB opens a file
/// more than once per query; by its own path it could meet the file that has just replaced it.
class PinnedFile {
 public:
  explicit PinnedFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), name_(path) {
    std::filesystem::path pinned = fmt::format("/proc/self/fd/{}", descriptor_);
    std::error_code error;
    if (std::filesystem::exists(pinned, error))
      name_ = pinned;
  }
  PinnedFile(const PinnedFile&) = delete;
  ~PinnedFile() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] std::string sql() const {
    return fmt::format("read_parquet({})", sql_literal(literal_glob(name_.string())));
  }

 private:
  int descriptor_;
  std::filesystem::path name_;
};

}  // namespace

Result<CandleFileReader> CandleFileReader::open() {
  DatabaseOptions options;
  options.threads = 1;
  Result<Database> database = Database::in_memory(options);
  if (!database)
    return fail(std::move(database.error()));
  Result<Connection> connection = database->connect();
  if (!connection)
    return fail(std::move(connection.error()));
  return CandleFileReader(std::move(*connection));
}

Result<std::vector<Candle>> CandleFileReader::read(const std::filesystem::path& path,
                                                   Timeframe timeframe) {
  if (Status status = check_file(path); !status)
    return fail(std::move(status.error()));
  PinnedFile file(path);
  if (!file.is_open())
    return fail(ErrorCode::io,
                fmt::format("{} cannot be read ({})", path.string(), std::strerror(errno)));
  std::string source = file.sql();
  auto not_readable = [&](const Error& error) {
    return corrupt(path, fmt::format("it is not a whole Parquet file ({})", error.message));
  };
  Result<Rows> shape = connection_.query(fmt::format("FROM {} LIMIT 0", source));
  if (!shape)
    return not_readable(shape.error());
  std::vector<Column> columns;
  for (std::size_t i = 0; i < shape->column_count(); ++i)
    columns.push_back({std::string(shape->column_name(i)), shape->column_kind(i)});
  Result<std::string> sql = select_sql(columns, path, source);
  if (!sql)
    return fail(std::move(sql.error()));
  Result<Rows> rows = connection_.query(*sql);
  if (!rows)
    return not_readable(rows.error());

  std::vector<Candle> candles;
  CandleCheck check(path, timeframe);
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return not_readable(more.error());
    if (!*more)
      return candles;
    Result<Candle> candle = check.read(*rows);
    if (!candle)
      return fail(std::move(candle.error()));
    candles.push_back(*candle);
  }
}

Result<std::vector<Candle>> read_candle_file(const std::filesystem::path& path,
                                             Timeframe timeframe) {
  Result<CandleFileReader> reader = CandleFileReader::open();
  if (!reader)
    return fail(std::move(reader.error()));
  return reader->read(path, timeframe);
}

}  // namespace cscan
