#include "store/training_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "store/candle_table.hpp"
#include "store/schema.hpp"
#include "store/signal_table.hpp"

namespace cscan {
namespace {

// One statement reads at most this much of one market, so that sorting stays small: 30 days of four
// timeframes are some 10,000 signals, 25 MB. Candles come one timeframe at a time and are narrow.
constexpr Duration window_length = days(30);

std::string signals_sql() {
  return fmt::format(
      "SELECT {} FROM signals s WHERE s.exchange = $1 AND s.symbol = $2 AND s.close_time >= $3 AND "
      "s.close_time < $4 AND NOT s.is_preview "
      "ORDER BY s.close_time, s.open_time DESC, s.revision, s.id",
      signal_columns);
}

std::string candles_sql() {
  return fmt::format(
      "SELECT {} FROM candles c WHERE {} AND c.open_time >= $4 AND c.open_time < $5 "
      "ORDER BY c.open_time",
      candle_columns, newest_candles_sql());
}

std::string clusters_sql() {
  return fmt::format(
      "SELECT c.timeframe, c.open_time, c.revision, c.cluster FROM clusters c ANTI JOIN "
      "(SELECT * FROM clusters WHERE revision > 0) r ON r.exchange = c.exchange AND "
      "r.symbol = c.symbol AND r.timeframe = c.timeframe AND r.open_time = c.open_time AND "
      "r.revision > c.revision WHERE c.exchange = $1 AND c.symbol = $2 AND c.open_time >= $3 AND "
      "c.open_time < $4 ORDER BY c.open_time, {}",
      timeframe_length_sql("c.timeframe"));
}

}  // namespace

Result<TrainingReader> TrainingReader::open(Connection connection, TrainingQuery query) {
  Result<Transaction> transaction = Transaction::begin(connection);
  if (!transaction)
    return fail(std::move(transaction.error()));
  TrainingReader reader(std::move(connection), std::move(*transaction), std::move(query));
  Result<TrainingSummary> summary = training_summary(reader.connection_, reader.query_);
  if (!summary)
    return fail(std::move(summary.error()));
  reader.summary_ = std::move(*summary);
  if (Status status = reader.narrow(); !status)
    return fail(std::move(status.error()));
  reader.plan();
  return reader;
}

/// Narrows [from, to) to what the store has, so that ten empty years cost nothing.
Status TrainingReader::narrow() {
  Result<Rows> rows = connection_.query(
      "SELECT min(low), max(high) FROM (SELECT min(open_time) AS low, max(close_time) AS high "
      "FROM signals UNION ALL SELECT min(open_time), max(open_time) FROM candles)");
  if (!rows)
    return fail(std::move(rows.error()));
  if (Result<bool> found = rows->next(); !found)
    return fail(std::move(found.error()));
  if (rows->is_null(0)) {
    query_.to = query_.from;
  } else {
    query_.from = std::max(query_.from, Timestamp{rows->integer(0)});
    query_.to = std::min(query_.to, Timestamp{rows->integer(1)} + milliseconds(1));
  }
  next_window_ = query_.from;
  return {};
}

/// Lists what to read, in order, leaving out what the summary says is empty.
void TrainingReader::plan() {
  auto add = [&](Section section, auto has_rows) {
    for (const MarketName& market : query_.markets) {
      auto of_market = [&](const SeriesSummary& s) {
        return s.series.exchange == market.exchange && s.series.symbol == market.symbol &&
               has_rows(s);
      };
      if (auto found = std::ranges::find_if(summary_.series, of_market);
          found != summary_.series.end())
        stretches_.push_back({section, market, found->series.timeframe});
    }
  };
  add(Section::signals, [](const SeriesSummary& s) { return s.signals > 0; });
  for (Timeframe timeframe : all_timeframes)
    add(Section::candles,
        [&](const SeriesSummary& s) { return s.candles > 0 && s.series.timeframe == timeframe; });
  add(Section::clusters, [](const SeriesSummary& s) { return s.clusters > 0; });
}

/// Starts the statement of the next window; false when there is none left.
Result<bool> TrainingReader::open_window() {
  if (next_stretch_ == stretches_.size() || query_.from >= query_.to)
    return false;
  current_ = stretches_[next_stretch_];
  Timestamp from = next_window_;
  Timestamp to = std::min(from + window_length, query_.to);
  next_window_ = to;
  if (to == query_.to) {
    ++next_stretch_;
    next_window_ = query_.from;
  }
  std::vector<SqlValue> values{current_.market.exchange, current_.market.symbol};
  if (current_.section == Section::candles)
    values.push_back(to_string(current_.timeframe));
  values.push_back(from.ms);
  values.push_back(to.ms);
  Result<Statement> statement =
      connection_.prepare(current_.section == Section::signals   ? signals_sql()
                          : current_.section == Section::candles ? candles_sql()
                                                                 : clusters_sql());
  if (!statement)
    return fail(std::move(statement.error()));
  Result<Rows> rows = statement->stream(values);
  if (!rows)
    return fail(std::move(rows.error()));
  rows_ = std::move(*rows);
  return true;
}

Result<TrainingRow> TrainingReader::read_row() const {
  const MarketName& market = current_.market;
  switch (current_.section) {
    case Section::signals: {
      Result<StoredSignal> signal = read_signal(*rows_);
      if (!signal)
        return fail(std::move(signal.error()));
      return TrainingRow(std::move(*signal));
    }
    case Section::candles:
      return TrainingRow(StoredCandle{market.exchange, market.symbol, current_.timeframe,
                                      read_candle(*rows_, 0), Timestamp{rows_->integer(8)}});
    default: {
      std::optional<Timeframe> timeframe = parse_timeframe(rows_->text(0));
      if (!timeframe)
        return fail(ErrorCode::corrupt, "a stored cluster row has an unknown timeframe");
      return TrainingRow(StoredCluster{{market.exchange, market.symbol, *timeframe},
                                       Timestamp{rows_->integer(1)},
                                       static_cast<std::uint32_t>(rows_->integer(2)),
                                       std::string(rows_->text(3))});
    }
  }
}

bool TrainingReader::is_wanted(const TrainingRow& row) const {
  if (query_.timeframes.empty())
    return true;
  Timeframe timeframe = std::visit(
      [](const auto& r) {
        if constexpr (requires { r.series; })
          return r.series.timeframe;
        else
          return r.timeframe;
      },
      row);
  return std::ranges::find(query_.timeframes, timeframe) != query_.timeframes.end();
}

Result<std::optional<TrainingRow>> TrainingReader::next() {
  while (true) {
    if (!rows_) {
      Result<bool> opened = open_window();
      if (!opened)
        return fail(std::move(opened.error()));
      if (!*opened)
        return std::optional<TrainingRow>();
    }
    Result<bool> more = rows_->next();
    if (!more)
      return fail(std::move(more.error()));
    if (!*more) {
      rows_.reset();
      continue;
    }
    Result<TrainingRow> row = read_row();
    if (!row)
      return fail(std::move(row.error()));
    if (is_wanted(*row))
      return std::optional(std::move(*row));
  }
}

}  // namespace cscan
