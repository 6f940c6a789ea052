// What the store holds of some markets and a stretch of time: counts, states and gaps, per series.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "store/schema.hpp"
#include "store/training_reader.hpp"

namespace cscan {
namespace {

using SeriesMap = std::map<SeriesName, SeriesSummary>;

bool wanted(const TrainingQuery& query, Timeframe timeframe) {
  return query.timeframes.empty() ||
         std::ranges::find(query.timeframes, timeframe) != query.timeframes.end();
}

/// Calls `take(summary, rows)` for each row (timeframe first) of one market.
template <class Take>
Status each_series(Connection& connection, const TrainingQuery& query, const MarketName& market,
                   SeriesMap& series, std::string_view sql, Take take) {
  Result<Rows> rows =
      connection.query(sql, {market.exchange, market.symbol, query.from.ms, query.to.ms});
  if (!rows)
    return fail(std::move(rows.error()));
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return fail(std::move(more.error()));
    if (!*more)
      return {};
    std::optional<Timeframe> timeframe = parse_timeframe(rows->text(0));
    if (!timeframe || !wanted(query, *timeframe))
      continue;
    SeriesName name{market.exchange, market.symbol, *timeframe};
    SeriesSummary& summary = series[name];
    summary.series = name;
    take(summary, *rows);
  }
}

std::uint64_t count_at(const Rows& rows, std::size_t column) {
  return static_cast<std::uint64_t>(rows.integer(column));
}

constexpr std::string_view signals_sql =
    "SELECT timeframe, count(*) FROM signals WHERE exchange = $1 AND symbol = $2 AND "
    "close_time >= $3 AND close_time < $4 AND NOT is_preview GROUP BY timeframe";
// A revision replaces its candle, so one candle counts once; its newest revision tells the state.
constexpr std::string_view clusters_sql =
    "SELECT timeframe, count(DISTINCT open_time) FROM clusters WHERE exchange = $1 AND "
    "symbol = $2 AND open_time >= $3 AND open_time < $4 GROUP BY timeframe";
constexpr std::string_view candles_sql =
    "SELECT timeframe, count(*), count(*) FILTER (state = 'final'), "
    "count(*) FILTER (state = 'no_trade'), count(*) FILTER (state = 'revised'), min(open_time), "
    "max(open_time) FROM (SELECT timeframe, open_time, arg_max(state, revision) AS state "
    "FROM candles WHERE exchange = $1 AND symbol = $2 AND open_time >= $3 AND open_time < $4 "
    "GROUP BY timeframe, open_time) GROUP BY timeframe";
/// Steps of a series that are longer than its candles.
std::string steps_sql() {
  return fmt::format(
      "SELECT timeframe, open_time, next FROM (SELECT timeframe, open_time, lead(open_time) OVER "
      "(PARTITION BY timeframe ORDER BY open_time) AS next FROM (SELECT DISTINCT timeframe, "
      "open_time FROM candles WHERE exchange = $1 AND symbol = $2 AND open_time >= $3 AND "
      "open_time < $4)) WHERE next - open_time > {} "
      "ORDER BY timeframe, open_time",
      timeframe_length_sql("timeframe"));
}

void take_candles(SeriesSummary& s, const Rows& rows) {
  s.candles = count_at(rows, 1);
  s.candles_final = count_at(rows, 2);
  s.candles_no_trade = count_at(rows, 3);
  s.candles_revised = count_at(rows, 4);
  s.first_open = Timestamp{rows.integer(5)};
  s.last_open = Timestamp{rows.integer(6)};
}

void take_step(SeriesSummary& s, const Rows& rows) {
  Duration step = length(s.series.timeframe);
  Timestamp before{rows.integer(1)};
  Timestamp after{rows.integer(2)};
  auto missing = static_cast<std::uint64_t>((after - before) / step - 1);
  s.missing += missing;
  if (s.gaps.size() < training_gaps_max)
    s.gaps.push_back({before + step, after, missing});
}

Status summarise(Connection& connection, const TrainingQuery& query, const MarketName& market,
                 SeriesMap& series) {
  if (query.with_signals)
    if (Status status =
            each_series(connection, query, market, series, signals_sql,
                        [](SeriesSummary& s, const Rows& rows) { s.signals = count_at(rows, 1); });
        !status)
      return status;
  if (query.with_clusters)
    if (Status status =
            each_series(connection, query, market, series, clusters_sql,
                        [](SeriesSummary& s, const Rows& rows) { s.clusters = count_at(rows, 1); });
        !status)
      return status;
  if (!query.with_candles)
    return {};
  Status status = each_series(connection, query, market, series, candles_sql, take_candles);
  return status ? each_series(connection, query, market, series, steps_sql(), take_step) : status;
}

}  // namespace

Result<TrainingSummary> training_summary(Connection& connection, const TrainingQuery& query) {
  SeriesMap series;
  for (const MarketName& market : query.markets)
    if (Status status = summarise(connection, query, market, series); !status)
      return fail(std::move(status.error()));
  TrainingSummary summary;
  for (auto& [name, of_series] : series) {
    summary.signals += of_series.signals;
    summary.candles += of_series.candles;
    summary.clusters += of_series.clusters;
    summary.series.push_back(std::move(of_series));
  }
  return summary;
}

}  // namespace cscan
