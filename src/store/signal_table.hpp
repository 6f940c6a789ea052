#pragma once
// The tables `signals` and `clusters`: inserting on the writing connection, reading on any.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/signal_query.hpp"
#include "store/stored_rows.hpp"

namespace cscan {

/// The writer's half. Belongs to the writing connection and thread.
class SignalTable {
 public:
  [[nodiscard]] static Result<SignalTable> open(Connection& writer);
  /// Inside the caller's transaction: stores the signals whose id is new and the cluster rows whose
  /// candle has none yet, compares the others.
  [[nodiscard]] Status insert(Connection& writer, const std::vector<StoredSignal>& rows,
                              CommitReport& report);

 private:
  SignalTable(Statement signals, Statement clusters, Statement clear)
      : find_signals_(std::move(signals)),
        find_clusters_(std::move(clusters)),
        clear_(std::move(clear)) {}
  [[nodiscard]] Status find_stored(const std::vector<StoredSignal>& rows,
                                   std::vector<std::uint32_t>& places, CommitReport& report);
  [[nodiscard]] Status insert_clusters(Connection& writer, const std::vector<StoredSignal>& rows,
                                       const std::vector<std::uint32_t>& places,
                                       CommitReport& report);

  Statement find_signals_;
  Statement find_clusters_;
  Statement clear_;
};

/// Columns in the order in which read_signal reads them, from table `s`.
inline constexpr const char* signal_columns =
    "s.id, s.exchange, s.symbol, s.timeframe, s.open_time, s.close_time, s.signal_type, "
    "s.direction, s.combined, s.revision, s.score_model, s.is_preview, s.computed_at, "
    "s.available_at, s.origin, s.source, s.body, s.unknown_n";
inline constexpr std::size_t signal_column_count = 18;
/// Reads signal_columns that begin at column 0. corrupt when a name in it is none of ours.
[[nodiscard]] Result<StoredSignal> read_signal(const Rows& rows);

[[nodiscard]] Result<SignalPage> select_signals(Connection& connection, const SignalQuery& query);
[[nodiscard]] Result<std::vector<StoredSignal>> select_latest_signals(Connection& connection);
[[nodiscard]] Result<StoredSignal> select_signal(Connection& connection, std::string_view id);

}  // namespace cscan
