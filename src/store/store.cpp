#include "store/store.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/check.hpp"
#include "store/candle_table.hpp"
#include "store/file_name_table.hpp"
#include "store/schema.hpp"
#include "store/signal_table.hpp"

namespace cscan {
namespace {

constexpr const char* database_name = "scanner.duckdb";

/// What DuckDB says when it cannot open a file, as something a person can act on.
Error explain_open(Error error, const std::filesystem::path& path) {
  auto says = [&](std::string_view part) { return error.message.find(part) != std::string::npos; };
  std::string name = path.string();
  if (says("lock on file"))
    return {ErrorCode::conflict,
            fmt::format("{} is open in another program: close it (a DuckDB shell?) or choose "
                        "another --data-dir",
                        name),
            {{"duckdb", error.message}}};
  if (says("newer version of DuckDB") || says("version number"))
    return {ErrorCode::unsupported,
            fmt::format("{} was written by another version of DuckDB: update the scanner, or "
                        "choose another --data-dir",
                        name),
            {{"duckdb", error.message}}};
  bool refused = says("Permission denied") || says("No space left") || says("Read-only") ||
                 says("Input/output error") || says("Too many open files");
  if (refused)
    return {ErrorCode::io, fmt::format("{} cannot be opened: {}", name, error.message), {}};
  return {ErrorCode::corrupt,
          fmt::format("{} is damaged or not a database of this scanner ({}). It was left as it "
                      "is: move it away to start afresh, or choose another --data-dir",
                      name, error.message),
          {}};
}

std::unexpected<Error> closed_error() {
  return fail(ErrorCode::unavailable, "the store is closed");
}

/// read(connection), or why there is none. (GCC 12's std::expected has no and_then yet.)
template <class Read>
auto with_connection(Result<Connection> connection, Read read) -> decltype(read(*connection)) {
  if (!connection)
    return fail(std::move(connection.error()));
  return read(*connection);
}

}  // namespace

Store::Store(std::filesystem::path data_dir, const StoreOptions& options, DataLock lock)
    : data_dir_(std::move(data_dir)), options_(options), lock_(std::move(lock)) {}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& data_dir,
                                           const StoreOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(data_dir, error);
  if (error && !std::filesystem::is_directory(data_dir))
    return fail(ErrorCode::io, fmt::format("{} cannot be created ({}): choose another --data-dir",
                                           data_dir.string(), error.message()));
  Result<DataLock> lock = DataLock::take(data_dir);
  if (!lock)
    return fail(std::move(lock.error()));
  std::unique_ptr<Store> store(new Store(data_dir, options, std::move(*lock)));
  if (Status status = store->open_database(); !status)
    return fail(std::move(status.error()));
  return store;
}

Store::~Store() { (void)close(); }

Status Store::open_database() {
  std::filesystem::path path = data_dir_ / database_name;
  DatabaseOptions options;
  options.memory_limit_mb = options_.memory_limit_mb;
  options.threads = options_.threads;
  Result<Database> database = Database::open(path.string(), options);
  if (!database)
    return fail(explain_open(std::move(database.error()), path));
  Result<Connection> writer = database->connect();
  if (!writer)
    return fail(writer.error());
  if (Status status = create_or_check_schema(*writer); !status) {
    Error found = std::move(status.error());
    found.message = fmt::format(
        "{} cannot be used: {}. It was left as it is: choose another "
        "--data-dir or move it away",
        path.string(), found.message);
    return fail(std::move(found));
  }
  Result<CandleTable> candles = CandleTable::open(*writer);
  if (!candles)
    return fail(candles.error());
  Result<SignalTable> signals = SignalTable::open(*writer);
  if (!signals)
    return fail(signals.error());
  Result<FileNames> names = read_file_names(*writer);
  if (!names)
    return fail(names.error());

  {
    std::lock_guard guard(names_mutex_);
    names_ = std::move(*names);
  }
  std::lock_guard guard(mutex_);
  candle_table_ = std::make_unique<CandleTable>(std::move(*candles));
  signal_table_ = std::make_unique<SignalTable>(std::move(*signals));
  writer_ = std::move(*writer);
  database_ = std::move(*database);
  return {};
}

void Store::drop_database() {
  candle_table_.reset();
  signal_table_.reset();
  writer_.reset();
  std::lock_guard guard(mutex_);
  if (database_)
    given_up_ = database_->watch();
  database_.reset();
}

Status Store::ready_to_write() {
  if (closed_)
    return closed_error();
  if (writer_)
    return {};
  // Two openings of one file in one process would not see each other's locks.
  if (!given_up_.expired())
    return fail(ErrorCode::unavailable,
                "the database failed and is reopened as soon as its last reader has finished");
  return open_database();
}

Result<CommitReport> Store::commit(const StoreBatch& batch) {
  if (Status status = ready_to_write(); !status)
    return fail(std::move(status.error()));
  Result<CommitReport> report = commit_rows(batch);
  if (!report)
    recover_from(report.error());
  if (!report && report.error().code == ErrorCode::io)
    report.error().message = fmt::format(
        "{} cannot be written: {}. Nothing of this batch "
        "counts as stored; it is safe to try again",
        (data_dir_ / database_name).string(), report.error().message);
  return report;
}

Result<CommitReport> Store::commit_rows(const StoreBatch& batch) {
  CommitReport report;
  Result<Transaction> transaction = Transaction::begin(*writer_);
  if (!transaction)
    return fail(std::move(transaction.error()));
  if (Status status = candle_table_->insert(*writer_, batch.candles, report); !status)
    return fail(std::move(status.error()));
  if (Status status = signal_table_->insert(*writer_, batch.signals, report); !status)
    return fail(std::move(status.error()));
  if (Status status = transaction->commit(); !status)
    return fail(std::move(status.error()));
  report.rows_written += report.candles_written + report.signals_written;
  return report;
}

Status Store::checkpoint() {
  if (Status status = ready_to_write(); !status)
    return status;
  Status status = writer_->execute("CHECKPOINT");
  if (!status)
    recover_from(status.error());
  return status;
}

/// After a write that failed in the operating system, what DuckDB holds in memory is not what is on
/// disk (rows it gave up are read, rows it kept are lost), and after a fatal error it refuses
/// everything. The file is opened anew at once where no reader is in the way, so that readers go on
/// while the disk is full; else by the next commit.
void Store::recover_from(const Error& error) {
  if (error.code != ErrorCode::io && writer_->usable())
    return;
  drop_database();
  if (given_up_.expired())
    (void)open_database();
}

Status Store::close() {
  if (closed_)
    return {};
  Status status = writer_ ? writer_->execute("CHECKPOINT") : Status{};
  drop_database();
  closed_ = true;
  lock_.release();
  return status;
}

Result<Connection> Store::connect() const {
  std::lock_guard guard(mutex_);
  if (!database_)
    return fail(ErrorCode::unavailable, "the store is closed or being reopened after a disk error");
  return database_->connect();
}

Result<SignalPage> Store::signals(const SignalQuery& query) const {
  return with_connection(connect(), [&](Connection& c) { return select_signals(c, query); });
}

Result<std::vector<StoredSignal>> Store::latest_signals() const {
  return with_connection(connect(), [](Connection& c) { return select_latest_signals(c); });
}

Result<StoredSignal> Store::signal(std::string_view id) const {
  return with_connection(connect(), [&](Connection& c) { return select_signal(c, id); });
}

Result<std::vector<Candle>> Store::candles(const SeriesName& series, Timestamp from, Timestamp to,
                                           std::int64_t limit) const {
  return with_connection(connect(),
                         [&](Connection& c) { return select_candles(c, series, from, to, limit); });
}

Result<std::vector<Candle>> Store::newest_candles(const SeriesName& series,
                                                  std::int64_t count) const {
  constexpr Timestamp first{std::numeric_limits<std::int64_t>::min()};
  constexpr Timestamp last{std::numeric_limits<std::int64_t>::max()};
  return candles(series, first, last, count);
}

Status Store::claim(const std::string& source) {
  Result<Connection> connection = connect();
  if (!connection)
    return fail(std::move(connection.error()));
  if (Status status = claim_source(*connection, source); !status) {
    Error found = std::move(status.error());
    found.message = fmt::format("{} cannot be used: {}. Choose another --data-dir",
                                (data_dir_ / database_name).string(), found.message);
    return fail(std::move(found));
  }
  return {};
}

Status Store::each_recent_series(
    Timestamp now, std::int64_t count,
    const std::function<void(const SeriesName&, std::vector<Candle>)>& take) const {
  Result<Connection> connection = connect();
  if (!connection)
    return fail(std::move(connection.error()));
  return select_recent_series(*connection, now, count, take);
}

Result<std::vector<MarketName>> Store::instruments() const {
  Result<Connection> connection = connect();
  if (!connection)
    return fail(std::move(connection.error()));
  Result<Rows> rows = connection->query(
      "SELECT exchange, symbol FROM candles UNION SELECT exchange, symbol FROM signals "
      "ORDER BY exchange, symbol");
  if (!rows)
    return fail(std::move(rows.error()));
  std::vector<MarketName> markets;
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return fail(std::move(more.error()));
    if (!*more)
      return markets;
    markets.push_back({std::string(rows->text(0)), std::string(rows->text(1))});
  }
}

Result<StoreCounts> Store::counts() const {
  Result<Connection> connection = connect();
  if (!connection)
    return fail(std::move(connection.error()));
  Result<Rows> rows = connection->query(
      "SELECT (SELECT count(*) FROM candles), count(*) FILTER (NOT is_preview), "
      "count(*) FILTER (is_preview), (SELECT count(*) FROM clusters) FROM signals");
  if (!rows)
    return fail(std::move(rows.error()));
  if (Result<bool> found = rows->next(); !found)
    return fail(std::move(found.error()));
  auto count = [&](std::size_t column) {
    return static_cast<std::uint64_t>(rows->integer(column));
  };
  return StoreCounts{count(0), count(1), count(2), count(3)};
}

Result<std::string> Store::file_stem(const MarketName& market) {
  Result<Instrument> instrument = parse_symbol(market.exchange, market.symbol);
  if (!instrument)
    return fail(std::move(instrument.error()));
  std::lock_guard guard(names_mutex_);
  if (const std::string* known = names_.find(*instrument))
    return *known;
  std::string stem = names_.propose(*instrument);
  Result<Connection> connection = connect();
  if (!connection)
    return fail(std::move(connection.error()));
  if (Status status = write_file_name(*connection, *instrument, stem); !status)
    return fail(std::move(status.error()));
  names_.restore(*instrument, stem);
  return stem;
}

}  // namespace cscan
