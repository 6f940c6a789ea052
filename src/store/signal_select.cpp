// Reading signals: pages in a total order, the newest of every series, one by id. The places (row
// ids) of wanted rows are found first, from the narrow columns; then those rows are read. Bodies
// are compressed 2,048 together, so what lies close together is read together.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "store/schema.hpp"
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
  where.add(
      fmt::format("(s.exchange, s.symbol) IN (VALUES {})", placeholders(markets.size(), "(?, ?)")),
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

/// The table, without what a newer revision replaces, nor what was said before a hole in its window
/// was explained. Both are rare, so the inner sides read only row groups that hold one.
std::string source_of(Revisions revisions) {
  if (revisions == Revisions::all)
    return "signals s";
  return "signals s ANTI JOIN (SELECT * FROM signals WHERE revision > 0) r ON "
         "r.open_time = s.open_time AND r.symbol = s.symbol AND r.exchange = s.exchange AND "
         "r.timeframe = s.timeframe AND r.score_model = s.score_model AND "
         "r.is_preview = s.is_preview AND r.revision > s.revision "
         "ANTI JOIN (SELECT p.rowid AS place FROM (SELECT rowid, * FROM signals WHERE "
         "unknown_n > 0) p JOIN signals w ON w.open_time = p.open_time AND w.symbol = p.symbol AND "
         "w.exchange = p.exchange AND w.timeframe = p.timeframe AND "
         "w.score_model = p.score_model AND w.is_preview = p.is_preview AND "
         "w.revision = p.revision AND w.unknown_n < p.unknown_n) u ON u.place = s.rowid";
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
  return sort == SignalSort::score ? "s.combined DESC, s.close_time DESC, s.id, s.computed_at DESC"
                                   : "s.close_time DESC, s.combined DESC, s.id, s.computed_at DESC";
}

using Places = std::vector<std::int64_t>;

Result<Places> read_places(Result<Rows> rows) {
  if (!rows)
    return fail(std::move(rows.error()));
  Places places;
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return fail(std::move(more.error()));
    if (!*more)
      return places;
    places.push_back(rows->integer(0));
  }
}

/// Reads the wanted rows among those from `first` to `last`; `order` says where each goes.
Status read_stretch(Statement& statement, const std::map<std::int64_t, std::size_t>& order,
                    std::int64_t first, std::int64_t last, std::vector<StoredSignal>& out) {
  Result<Rows> rows = statement.stream(std::vector<SqlValue>{first, last});
  if (!rows)
    return fail(std::move(rows.error()));
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return fail(std::move(more.error()));
    if (!*more)
      return {};
    auto wanted = order.find(rows->integer(signal_column_count));
    if (wanted == order.end())
      continue;
    Result<StoredSignal> signal = read_signal(*rows);
    if (!signal)
      return fail(std::move(signal.error()));
    out[wanted->second] = std::move(*signal);
  }
}

/// The rows at `places`, in the same order. Inside the caller's transaction: row ids are stable
/// only within one picture of the table.
Result<std::vector<StoredSignal>> read_rows(Connection& connection, const Places& places) {
  constexpr std::int64_t compressed_together = 2'048;
  Result<Statement> statement = connection.prepare(fmt::format(
      "SELECT {}, s.rowid FROM signals s WHERE s.rowid BETWEEN ? AND ?", signal_columns));
  if (!statement)
    return fail(std::move(statement.error()));
  std::map<std::int64_t, std::size_t> order;
  for (std::size_t i = 0; i < places.size(); ++i)
    order.emplace(places[i], i);
  std::vector<StoredSignal> signals(places.size());
  for (auto first = order.begin(); first != order.end();) {
    auto last = first;
    auto next = std::next(first);
    for (; next != order.end() && next->first - last->first < compressed_together; ++next)
      last = next;
    Status status = read_stretch(*statement, order, first->first, last->first, signals);
    if (!status)
      return fail(std::move(status.error()));
    first = next;
  }
  return signals;
}

/// Places of the first rows in the order of `sort`, at most limit + 1.
Result<Places> find_places(Connection& connection, const SignalQuery& query,
                           const Condition& where) {
  return read_places(connection.query(
      fmt::format("SELECT s.rowid FROM {} WHERE {} ORDER BY {} LIMIT {}",
                  source_of(query.revisions), where.sql, order_of(query.sort), query.limit + 1),
      where.values));
}

/// The same for the order of time, looking at the newest day, eight days, … first: DuckDB then
/// reads only that end of a long table.
Result<Places> find_newest_places(Connection& connection, const SignalQuery& query,
                                  const Condition& where, std::optional<Timestamp> newest) {
  Result<Rows> ends = connection.query("SELECT min(close_time), max(close_time) FROM signals");
  if (!ends)
    return fail(std::move(ends.error()));
  if (Result<bool> found = ends->next(); !found)
    return fail(std::move(found.error()));
  if (ends->is_null(0))
    return Places{};
  Timestamp oldest{ends->integer(0)};
  Timestamp top{ends->integer(1)};
  if (newest)
    top = std::min(top, *newest);
  if (top < oldest)
    return Places{};
  for (Duration span = days(1);; span = span * 8) {
    Condition narrowed = where;
    bool everything = top - oldest < span;
    if (!everything)
      narrowed.add("s.close_time > ?", {(top - span).ms});
    Result<Places> places = find_places(connection, query, narrowed);
    if (!places || everything || places->size() > static_cast<std::size_t>(query.limit))
      return places;
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
  signal.unknown_n = static_cast<std::uint32_t>(rows.integer(17));
  return signal;
}

Result<SignalPage> select_signals(Connection& connection, const SignalQuery& query) {
  if (query.limit < 1 || query.limit > limits::signals_per_reply_max)
    return fail(Error{
        ErrorCode::invalid_argument,
        fmt::format("limit {} is out of range: use 1 to {}", query.limit,
                    limits::signals_per_reply_max),
        {}}.with("field", "limit"));
  Condition where = condition_of(query);
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
  Result<Rows> count = connection.query(
      fmt::format("SELECT count(*) FROM {} WHERE {}", source_of(query.revisions), where.sql),
      where.values);
  if (!count)
    return fail(std::move(count.error()));
  if (Result<bool> found = count->next(); !found)
    return fail(std::move(found.error()));
  page.total = static_cast<std::uint64_t>(count->integer(0));

  std::optional<Timestamp> newest = query.until;
  if (!query.cursor.empty()) {
    add_cursor(where, *cursor);
    newest = newest ? std::min(*newest, cursor->close_time) : cursor->close_time;
  }
  Result<Places> places = query.sort == SignalSort::time
                              ? find_newest_places(connection, query, where, newest)
                              : find_places(connection, query, where);
  if (!places)
    return fail(std::move(places.error()));
  bool more = places->size() > static_cast<std::size_t>(query.limit);
  if (more)
    places->pop_back();
  Result<std::vector<StoredSignal>> signals = read_rows(connection, *places);
  if (!signals)
    return fail(std::move(signals.error()));
  page.signals = std::move(*signals);
  if (more) {
    const StoredSignal& last = page.signals.back();
    page.next_cursor = format_cursor(
        {query.sort, last.combined, last.close_time, last.envelope.computed_at, last.id});
  }
  return page;
}

Result<std::vector<StoredSignal>> select_latest_signals(Connection& connection) {
  Result<Transaction> snapshot = Transaction::begin(connection);
  if (!snapshot)
    return fail(std::move(snapshot.error()));
  Result<Places> places = read_places(connection.query(
      fmt::format("SELECT arg_max(s.rowid, (s.close_time, s.revision, -s.unknown_n, s.computed_at, "
                  "s.id)) FROM signals s "
                  "WHERE NOT s.is_preview GROUP BY s.exchange, s.symbol, s.timeframe "
                  "ORDER BY s.exchange, s.symbol, {}",
                  timeframe_length_sql("s.timeframe"))));
  if (!places)
    return fail(std::move(places.error()));
  return read_rows(connection, *places);
}

Result<StoredSignal> select_signal(Connection& connection, std::string_view id) {
  Result<Transaction> snapshot = Transaction::begin(connection);
  if (!snapshot)
    return fail(std::move(snapshot.error()));
  Result<Places> places = read_places(connection.query(
      "SELECT s.rowid FROM signals s WHERE s.id = ? ORDER BY s.computed_at DESC LIMIT 1", {id}));
  if (!places)
    return fail(std::move(places.error()));
  if (places->empty())
    return fail(ErrorCode::not_found, fmt::format("no stored signal has the id '{}'", id));
  Result<std::vector<StoredSignal>> signals = read_rows(connection, *places);
  if (!signals)
    return fail(std::move(signals.error()));
  return std::move(signals->front());
}

}  // namespace cscan
