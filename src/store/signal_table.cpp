#include "store/signal_table.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

#include "base/check.hpp"
#include "base/digest.hpp"

namespace cscan {
namespace {

// As with candles: keys are staged, then joined with the stored rows of the same stretch of time.
// Bodies are compared by a stored digest, so that telling equal from different reads no bodies.
constexpr const char* staging_sql =
    "CREATE TEMP TABLE IF NOT EXISTS staged_signals (n INTEGER, id VARCHAR, exchange VARCHAR, "
    "symbol VARCHAR, timeframe VARCHAR, open_time BIGINT, revision INTEGER, computed_at BIGINT, "
    "body_digest BIGINT)";
constexpr const char* find_signals_sql =
    "SELECT k.n, s.body_digest = k.body_digest FROM signals s JOIN staged_signals k ON "
    "s.open_time = k.open_time AND s.id = k.id "
    "WHERE s.open_time BETWEEN $1 AND $2 AND (NOT s.is_preview OR s.computed_at = k.computed_at)";
constexpr const char* find_clusters_sql =
    "SELECT k.n FROM clusters c JOIN staged_signals k ON c.open_time = k.open_time AND "
    "c.symbol = k.symbol AND c.exchange = k.exchange AND c.timeframe = k.timeframe AND "
    "c.revision = k.revision WHERE c.open_time BETWEEN $1 AND $2";

/// The first eight bytes of the body's SHA-256.
std::int64_t body_digest(std::string_view body) {
  Sha256 sha;
  sha.update(body);
  Sha256Value value = sha.finish();
  std::uint64_t digest = 0;
  for (std::size_t i = 0; i < 8; ++i)
    digest = digest << 8 | value[i];
  return std::bit_cast<std::int64_t>(digest);
}

using Key = std::tuple<Timestamp, std::string_view, std::int64_t>;

Key key_of(const StoredSignal& row) {
  return {row.open_time, row.id, row.is_preview ? row.envelope.computed_at.ms : 0};
}

/// Places of the rows whose key has not come before in the same batch, by open time; the others
/// are compared.
std::vector<std::uint32_t> distinct_places(const std::vector<StoredSignal>& rows,
                                           CommitReport& report) {
  std::vector<std::uint32_t> places(rows.size());
  for (std::uint32_t i = 0; i < places.size(); ++i)
    places[i] = i;
  std::ranges::stable_sort(places, {}, [&](std::uint32_t i) { return key_of(rows[i]); });
  std::vector<std::uint32_t> distinct;
  for (std::uint32_t i : places) {
    if (distinct.empty() || key_of(rows[distinct.back()]) != key_of(rows[i]))
      distinct.push_back(i);
    else
      ++(rows[distinct.back()].body == rows[i].body ? report.signals_equal
                                                    : report.signals_different);
  }
  return distinct;
}

Status stage(Connection& writer, const std::vector<StoredSignal>& rows,
             const std::vector<std::uint32_t>& places, const std::vector<std::int64_t>& digests) {
  Result<Appender> appender = Appender::open(writer, "staged_signals");
  if (!appender)
    return fail(appender.error());
  for (std::uint32_t i : places) {
    const StoredSignal& row = rows[i];
    appender->add(i).add(row.id).add(row.exchange).add(row.symbol).add(to_string(row.timeframe));
    appender->add(row.open_time.ms).add(row.revision).add(row.envelope.computed_at.ms);
    appender->add(digests[i]).end_row();
  }
  return appender->close();
}

Status append_signals(Connection& writer, const std::vector<StoredSignal>& rows,
                      const std::vector<std::uint32_t>& places,
                      const std::vector<std::int64_t>& digests) {
  Result<Appender> appender = Appender::open(writer, "signals");
  if (!appender)
    return fail(appender.error());
  for (std::uint32_t i : places) {
    const StoredSignal& row = rows[i];
    const SignalEnvelope& e = row.envelope;
    appender->add(row.id).add(row.exchange).add(row.symbol).add(to_string(row.timeframe));
    appender->add(row.open_time.ms).add(row.close_time.ms).add(to_string(row.type));
    appender->add(to_string(row.direction)).add(row.combined.hundredths).add(row.revision);
    appender->add(to_string(row.model)).add(row.is_preview).add(e.computed_at.ms);
    appender->add(e.available_at.ms).add(to_string(e.origin)).add(e.source);
    appender->add(digests[i]).add(row.body).add(row.unknown_n).end_row();
  }
  return appender->close();
}

void note_days(const std::vector<StoredSignal>& rows, const std::vector<std::uint32_t>& places,
               CommitReport& report) {
  std::map<std::pair<SeriesName, Timestamp>, std::uint32_t> days_written;
  for (std::uint32_t i : places) {
    const StoredSignal& row = rows[i];
    if (!row.is_preview)
      ++days_written[{SeriesName{row.exchange, row.symbol, row.timeframe},
                      floor_to(row.open_time, days(1))}];
  }
  for (const auto& [key, count] : days_written)
    report.written.push_back({key.first, key.second, 0, count});
}

}  // namespace

Result<SignalTable> SignalTable::open(Connection& writer) {
  if (Status status = writer.execute(staging_sql); !status)
    return fail(status.error());
  Result<Statement> signals = writer.prepare(find_signals_sql);
  Result<Statement> clusters = writer.prepare(find_clusters_sql);
  Result<Statement> clear = writer.prepare("DELETE FROM staged_signals");
  for (Result<Statement>* statement : {&signals, &clusters, &clear})
    if (!*statement)
      return fail(statement->error());
  return SignalTable(std::move(*signals), std::move(*clusters), std::move(*clear));
}

Status SignalTable::find_stored(const std::vector<StoredSignal>& rows,
                                std::vector<std::uint32_t>& places, CommitReport& report) {
  Result<Rows> found =
      find_signals_.run({rows[places.front()].open_time.ms, rows[places.back()].open_time.ms});
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
    ++(found->boolean(1) ? report.signals_equal : report.signals_different);
  }
  std::erase_if(places, [&](std::uint32_t i) { return stored[i]; });
  return {};
}

Status SignalTable::insert_clusters(Connection& writer, const std::vector<StoredSignal>& rows,
                                    const std::vector<std::uint32_t>& places,
                                    CommitReport& report) {
  // Only new signals bring cluster rows. Two models may judge one candle: the first row stays.
  std::map<std::tuple<Timestamp, std::string_view, std::string_view, Timeframe, std::uint32_t>,
           std::uint32_t>
      wanted;
  for (std::uint32_t i : places)
    if (const StoredSignal& row = rows[i]; !row.is_preview && !row.cluster_row.empty())
      wanted.try_emplace({row.open_time, row.symbol, row.exchange, row.timeframe, row.revision}, i);
  if (wanted.empty())
    return {};
  Result<Rows> found = find_clusters_.run(
      {rows[wanted.begin()->second].open_time.ms, rows[wanted.rbegin()->second].open_time.ms});
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
  }
  Result<Appender> appender = Appender::open(writer, "clusters");
  if (!appender)
    return fail(appender.error());
  for (const auto& [key, i] : wanted) {
    if (stored[i])
      continue;
    const StoredSignal& row = rows[i];
    appender->add(row.exchange).add(row.symbol).add(to_string(row.timeframe));
    appender->add(row.open_time.ms).add(row.revision).add(row.cluster_row).end_row();
    ++report.rows_written;
  }
  return appender->close();
}

Status SignalTable::insert(Connection& writer, const std::vector<StoredSignal>& rows,
                           CommitReport& report) {
  if (rows.empty())
    return {};
  std::vector<std::int64_t> digests(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    digests[i] = body_digest(rows[i].body);
  std::vector<std::uint32_t> places = distinct_places(rows, report);
  if (Status status = stage(writer, rows, places, digests); !status)
    return status;
  if (Status status = find_stored(rows, places, report); !status)
    return status;
  if (Status status = append_signals(writer, rows, places, digests); !status)
    return status;
  if (Status status = insert_clusters(writer, rows, places, report); !status)
    return status;
  if (Result<Rows> cleared = clear_.run({}); !cleared)
    return fail(cleared.error());
  report.signals_written += places.size();
  note_days(rows, places, report);
  return {};
}

}  // namespace cscan
