#include "store/day_files.hpp"

#include <fmt/format.h>

#include <vector>

#include "store/schema.hpp"
#include "store/signal_table.hpp"
#include "wire/signal_json.hpp"

namespace cscan {
namespace {

/// A statement sorts what it reads, bodies included: no more rows than fit into a few ten MB.
constexpr std::int64_t statement_rows_max = 10'000;
/// In such a stretch even the smallest timeframes make no more.
constexpr Duration statement_span = days(30);

/// Elements of JSON arrays, one array a day, in the order of days.
class DayWriter {
 public:
  DayWriter(PublishedTree& tree, const char* folder, const std::string& stem,
            const std::map<Timestamp, std::uint64_t>& day_list, FileTally& tally)
      : tree_(tree), folder_(folder), stem_(stem), days_(day_list), tally_(tally) {}

  /// The text to append one element to, or nullptr when its day is not wanted.
  [[nodiscard]] Result<std::string*> element(Timestamp open_time) {
    Timestamp day = floor_to(open_time, days(1));
    if (day != day_) {
      if (Status status = finish(); !status)
        return fail(std::move(status.error()));
      day_ = day;
      wanted_ = days_.contains(day);
    }
    if (!wanted_)
      return nullptr;
    text_ += text_.empty() ? "[\n" : ",\n";
    return &text_;
  }

  [[nodiscard]] Status finish() {
    if (text_.empty())
      return {};
    text_ += "\n]\n";
    Status status = tree_.write(folder_, fmt::format("{}_{}.json", stem_, format_day(day_)), text_);
    ++tally_.files;
    tally_.bytes += text_.size();
    text_.clear();
    if (status && tree_.staged() >= flush_files)
      status = tree_.flush();
    return status;
  }

 private:
  PublishedTree& tree_;
  const char* folder_;
  const std::string& stem_;
  const std::map<Timestamp, std::uint64_t>& days_;
  FileTally& tally_;
  Timestamp day_{-1};  // not a midnight, so it equals no day
  bool wanted_ = false;
  std::string text_;
};

std::string signals_sql() {
  return fmt::format(
      "SELECT {} FROM signals s WHERE s.exchange = $1 AND s.symbol = $2 AND s.open_time >= $3 AND "
      "s.open_time < $4 AND NOT s.is_preview ORDER BY s.open_time // {}, s.close_time, "
      "s.open_time DESC, s.revision, s.id",
      signal_columns, days(1).ms);
}

std::string clusters_sql() {
  return fmt::format(
      "SELECT c.open_time, c.cluster FROM clusters c ANTI JOIN (SELECT * FROM clusters WHERE "
      "revision > 0) r ON r.exchange = c.exchange AND r.symbol = c.symbol AND "
      "r.timeframe = c.timeframe AND r.open_time = c.open_time AND r.revision > c.revision "
      "WHERE c.exchange = $1 AND c.symbol = $2 AND c.open_time >= $3 AND c.open_time < $4 "
      "ORDER BY c.open_time // {0}, c.open_time + {1}, {1}",
      days(1).ms, timeframe_length_sql("c.timeframe"));
}

Status append_signal(DayWriter& writer, const Rows& rows) {
  Result<StoredSignal> signal = read_signal(rows);
  if (!signal)
    return fail(std::move(signal.error()));
  if (!signal->body.ends_with('}'))
    return fail(ErrorCode::corrupt,
                fmt::format("the body of stored signal {} is not an object", signal->id));
  Result<std::string*> out = writer.element(signal->open_time);
  if (!out)
    return fail(std::move(out.error()));
  if (*out == nullptr)
    return {};
  (*out)->append(signal->body, 0, signal->body.size() - 1);
  append_signal_envelope(**out, signal->envelope, false);
  return {};
}

Status append_cluster(DayWriter& writer, const Rows& rows) {
  Result<std::string*> out = writer.element(Timestamp{rows.integer(0)});
  if (!out)
    return fail(std::move(out.error()));
  if (*out != nullptr)
    **out += rows.text(1);
  return {};
}

using Stretches = std::vector<std::pair<Timestamp, Timestamp>>;

/// The wanted days as few stretches [from, to), none longer than one statement should read.
Stretches stretches(const std::map<Timestamp, std::uint64_t>& day_list) {
  Stretches out;
  for (const auto& [day, rows] : day_list) {
    if (out.empty() || day - out.back().first >= statement_span)
      out.emplace_back(day, day);
    out.back().second = day + days(1);
  }
  return out;
}

/// One stretch where the market has few rows in all of it. A statement looks for its rows among
/// those of all markets, so over whole markets the number of statements is what takes the time.
Result<Stretches> statements(Connection& connection, const MarketName& market,
                             const std::map<Timestamp, std::uint64_t>& day_list) {
  Stretches split = stretches(day_list);
  if (split.size() == 1)
    return split;
  Result<Rows> count = connection.query(
      "SELECT count(*) FROM signals WHERE exchange = $1 AND symbol = $2 AND open_time >= $3 AND "
      "open_time < $4",
      {market.exchange, market.symbol, split.front().first.ms, split.back().second.ms});
  if (!count)
    return fail(std::move(count.error()));
  if (Result<bool> row = count->next(); !row)
    return fail(std::move(row.error()));
  if (count->integer(0) <= statement_rows_max)
    return Stretches{{split.front().first, split.back().second}};
  return split;
}

template <class Append>
Status stage_folder(Connection& connection, const MarketName& market, const std::string& sql,
                    const Stretches& parts, DayWriter writer, Append append) {
  Result<Statement> statement = connection.prepare(sql);
  if (!statement)
    return fail(std::move(statement.error()));
  for (const auto& [from, to] : parts) {
    std::vector<SqlValue> values{market.exchange, market.symbol, from.ms, to.ms};
    Result<Rows> rows = statement->stream(values);
    if (!rows)
      return fail(std::move(rows.error()));
    while (true) {
      Result<bool> more = rows->next();
      if (!more)
        return fail(std::move(more.error()));
      if (!*more)
        break;
      if (Status status = append(writer, *rows); !status)
        return status;
    }
  }
  return writer.finish();
}

}  // namespace

Status stage_day_files(Connection& connection, PublishedTree& tree, const MarketName& market,
                       const std::string& stem, const std::map<Timestamp, std::uint64_t>& day_list,
                       FileTally& tally) {
  if (day_list.empty())
    return {};
  Result<Stretches> parts = statements(connection, market, day_list);
  if (!parts)
    return fail(std::move(parts.error()));
  Status status =
      stage_folder(connection, market, signals_sql(), *parts,
                   DayWriter(tree, signals_folder, stem, day_list, tally), append_signal);
  if (!status)
    return status;
  return stage_folder(connection, market, clusters_sql(), *parts,
                      DayWriter(tree, clustering_folder, stem, day_list, tally), append_cluster);
}

}  // namespace cscan
