#pragma once
// What a reader asks of the full scan: which rows, in which order, with which columns. Everything
// about a column comes from the one table in model/scan_columns.hpp.

#include <cstdint>
#include <vector>

#include "model/market_view.hpp"
#include "model/scan_columns.hpp"
#include "server/query_reader.hpp"
#include "wire/json_writer.hpp"

namespace cscan {

enum class ScanOrder : std::uint8_t { ascending, descending };

struct ScanQuery {
  std::int64_t limit = 50;
  std::vector<Timeframe> timeframes;  ///< empty: all
  const ScanColumn* sort = nullptr;
  ScanOrder order = ScanOrder::ascending;
  std::vector<const ScanColumn*> columns;
};

/// Takes limit, timeframe, sort, order and columns; problems are left with the reader. Without
/// `columns` all are shown; with it the four that name the row, then those asked for, each once.
[[nodiscard]] ScanQuery read_scan_query(QueryReader& query, const MarketView& view);

/// Rows of a reply; they live as long as the ranking they come from.
struct ScanSelection {
  std::vector<const ScanRow*> rows;  ///< at most `limit`
  std::int64_t total = 0;            ///< all that match
};

/// In the order asked for, rows without a value last, equals by rank: a total order.
[[nodiscard]] ScanSelection select_scan(std::span<const ScanRow> ranking, const ScanNames& names,
                                        const ScanQuery& query);

/// One row as an object of its columns.
void write_scan_row(JsonWriter& json, const ScanRow& row, const ScanNames& names,
                    std::span<const ScanColumn* const> columns);

}  // namespace cscan
