#include "store/candle_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/check.hpp"
#include "store/schema.hpp"

namespace cscan {
namespace {

// Keys of a batch are staged in a temporary table (never logged) and joined with the stored rows of
// the batch's own stretch of time. Rows arrive roughly in order of time, so DuckDB's zone maps
// leave only the newest row groups to be read, however long the table.
constexpr const char* staging_sql =
    "CREATE TEMP TABLE IF NOT EXISTS staged_candles (n INTEGER, exchange VARCHAR, symbol VARCHAR, "
    "timeframe VARCHAR, open_time BIGINT, revision INTEGER, open DOUBLE, high DOUBLE, low DOUBLE, "
    "close DOUBLE, volume DOUBLE)";
constexpr const char* find_sql =
    "SELECT k.n, c.open = k.open AND c.high = k.high AND c.low = k.low AND c.close = k.close AND "
    "c.volume = k.volume FROM candles c JOIN staged_candles k ON c.open_time = k.open_time AND "
    "c.symbol = k.symbol AND c.exchange = k.exchange AND c.timeframe = k.timeframe AND "
    "c.revision = k.revision WHERE c.open_time BETWEEN $1 AND $2";

using Key = std::tuple<Timestamp, std::string_view, std::string_view, Timeframe, std::uint32_t>;

Key key_of(const StoredCandle& row) {
  return {row.candle.open_time, row.symbol, row.exchange, row.timeframe, row.candle.revision};
}

/// Places of the rows whose key has not come before in the same batch; the others are compared.
std::vector<std::uint32_t> distinct_places(const std::vector<StoredCandle>& rows,
                                           CommitReport& report) {
  std::vector<std::uint32_t> places(rows.size());
  for (std::uint32_t i = 0; i < places.size(); ++i)
    places[i] = i;
  std::ranges::stable_sort(places, {}, [&](std::uint32_t i) { return key_of(rows[i]); });
  std::vector<std::uint32_t> distinct;
  for (std::uint32_t i : places) {
    if (distinct.empty() || key_of(rows[distinct.back()]) != key_of(rows[i]))
      distinct.push_back(i);
    else if (same_values(rows[distinct.back()].candle, rows[i].candle))
      ++report.candles_equal;
    else
      ++report.candles_different;
  }
  return distinct;
}

void note_days(const std::vector<StoredCandle>& rows, const std::vector<std::uint32_t>& places,
               CommitReport& report) {
  std::map<std::pair<SeriesName, Timestamp>, std::uint32_t> days_written;
  for (std::uint32_t i : places) {
    const StoredCandle& row = rows[i];
    Timestamp day = floor_to(row.candle.open_time, days(1));
    ++days_written[{SeriesName{row.exchange, row.symbol, row.timeframe}, day}];
  }
  for (const auto& [key, count] : days_written)
    report.written.push_back({key.first, key.second, count, 0});
}

Status append_candles(Connection& writer, const std::vector<StoredCandle>& rows,
                      const std::vector<std::uint32_t>& places) {
  Result<Appender> appender = Appender::open(writer, "candles");
  if (!appender)
    return fail(appender.error());
  for (std::uint32_t i : places) {
    const StoredCandle& row = rows[i];
    const Candle& c = row.candle;
    appender->add(row.exchange).add(row.symbol).add(to_string(row.timeframe));
    appender->add(c.open_time.ms).add(c.open).add(c.high).add(c.low).add(c.close).add(c.volume);
    appender->add(c.revision).add(to_string(c.state)).add(row.available_at.ms).end_row();
  }
  return appender->close();
}

}  // namespace

Result<CandleTable> CandleTable::open(Connection& writer) {
  if (Status status = writer.execute(staging_sql); !status)
    return fail(status.error());
  Result<Statement> find = writer.prepare(find_sql);
  if (!find)
    return fail(find.error());
  Result<Statement> clear = writer.prepare("DELETE FROM staged_candles");
  if (!clear)
    return fail(clear.error());
  return CandleTable(std::move(*find), std::move(*clear));
}

Status CandleTable::stage(Connection& writer, const std::vector<StoredCandle>& rows,
                          const std::vector<std::uint32_t>& places) {
  Result<Appender> appender = Appender::open(writer, "staged_candles");
  if (!appender)
    return fail(appender.error());
  for (std::uint32_t i : places) {
    const StoredCandle& row = rows[i];
    const Candle& c = row.candle;
    appender->add(i).add(row.exchange).add(row.symbol).add(to_string(row.timeframe));
    appender->add(c.open_time.ms).add(c.revision);
    appender->add(c.open).add(c.high).add(c.low).add(c.close).add(c.volume).end_row();
  }
  return appender->close();
}

Status CandleTable::find_stored(const std::vector<StoredCandle>& rows,
                                std::vector<std::uint32_t>& places, CommitReport& report) {
  // `places` is sorted by open time first.
  Timestamp from = rows[places.front()].candle.open_time;
  Timestamp to = rows[places.back()].candle.open_time;
  Result<Rows> found = find_stored_.run({from.ms, to.ms});
  if (!found)
    return fail(found.error());
  std::vector<bool> stored(rows.size());
  while (true) {
    Result<bool> more = found->next();
    if (!more)
      return fail(more.error());
    if (!*more)
      break;
    stored[static_cast<std::size_t>(found->integer(0))] = true;
    ++(found->boolean(1) ? report.candles_equal : report.candles_different);
  }
  std::erase_if(places, [&](std::uint32_t i) { return stored[i]; });
  return {};
}

Status CandleTable::insert(Connection& writer, const std::vector<StoredCandle>& rows,
                           CommitReport& report) {
  if (rows.empty())
    return {};
  for (const StoredCandle& row : rows)
    CHECK(is_settled(row.candle.state), "{} {} {} at {} is {}", row.exchange, row.symbol,
          to_string(row.timeframe), row.candle.open_time.ms, to_string(row.candle.state));
  std::vector<std::uint32_t> places = distinct_places(rows, report);
  if (Status status = stage(writer, rows, places); !status)
    return status;
  if (Status status = find_stored(rows, places, report); !status)
    return status;
  if (Result<Rows> cleared = clear_.run({}); !cleared)
    return fail(cleared.error());
  if (Status status = append_candles(writer, rows, places); !status)
    return status;
  report.candles_written += places.size();
  note_days(rows, places, report);
  return {};
}

std::string newest_candles_sql(std::string_view exchange, std::string_view symbol,
                               std::string_view timeframe) {
  // Revisions are rare, so the inner side reads only row groups that hold one.
  return fmt::format(
      "c.exchange = {0} AND c.symbol = {1} AND c.timeframe = {2} AND NOT EXISTS (SELECT 1 FROM "
      "candles r WHERE r.revision > 0 AND r.exchange = {0} AND r.symbol = {1} AND "
      "r.timeframe = {2} AND r.open_time = c.open_time AND r.revision > c.revision)",
      exchange, symbol, timeframe);
}

Candle read_candle(const Rows& rows, std::size_t column) {
  Candle candle;
  candle.open_time = {rows.integer(column)};
  candle.open = rows.real(column + 1);
  candle.high = rows.real(column + 2);
  candle.low = rows.real(column + 3);
  candle.close = rows.real(column + 4);
  candle.volume = rows.real(column + 5);
  candle.revision = static_cast<std::uint32_t>(rows.integer(column + 6));
  candle.state = parse_candle_state(rows.text(column + 7)).value_or(CandleState::unknown);
  return candle;
}

Result<std::vector<Candle>> select_candles(Connection& connection, const SeriesName& series,
                                           Timestamp from, Timestamp to, std::int64_t limit) {
  Result<Rows> rows = connection.query(
      fmt::format("SELECT {} FROM candles c WHERE {} AND c.open_time >= $4 AND c.open_time < $5 "
                  "ORDER BY c.open_time DESC LIMIT $6",
                  candle_columns, newest_candles_sql()),
      {series.exchange, series.symbol, to_string(series.timeframe), from.ms, to.ms, limit});
  if (!rows)
    return fail(std::move(rows.error()));
  std::vector<Candle> candles;
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return fail(std::move(more.error()));
    if (!*more)
      break;
    candles.push_back(read_candle(*rows, 0));
  }
  std::ranges::reverse(candles);
  return candles;
}

Status select_recent_series(
    Connection& connection, Timestamp now, std::int64_t count,
    const std::function<void(const SeriesName&, std::vector<Candle>)>& take) {
  Result<Rows> rows = connection.query(
      fmt::format("SELECT {}, c.exchange, c.symbol, c.timeframe FROM candles c ANTI JOIN (SELECT * "
                  "FROM candles WHERE revision > 0) r ON r.open_time = c.open_time AND "
                  "r.symbol = c.symbol AND r.exchange = c.exchange AND "
                  "r.timeframe = c.timeframe AND r.revision > c.revision "
                  "WHERE c.open_time >= $1 - $2 * {} AND c.open_time < $1 "
                  "ORDER BY c.exchange, c.symbol, c.timeframe, c.open_time",
                  candle_columns, timeframe_length_sql("c.timeframe")),
      {now.ms, count});
  if (!rows)
    return fail(std::move(rows.error()));
  SeriesName series;
  std::vector<Candle> candles;
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return fail(std::move(more.error()));
    bool same = *more && rows->text(9) == series.exchange && rows->text(10) == series.symbol &&
                rows->text(11) == to_string(series.timeframe);
    if (!same && !candles.empty())
      take(series, std::exchange(candles, {}));
    if (!*more)
      return {};
    if (!same)
      series = {std::string(rows->text(9)), std::string(rows->text(10)),
                parse_timeframe(rows->text(11)).value_or(Timeframe{})};
    candles.push_back(read_candle(*rows, 0));
  }
}

}  // namespace cscan
