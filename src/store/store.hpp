#pragma once
// The scanner's memory on disk: final candles, signals and cluster rows, all of it in the database
// <data_dir>/scanner.duckdb. A commit that returned without error survives kill -9 and power loss.
// What is stored wins: a later recomputation is compared and counted, never written over.
//
// Threads: commit() and checkpoint() belong to one writer thread. Every other function may be
// called from any thread at any time; each call sees one consistent picture and works on a
// connection of its own. One process at a time owns a data directory (flock on <data_dir>/.lock).

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/data_lock.hpp"
#include "store/database.hpp"
#include "store/file_name.hpp"
#include "store/signal_query.hpp"
#include "store/stored_rows.hpp"

namespace cscan {

struct StoreOptions {
  std::uint32_t memory_limit_mb = 1024;
  std::uint32_t threads = 2;
};

class CandleTable;
class SignalTable;

class Store {
 public:
  /// Creates the directory where needed, locks it and opens the database. Errors: conflict (another
  /// process has it), io (cannot create or write), corrupt (not our database; the file is left
  /// as it is), unsupported (written by a newer version).
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& data_dir,
                                                           const StoreOptions& options = {});
  ~Store();

  /// Before the first commit of a run: makes the directory one of `source` ("live", "recorded",
  /// "synthetic (seed 42)"), for good. conflict: it holds data of another source, whose candles of
  /// the same name would look like revisions.
  [[nodiscard]] Status claim(const std::string& source);

  /// Writer thread. One transaction: all of the batch or nothing, durable on return. After an error
  /// (disk full, …) the same batch may be committed again later; a database that DuckDB has given
  /// up on is reopened by itself. Precondition: candles are settled.
  [[nodiscard]] Result<CommitReport> commit(const StoreBatch& batch);
  /// Writer thread. Folds the write-ahead log into the database file; never needed for safety.
  [[nodiscard]] Status checkpoint();
  /// Checkpoints and closes; afterwards every call fails with `unavailable`. The destructor closes
  /// too, but cannot report.
  [[nodiscard]] Status close();

  [[nodiscard]] Result<SignalPage> signals(const SignalQuery& query) const;
  /// The newest closed signal (newest revision) of every series, by exchange, symbol, timeframe.
  [[nodiscard]] Result<std::vector<StoredSignal>> latest_signals() const;
  /// One signal by id (the newest of several previews); not_found otherwise.
  [[nodiscard]] Result<StoredSignal> signal(std::string_view id) const;

  /// Candles with from <= open time < to, ascending, newest revision of each. When there are more
  /// than `limit`, the newest `limit` of them.
  [[nodiscard]] Result<std::vector<Candle>> candles(const SeriesName& series, Timestamp from,
                                                    Timestamp to, std::int64_t limit) const;
  /// The newest `count` candles, ascending.
  [[nodiscard]] Result<std::vector<Candle>> newest_candles(const SeriesName& series,
                                                           std::int64_t count) const;
  /// The newest `count` candles of every series, counted from `now`: `take` gets each series once,
  /// ascending, series without any left out. Holes are left out, so there may be fewer.
  [[nodiscard]] Status each_recent_series(
      Timestamp now, std::int64_t count,
      const std::function<void(const SeriesName&, std::vector<Candle>)>& take) const;
  /// Every market that has a candle or a signal, sorted.
  [[nodiscard]] Result<std::vector<MarketName>> instruments() const;
  [[nodiscard]] Result<StoreCounts> counts() const;

  /// The file-name stem of a market. The first ask decides and is stored, so names never change.
  [[nodiscard]] Result<std::string> file_stem(const MarketName& market);

  /// A connection for long reads (TrainingReader, TrainingExport). Give it back soon: a database
  /// that must be reopened after a fatal disk error waits for it.
  [[nodiscard]] Result<Connection> connect() const;
  [[nodiscard]] const std::filesystem::path& data_dir() const { return data_dir_; }

 private:
  Store(std::filesystem::path data_dir, const StoreOptions& options, DataLock lock);
  [[nodiscard]] Status open_database();
  [[nodiscard]] Status ready_to_write();
  [[nodiscard]] Result<CommitReport> commit_rows(const StoreBatch& batch);
  void recover_from(const Error& error);
  void drop_database();

  std::filesystem::path data_dir_;
  StoreOptions options_;
  DataLock lock_;
  mutable std::mutex mutex_;  ///< guards database_
  std::optional<Database> database_;
  std::weak_ptr<void> given_up_;  ///< a dead database whose last readers have not left yet
  bool closed_ = false;
  std::mutex names_mutex_;
  FileNames names_;
  std::optional<Connection> writer_;
  std::unique_ptr<CandleTable> candle_table_;
  std::unique_ptr<SignalTable> signal_table_;
};

}  // namespace cscan
