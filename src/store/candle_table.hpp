#pragma once
// The table `candles`: inserting on the writing connection, reading on any.

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/stored_rows.hpp"

namespace cscan {

/// The writer's half. Belongs to the writing connection and thread.
class CandleTable {
 public:
  [[nodiscard]] static Result<CandleTable> open(Connection& writer);
  /// Inside the caller's transaction: stores the rows whose key is new, compares the others.
  [[nodiscard]] Status insert(Connection& writer, const std::vector<StoredCandle>& rows,
                              CommitReport& report);

 private:
  CandleTable(Statement find, Statement clear)
      : find_stored_(std::move(find)), clear_(std::move(clear)) {}
  [[nodiscard]] Status stage(Connection& writer, const std::vector<StoredCandle>& rows,
                             const std::vector<std::uint32_t>& places);
  [[nodiscard]] Status find_stored(const std::vector<StoredCandle>& rows,
                                   std::vector<std::uint32_t>& places, CommitReport& report);

  Statement find_stored_;
  Statement clear_;
};

/// SQL condition on candles `c`: those of one series, the newest revision of each. The arguments
/// are SQL themselves: parameters or literals. Shared by every reader of candles.
[[nodiscard]] std::string newest_candles_sql(std::string_view exchange = "$1",
                                             std::string_view symbol = "$2",
                                             std::string_view timeframe = "$3");

/// Columns in the order in which read_candle reads them, from table `c`.
inline constexpr const char* candle_columns =
    "c.open_time, c.open, c.high, c.low, c.close, c.volume, c.revision, c.state, c.available_at";
/// Reads candle_columns that begin at `column`.
[[nodiscard]] Candle read_candle(const Rows& rows, std::size_t column);

[[nodiscard]] Result<std::vector<Candle>> select_candles(Connection& connection,
                                                         const SeriesName& series, Timestamp from,
                                                         Timestamp to, std::int64_t limit);

/// The candles of every series that open within its newest `count` intervals before `now`.
[[nodiscard]] Status select_recent_series(
    Connection& connection, Timestamp now, std::int64_t count,
    const std::function<void(const SeriesName&, std::vector<Candle>)>& take);

}  // namespace cscan
