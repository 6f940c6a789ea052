// Reading signals: pages in a total order, the newest of every series, one by id. The places of the
// wanted rows are found first, from the narrow columns; bodies are read for those rows only.

#include <fmt/format.h>

#include "store/signal_table.hpp"

namespace cscan {
namespace {

/// A condition and its parameters, in step.
struct Condition {
  std::string sql = "true";
  std::vector<SqlValue> values;

  void add(std::string_view text, std::initializer_list<SqlValue> more) {
    sql += " AND ";
    sql += text;
    values.insert(values.end(), more.begin(), more.end());
  }
};

std::string placeholders(std::size_t count, std::string_view one) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out.append(i == 0 ? "" : ", ").append(one);
  return out;
}

void add_markets(Condition& where, const std::vector<MarketName>& markets) {
  if (markets.empty())
    return;
  if (markets.size() == 1) {
    where.add("s.exchange = ? AND s.symbol = ?", {markets[0].exchange, markets[0].symbol});
    return;
  }
  where.add(fmt::format("(s.exchange, s.symbol) IN (VALUES {})",
                        placeholders(markets.size(), "(?, ?)")),
            {});
  for (const MarketName& market : markets) {
    where.values.push_back(market.exchange);
    where.values.push_back(market.symbol);
  }
}

template <class Enum>
void add_names(Condition& where, std::string_view column, const std::vector<Enum>& names) {
  if (names.empty())
    return;
  where.add(fmt::format("{} IN ({})", column, placeholders(names.size(), "?")), {});
  for (Enum name : names)
    where.values.push_back(to_string(name));
}

Condition condition_of(const SignalQuery& query) {
  Condition where;
  add_markets(where, query.markets);
  add_names(where, "s.timeframe", query.timeframes);
  add_names(where, "s.signal_type", query.types);
  if (query.direction)
    where.add("s.direction = ?", {to_string(*query.direction)});
  if (query.min_score > Score{})
    where.add("s.combined >= ?", {query.min_score.hundredths});
  if (query.since)
    where.add("s.close_time >= ?", {query.since->ms});
  if (query.until)
    where.add("s.close_time < ?", {query.until->ms});
  if (query.previews == Previews::exclude)
    where.add("NOT s.is_preview", {});
  return where;
}

/// The table, without what a newer revision replaces. Revisions are rare, so the inner side reads
/// only row groups that hold one.
std::string source_of(Revisions revisions) {
  if (revisions == Revisions::all)
    return "signals s";
  return "signals s ANTI JOIN (SELECT * FROM signals WHERE revision > 0) r ON "
         "r.open_time = s.open_time AND r.symbol = s.symbol AND r.exchange = s.exchange AND "
         "r.timeframe = s.timeframe AND r.score_model = s.score_model AND "
         "r.is_preview = s.is_preview AND r.revision > s.revision";
}

void add_cursor(Condition& where, const SignalCursor& cursor) {
  std::int64_t score = cursor.combined.hundredths;
  std::int64_t close = cursor.close_time.ms;
  bool by_score = cursor.sort == SignalSort::score;
  std::string_view first = by_score ? "s.combined" : "s.close_time";
  std::string_view second = by_score ? "s.close_time" : "s.combined";
  std::int64_t first_value = by_score ? score : close;
  std::int64_t second_value = by_score ? close : score;
  where.add(fmt::format("{0} <= ? AND ({0} < ? OR {1} < ? OR ({1} = ? AND (s.id > ? OR "
                        "(s.id = ? AND s.computed_at < ?))))",
                        first, second),
            {first_value, first_value, second_value, second_value, cursor.id, cursor.id,
             cursor.computed_at.ms});
}

std::string_view order_of(SignalSort sort) {
  return sort == SignalSort::score
             ? "s.combined DESC, s.close_time DESC, s.id, s.computed_at DESC"
             : "s.close_time DESC, s.combined DESC, s.id, s.computed_at DESC";
}

Result<std::vector<StoredSignal>> read_all(Result<Rows> rows) {
  if (!rows)
    return fail(std::move(rows.error()));
  std::vector<StoredSignal> signals;
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return fail(std::move(more.error()));
    if (!*more)
      return signals;
    Result<StoredSignal> signal = read_signal(*rows);
    if (!signal)
      return fail(std::move(signal.error()));
    signals.push_back(std::move(*signal));
  }
}

}  // namespace

Result<StoredSignal> read_signal(const Rows& rows) {
  std::optional<Timeframe> timeframe = parse_timeframe(rows.text(3));
  std::optional<SignalType> type = parse_signal_type(rows.text(6));
  std::optional<Direction> direction = parse_direction(rows.text(7));
  std::optional<ScoreModel> model = parse_score_model(rows.text(10));
  if (!timeframe || !type || !direction || !model)
    return fail(ErrorCode::corrupt,
                fmt::format("stored signal {} has a name this version does not know: {} {} {} {}",
                            rows.text(0), rows.text(3), rows.text(6), rows.text(7), rows.text(10)));
  StoredSignal signal;
  signal.id = rows.text(0);
  signal.exchange = rows.text(1);
  signal.symbol = rows.text(2);
  signal.timeframe = *timeframe;
  signal.open_time = {rows.integer(4)};
  signal.close_time = {rows.integer(5)};
  signal.type = *type;
  signal.direction = *direction;
  signal.combined = {static_cast<std::int32_t>(rows.integer(8))};
  signal.revision = static_cast<std::uint32_t>(rows.integer(9));
  signal.model = *model;
  signal.is_preview = rows.boolean(11);
  signal.envelope.computed_at = {rows.integer(12)};
  signal.envelope.available_at = {rows.integer(13)};
  signal.envelope.origin = rows.text(14) == "live"       ? Origin::live
                           : rows.text(14) == "backfill" ? Origin::backfill
                                                         : Origin::replay;
  signal.envelope.durable = true;
  signal.envelope.source = rows.text(15);
  signal.body = rows.text(16);
  return signal;
}

Result<SignalPage> select_signals(Connection& connection, const SignalQuery& query) {
  if (query.limit < 1 || query.limit > limits::signals_per_reply_max)
    return fail(Error{ErrorCode::invalid_argument,
                      fmt::format("limit {} is out of range: use 1 to {}", query.limit,
                                  limits::signals_per_reply_max),
                      {}}
                    .with("field", "limit"));
  Condition where = condition_of(query);
  std::string source = source_of(query.revisions);
  // Parameters borrow their text, so the cursor lives until the queries have run.
  Result<SignalCursor> cursor = SignalCursor{};
  if (!query.cursor.empty()) {
    cursor = parse_cursor(query.cursor, query.sort);
    if (!cursor)
      return fail(std::move(cursor.error()));
  }
  Result<Transaction> snapshot = Transaction::begin(connection);
  if (!snapshot)
    return fail(std::move(snapshot.error()));

  SignalPage page;
  Result<Rows> count =
      connection.query("SELECT count(*) FROM " + source + " WHERE " + where.sql, where.values);
  if (!count)
    return fail(std::move(count.error()));
  if (Result<bool> found = count->next(); !found)
    return fail(std::move(found.error()));
  page.total = static_cast<std::uint64_t>(count->integer(0));

  if (!query.cursor.empty())
    add_cursor(where, *cursor);
  std::string_view order = order_of(query.sort);
  Result<std::vector<StoredSignal>> signals = read_all(connection.query(
      fmt::format("SELECT {0} FROM signals s WHERE s.rowid IN (SELECT s.rowid FROM {1} "
                  "WHERE {2} ORDER BY {3} LIMIT {4}) ORDER BY {3}",
                  signal_columns, source, where.sql, order, query.limit + 1),
      where.values));
  if (!signals)
    return fail(std::move(signals.error()));
  page.signals = std::move(*signals);
  if (page.signals.size() > static_cast<std::size_t>(query.limit)) {
    page.signals.pop_back();
    const StoredSignal& last = page.signals.back();
    page.next_cursor = format_cursor({query.sort, last.combined, last.close_time,
                                      last.envelope.computed_at, last.id});
  }
  return page;
}

Result<std::vector<StoredSignal>> select_latest_signals(Connection& connection) {
  return read_all(connection.query(
      fmt::format("SELECT {} FROM signals s WHERE s.rowid IN (SELECT arg_max(s.rowid, "
                  "(s.close_time, s.revision, s.computed_at, s.id)) FROM signals s WHERE NOT "
                  "s.is_preview GROUP BY s.exchange, s.symbol, s.timeframe) ORDER BY s.exchange, "
                  "s.symbol, s.close_time - s.open_time",
                  signal_columns)));
}

Result<StoredSignal> select_signal(Connection& connection, std::string_view id) {
  Result<std::vector<StoredSignal>> found = read_all(connection.query(
      fmt::format("SELECT {} FROM signals s WHERE s.rowid IN (SELECT s.rowid FROM signals s WHERE "
                  "s.id = ? ORDER BY s.computed_at DESC LIMIT 1)",
                  signal_columns),
      {id}));
  if (!found)
    return fail(std::move(found.error()));
  if (found->empty())
    return fail(ErrorCode::not_found, fmt::format("no stored signal has the id '{}'", id));
  return std::move(found->front());
}

}  // namespace cscan
