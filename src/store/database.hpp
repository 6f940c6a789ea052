#pragma once
// A small typed wrapper over DuckDB's C API: database → connection → statement → rows, and an
// appender for bulk writes. Handles keep what they came from alive, so nothing here can dangle.
// Threads: a Database may be shared by threads; a Connection and what it made belong to one thread
// at a time. Errors carry the first line of DuckDB's message; nothing throws.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace cscan {

enum class DatabaseAccess : std::uint8_t { read_write, read_only };

struct DatabaseOptions {
  DatabaseAccess access = DatabaseAccess::read_write;
  std::uint32_t memory_limit_mb = 1024;  ///< beyond it DuckDB spills to <path>.tmp, then refuses
  std::uint32_t threads = 2;
  std::uint32_t wal_limit_mb = 128;  ///< a commit that finds a longer log folds it into the file
};

/// One parameter of a statement. Text is borrowed until the statement has run.
class SqlValue {
 public:
  SqlValue(std::nullptr_t) {}
  SqlValue(bool value) : value_(value) {}
  SqlValue(double value) : value_(value) {}
  SqlValue(std::string_view value) : value_(value) {}
  SqlValue(const std::string& value) : value_(std::string_view(value)) {}
  SqlValue(const char* value) : value_(std::string_view(value)) {}
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  SqlValue(T value) : value_(static_cast<std::int64_t>(value)) {}

  using Variant = std::variant<std::monostate, bool, std::int64_t, double, std::string_view>;
  [[nodiscard]] const Variant& get() const { return value_; }

 private:
  Variant value_;
};

/// What a column holds, as far as we care.
enum class ColumnKind : std::uint8_t {
  boolean,
  integer,
  real,
  decimal,
  text,
  date,
  timestamp,
  timestamp_s,
  timestamp_ms,
  timestamp_ns,
  timestamp_tz,
  other,
};

/// The rows of one result, walked forward once. Text views live until the next call of next().
/// Accessors CHECK that the column can be read that way; ask is_null first where null can be.
class Rows {
 public:
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();

  /// Moves to the next row; false at the end.
  [[nodiscard]] Result<bool> next();

  [[nodiscard]] std::size_t column_count() const;
  [[nodiscard]] std::string_view column_name(std::size_t column) const;
  [[nodiscard]] ColumnKind column_kind(std::size_t column) const;

  [[nodiscard]] bool is_null(std::size_t column) const;
  [[nodiscard]] bool boolean(std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::size_t column) const;  ///< any integer up to 64 bits
  [[nodiscard]] double real(std::size_t column) const;           ///< float, double or integer
  [[nodiscard]] std::string_view text(std::size_t column) const;

 private:
  friend class Statement;
  friend class Connection;
  struct State;
  explicit Rows(std::unique_ptr<State> state);
  [[nodiscard]] Result<bool> fetch();
  std::unique_ptr<State> state_;
};

/// A prepared statement; run it as often as you like, one result at a time.
class Statement {
 public:
  struct State;  ///< opaque
  /// Runs to the end and keeps the whole result in memory.
  [[nodiscard]] Result<Rows> run(std::span<const SqlValue> values);
  [[nodiscard]] Result<Rows> run(std::initializer_list<SqlValue> values) {
    return run(std::span(values.begin(), values.size()));
  }
  /// Computes rows as they are pulled. Until the rows are gone the connection serves nothing else.
  [[nodiscard]] Result<Rows> stream(std::span<const SqlValue> values);

 private:
  friend class Connection;
  explicit Statement(std::shared_ptr<State> state) : state_(std::move(state)) {}
  [[nodiscard]] Status bind(std::span<const SqlValue> values);
  std::shared_ptr<State> state_;
};

class Connection {
 public:
  struct State;  ///< opaque
  /// One or more statements without parameters; results are thrown away.
  [[nodiscard]] Status execute(std::string_view sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// Prepare and run in one go.
  [[nodiscard]] Result<Rows> query(std::string_view sql, std::span<const SqlValue> values);
  [[nodiscard]] Result<Rows> query(std::string_view sql,
                                   std::initializer_list<SqlValue> values = {}) {
    return query(sql, std::span(values.begin(), values.size()));
  }
  /// The one whole number of a one-row result (null counts as 0).
  [[nodiscard]] Result<std::int64_t> query_integer(std::string_view sql,
                                                   std::initializer_list<SqlValue> values = {});
  /// False when a fatal error has made DuckDB refuse everything until it is opened anew.
  [[nodiscard]] bool usable();

 private:
  friend class Database;
  friend class Appender;
  explicit Connection(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

class Database {
 public:
  struct State;  ///< opaque
  /// Opens or (read_write) creates a database file; connections use it by default.
  [[nodiscard]] static Result<Database> open(const std::string& path,
                                             const DatabaseOptions& options = {});
  [[nodiscard]] static Result<Database> in_memory(const DatabaseOptions& options = {});

  [[nodiscard]] Result<Connection> connect() const;
  /// Expires when the last handle is gone, that is when the file is really closed.
  [[nodiscard]] std::weak_ptr<void> watch() const;

 private:
  friend class Connection;
  explicit Database(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

/// Appends rows to a table, part of the connection's transaction. The first failure is kept and
/// returned by close(); what follows it is ignored.
class Appender {
 public:
  [[nodiscard]] static Result<Appender> open(Connection& connection, const std::string& table);
  Appender(Appender&&) noexcept;
  Appender& operator=(Appender&&) = delete;
  ~Appender();  ///< close() first: only it tells whether the rows went in

  Appender& add(const SqlValue& value);
  Appender& end_row();
  [[nodiscard]] Status close();

 private:
  struct State;
  explicit Appender(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// BEGIN … COMMIT. Rolls back when it goes out of scope uncommitted.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// Durable when it returns without error; after an error nothing of it is stored.
  [[nodiscard]] Status commit();

 private:
  explicit Transaction(Connection connection) : connection_(std::move(connection)) {}
  Connection connection_;
  bool open_ = true;
};

/// `text` as an SQL literal, for the places where parameters are not allowed (COPY … TO).
[[nodiscard]] std::string sql_literal(std::string_view text);

}  // namespace cscan
