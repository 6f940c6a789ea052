#pragma once
// The published tree of training data, a view of the database that can be rebuilt from it:
//
//   signals/<stem>_<day>.json       array: every closed signal of one market and UTC day of the
//                                   candle's open, body and envelope, by close time and timeframe
//   ohlcv/<stem>_<timeframe>.parquet
//                                   timestamp (TIMESTAMP without zone, UTC, the open time), open,
//                                   high, low, close, volume, state, revision, available_at; the
//                                   newest revision of each candle, by time; zstd; never shrinks
//   clustering/<stem>_<day>.json    array: one row per closed candle
//   manifest.json                   as_of, what is newest, what is still to be published
//
// Every file is whole and valid whenever a reader opens it: written under a temporary name, synced,
// renamed. A file is due when it has grown by a tenth, when its day is over, 15 minutes after its
// first unpublished row, and at stop. Links in the tree are replaced, never written through.
//
// Threads: note_written() is cheap and may be called by the writer while publish() or rebuild()
// runs on a worker thread; publish and rebuild belong to one worker thread.

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/published_tree.hpp"
#include "store/store.hpp"

namespace cscan {

inline constexpr Duration publish_lag_max = minutes(15);

enum class Publish : std::uint8_t { due, all };

struct PublishReport {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t failed = 0;   ///< files that could not be written; they stay due
  std::uint64_t pending = 0;  ///< files with rows that are not published yet
  std::string first_failure;  ///< message of the first of them
};

/// What is due of one market. The numbers are the unpublished rows that each file will account for.
struct PublishTask {
  MarketName market;
  std::map<Timestamp, std::uint64_t> days;
  std::map<Timeframe, std::uint64_t> timeframes;
  [[nodiscard]] std::uint64_t files() const { return 2 * days.size() + timeframes.size(); }
};

class TrainingExport {
 public:
  /// `data_dir` as given to the store. Creates the three folders.
  [[nodiscard]] static Result<std::unique_ptr<TrainingExport>> open(
      Store& store, const std::filesystem::path& data_dir);

  /// Any thread, before the first commit of a run: leaves a mark in the tree that only a publish()
  /// of everything takes away. Whoever opens the tree and finds the mark knows that the process
  /// died with rows unpublished; the first publish() then writes every file anew.
  void expect_rows();

  /// Any thread. What a commit added; marks the files it belongs to. `now` is market time.
  void note_written(const CommitReport& report, Timestamp now);

  /// Worker thread. Writes what is due, or everything that has unpublished rows.
  [[nodiscard]] Result<PublishReport> publish(Timestamp now, Publish what);
  /// Worker thread. Writes every file anew from the database.
  [[nodiscard]] Result<PublishReport> rebuild(Timestamp now);

 private:
  /// Rows of one file: in the file, and stored since.
  struct Growth {
    std::uint64_t published = 0;
    std::uint64_t fresh = 0;
    Timestamp first_fresh;
  };
  /// Files with unpublished rows, and since when.
  struct Backlog {
    std::uint64_t files = 0;
    std::optional<Timestamp> oldest;
  };
  using Task = PublishTask;
  using DayKey = std::pair<MarketName, Timestamp>;

  TrainingExport(Store& store, PublishedTree tree) : store_(store), tree_(std::move(tree)) {}
  [[nodiscard]] std::vector<Task> collect(Timestamp now, Publish what) const;
  [[nodiscard]] Result<std::vector<Task>> collect_everything() const;
  [[nodiscard]] Result<PublishReport> run(const std::vector<Task>& tasks, Timestamp now);
  [[nodiscard]] Status stage_task(Connection& connection, const Task& task, PublishReport& report);
  void finish(std::vector<const Task*>& staged, PublishReport& report, Timestamp now);
  [[nodiscard]] Backlog backlog() const;
  [[nodiscard]] std::filesystem::path mark() const;
  [[nodiscard]] Status stage_manifest(Connection& connection, Timestamp now);

  Store& store_;
  PublishedTree tree_;
  std::optional<Timestamp> manifest_at_;
  bool rebuild_due_ = false;  ///< the tree was left in the middle
  mutable std::mutex mutex_;  ///< guards what follows
  std::map<DayKey, Growth> days_;
  std::map<SeriesName, Growth> candles_;
};

}  // namespace cscan
