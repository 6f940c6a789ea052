#pragma once
// The tables of scanner.duckdb. Times are milliseconds since 1970 (BIGINT, UTC), scores hundredths
// of a point (INTEGER), names plain text, so that any DuckDB shell can read them:
//   SELECT symbol, timeframe, epoch_ms(close_time) AS closed, combined / 100 AS score FROM signals;
// No primary keys: an index over random ids costs more memory and time than the joins over a short
// stretch of time that keep rows unique (see candle_table.cpp and signal_table.cpp). Bodies are
// kept with zstd: 0.35 KB a signal instead of 1.3 KB, at 5 ms for a body read alone.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/database.hpp"

namespace cscan {

/// 2: signals.unknown_n; the table source.
inline constexpr std::int64_t store_schema_version = 2;

/// Creates the tables in an empty database, or checks that they are ours and brings those of an
/// older version up to date. unsupported: a newer
/// version wrote them; corrupt: the tables are somebody else's.
[[nodiscard]] Status create_or_check_schema(Connection& connection);

/// Makes the database one of `source` ("synthetic, seed 42", "live", "recorded"), for good: candles
/// of different markets under one name would look like revisions. conflict: it is another's.
[[nodiscard]] Status claim_source(Connection& connection, const std::string& source);

/// SQL for the length in milliseconds of the timeframe named in `column`; orders like the enum.
[[nodiscard]] std::string timeframe_length_sql(std::string_view column);

}  // namespace cscan
