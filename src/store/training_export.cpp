#include "store/training_export.hpp"

#include <fmt/format.h>
#include <fstream>

#include "store/candle_files.hpp"
#include "store/day_files.hpp"
#include "wire/json_writer.hpp"

namespace cscan {
namespace {

constexpr int tree_schema_version = 1;

/// Whether a file with this growth is to be written now. `day_over`: nothing more will come.
bool is_due(std::uint64_t published, std::uint64_t fresh, Timestamp first_fresh, bool day_over,
            Timestamp now) {
  return fresh * 10 >= published || day_over || now - first_fresh >= publish_lag_max;
}

}  // namespace

Result<std::unique_ptr<TrainingExport>> TrainingExport::open(
    Store& store, const std::filesystem::path& data_dir) {
  Result<PublishedTree> tree =
      PublishedTree::open(data_dir, {signals_folder, ohlcv_folder, clustering_folder});
  if (!tree)
    return fail(std::move(tree.error()));
  std::unique_ptr<TrainingExport> files(new TrainingExport(store, std::move(*tree)));
  std::error_code ignored;
  files->rebuild_due_ = std::filesystem::exists(files->mark(), ignored);
  return files;
}

std::filesystem::path TrainingExport::mark() const { return tree_.path_of("", ".unpublished"); }

void TrainingExport::expect_rows() {
  // A mark that cannot be written costs a rebuild after a crash, and nothing else.
  std::ofstream(mark(), std::ios::app) << "rows may be stored that are not published yet\n";
}

void TrainingExport::note_written(const CommitReport& report, Timestamp now) {
  std::lock_guard guard(mutex_);
  auto grow = [&](Growth& growth, std::uint64_t rows) {
    if (growth.fresh == 0)
      growth.first_fresh = now;
    growth.fresh += rows;
  };
  for (const WrittenDay& written : report.written) {
    if (written.signals > 0)
      grow(days_[{{written.series.exchange, written.series.symbol}, written.day}], written.signals);
    if (written.candles > 0)
      grow(candles_[written.series], written.candles);
  }
}

std::vector<PublishTask> TrainingExport::collect(Timestamp now, Publish what) const {
  std::map<MarketName, Task> tasks;
  Timestamp today = floor_to(now, days(1));
  std::lock_guard guard(mutex_);
  auto due = [&](const Growth& g, bool day_over) {
    return g.fresh > 0 &&
           (what == Publish::all || is_due(g.published, g.fresh, g.first_fresh, day_over, now));
  };
  for (const auto& [key, growth] : days_)
    if (due(growth, key.second < today))
      tasks[key.first].days[key.second] = growth.fresh;
  for (const auto& [series, growth] : candles_)
    if (due(growth, growth.first_fresh < today))
      tasks[{series.exchange, series.symbol}].timeframes[series.timeframe] = growth.fresh;
  std::vector<Task> list;
  for (auto& [market, task] : tasks) {
    task.market = market;
    list.push_back(std::move(task));
  }
  return list;
}

Result<std::vector<PublishTask>> TrainingExport::collect_everything() const {
  Result<Connection> connection = store_.connect();
  if (!connection)
    return fail(std::move(connection.error()));
  Result<Rows> rows = connection->query(fmt::format(
      "SELECT exchange, symbol, open_time // {0} * {0} AS day, NULL AS timeframe FROM signals "
      "WHERE NOT is_preview GROUP BY ALL UNION ALL "
      "SELECT exchange, symbol, NULL, timeframe FROM candles GROUP BY ALL",
      days(1).ms));
  if (!rows)
    return fail(std::move(rows.error()));
  std::map<MarketName, Task> tasks;
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return fail(std::move(more.error()));
    if (!*more)
      break;
    Task& task = tasks[{std::string(rows->text(0)), std::string(rows->text(1))}];
    if (!rows->is_null(2))
      task.days[Timestamp{rows->integer(2)}] = 0;
    else if (std::optional<Timeframe> timeframe = parse_timeframe(rows->text(3)))
      task.timeframes[*timeframe] = 0;
  }
  std::vector<Task> list;
  for (auto& [market, task] : tasks) {
    task.market = market;
    list.push_back(std::move(task));
  }
  return list;
}

Result<PublishReport> TrainingExport::publish(Timestamp now, Publish what) {
  auto report = rebuild_due_ ? rebuild(now) : run(collect(now, what), now);
  if (!report || report->failed > 0)
    return report;
  rebuild_due_ = false;
  std::error_code ignored;
  if (what == Publish::all && report->pending == 0)
    std::filesystem::remove(mark(), ignored);
  return report;
}

Result<PublishReport> TrainingExport::rebuild(Timestamp now) {
  Result<std::vector<Task>> tasks = collect_everything();
  if (!tasks)
    return fail(std::move(tasks.error()));
  // Rows that arrived so far are in the database, hence in the rebuilt files: account for them.
  for (const Task& fresh : collect(now, Publish::all))
    for (Task& task : *tasks)
      if (task.market == fresh.market) {
        for (const auto& [day, rows] : fresh.days)
          task.days[day] = rows;
        for (const auto& [timeframe, rows] : fresh.timeframes)
          task.timeframes[timeframe] = rows;
      }
  return run(*tasks, now);
}

Result<PublishReport> TrainingExport::run(const std::vector<Task>& tasks, Timestamp now) {
  Result<Connection> connection = store_.connect();
  if (!connection)
    return fail(std::move(connection.error()));
  PublishReport report;
  std::vector<const Task*> staged;
  for (const Task& task : tasks) {
    // Only a task that is large by itself may flush midway; so a flush that fails there takes
    // nothing of other tasks with it.
    if (tree_.staged() + task.files() > flush_files)
      finish(staged, report, now);
    Status status = stage_task(*connection, task, report);
    if (status) {
      staged.push_back(&task);
    } else {
      report.failed += task.files();
      if (report.first_failure.empty())
        report.first_failure = std::move(status.error().message);
    }
  }
  finish(staged, report, now);
  report.pending = backlog().files;
  bool manifest_due = !manifest_at_ || now - *manifest_at_ >= publish_lag_max;
  if (report.files > 0 || manifest_due) {
    if (Status status = stage_manifest(*connection, now); !status)
      return fail(std::move(status.error()));
    if (Status status = tree_.flush(); !status)
      return fail(std::move(status.error()));
    manifest_at_ = now;
  }
  return report;
}

Status TrainingExport::stage_task(Connection& connection, const Task& task, PublishReport& report) {
  Result<std::string> stem = store_.file_stem(task.market);
  if (!stem)
    return fail(std::move(stem.error()));
  FileTally tally;
  Status status = stage_day_files(connection, tree_, task.market, *stem, task.days, tally);
  for (const auto& [timeframe, rows] : task.timeframes)
    if (status)
      status = stage_candle_file(
          connection, tree_, {task.market.exchange, task.market.symbol, timeframe}, *stem, tally);
  if (status) {
    report.files += tally.files;
    report.bytes += tally.bytes;
  }
  return status;
}

/// Makes the staged files visible and settles the accounts of the tasks they belong to.
void TrainingExport::finish(std::vector<const Task*>& staged, PublishReport& report,
                            Timestamp now) {
  Status status = tree_.flush();
  Timestamp today = floor_to(now, days(1));
  std::lock_guard guard(mutex_);
  for (const Task* task : staged) {
    if (!status) {
      report.failed += task->files();
      continue;
    }
    auto settle = [](Growth& growth, std::uint64_t rows) {
      growth.published += rows;
      growth.fresh -= rows;
    };
    for (const auto& [day, rows] : task->days) {
      Growth& growth = days_[{task->market, day}];
      settle(growth, rows);
      // A day that is over and published needs no account; a late revision starts a new one.
      if (day < today && growth.fresh == 0)
        days_.erase({task->market, day});
    }
    for (const auto& [timeframe, rows] : task->timeframes)
      settle(candles_[{task->market.exchange, task->market.symbol, timeframe}], rows);
  }
  if (!status && report.first_failure.empty())
    report.first_failure = std::move(status.error().message);
  staged.clear();
}

TrainingExport::Backlog TrainingExport::backlog() const {
  Backlog waiting;
  auto look = [&](const Growth& growth, std::uint64_t files) {
    if (growth.fresh == 0)
      return;
    waiting.files += files;
    if (!waiting.oldest || growth.first_fresh < *waiting.oldest)
      waiting.oldest = growth.first_fresh;
  };
  std::lock_guard guard(mutex_);
  for (const auto& [key, growth] : days_)
    look(growth, 2);
  for (const auto& [series, growth] : candles_)
    look(growth, 1);
  return waiting;
}

Status TrainingExport::stage_manifest(Connection& connection, Timestamp now) {
  Result<std::int64_t> candle = connection.query_integer("SELECT max(open_time) FROM candles");
  Result<std::int64_t> signal =
      connection.query_integer("SELECT max(close_time) FROM signals WHERE NOT is_preview");
  if (!candle || !signal)
    return fail(candle ? signal.error() : candle.error());
  Backlog waiting = backlog();
  std::string text;
  JsonWriter json(text);
  json.begin_object().field("schema_version", tree_schema_version).field("as_of", now);
  json.key("files").begin_object();
  for (const char* folder : {signals_folder, ohlcv_folder, clustering_folder})
    json.field(folder, tree_.file_count(folder));
  json.end_object();
  auto time_or_null = [](std::int64_t ms) {
    return ms == 0 ? std::nullopt : std::optional(Timestamp{ms});
  };
  json.field("newest_candle_open", time_or_null(*candle))
      .field("newest_signal_close", time_or_null(*signal))
      .field("files_pending", waiting.files)
      .field("oldest_unpublished", waiting.oldest)
      .field("lag_ms", waiting.oldest ? (now - *waiting.oldest).ms : 0)
      .end_object();
  text += '\n';
  return tree_.write("", "manifest.json", text);
}

}  // namespace cscan
