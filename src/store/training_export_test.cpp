#include "store/training_export.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "store/parquet_candles.hpp"
#include "store/store_fixture.hpp"

namespace cscan {
namespace {

using namespace store_test;

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A value of a JSON file by its path ("$.files.signals"); fails when the file is no JSON.
std::string json_value(const std::filesystem::path& path, const std::string& place) {
  Result<Connection> connection = Database::in_memory()->connect();
  Result<Rows> rows =
      connection->query("SELECT json_extract_string(?::JSON, ?)", {read_text(path), place});
  EXPECT_OK(rows);
  return rows && *rows->next() && !rows->is_null(0) ? std::string(rows->text(0)) : "";
}

/// Elements of an array of objects; -1 when the file is anything else.
std::int64_t json_elements(const std::filesystem::path& path) {
  Result<Connection> connection = Database::in_memory()->connect();
  return connection
      ->query_integer(
          "SELECT CASE WHEN json_type(j) = 'ARRAY' THEN json_array_length(j)::BIGINT "
          "ELSE -1 END FROM (SELECT ?::JSON AS j)",
          {read_text(path)})
      .value_or(-1);
}

class TrainingExportTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    export_.reset();
    store_.reset();
    Result<std::unique_ptr<Store>> store = Store::open(dir());
    ASSERT_OK(store);
    store_ = std::move(*store);
    Result<std::unique_ptr<TrainingExport>> made = TrainingExport::open(*store_, dir());
    ASSERT_OK(made);
    export_ = std::move(*made);
  }
  void commit(const StoreBatch& batch, Timestamp now) {
    Result<CommitReport> report = store_->commit(batch);
    ASSERT_OK(report);
    export_->note_written(*report, now);
  }
  PublishReport publish(Timestamp now, Publish what = Publish::due) {
    Result<PublishReport> report = export_->publish(now, what);
    EXPECT_OK(report);
    EXPECT_EQ(report->failed, 0) << report->first_failure;
    return *report;
  }
  [[nodiscard]] std::filesystem::path dir() const { return temp_.path() / "data [1]*"; }
  [[nodiscard]] std::filesystem::path candles_file() const {
    return dir() / "ohlcv" / "binance_BTCUSDT_5m.parquet";
  }
  [[nodiscard]] std::filesystem::path signals_file() const {
    return dir() / "signals" / "binance_BTCUSDT_2025-10-24.json";
  }

  TempDir temp_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TrainingExport> export_;
};

StoreBatch some_rows(const SeriesName& series, int first, int count) {
  StoreBatch batch;
  for (int i = first; i < first + count; ++i) {
    Timestamp open_time = day_zero + length(series.timeframe) * i;
    batch.candles.push_back(make_candle(series, open_time, 100 + i % 10));
    batch.signals.push_back(make_signal(series, open_time));
  }
  return batch;
}

TEST_F(TrainingExportTest, WritesTheTree) {
  StoreBatch batch = some_rows(btc_5m, 0, 300);
  StoreBatch hourly = some_rows(btc_1h, 0, 3);
  batch.signals.insert(batch.signals.end(), hourly.signals.begin(), hourly.signals.end());
  batch.candles[7].candle = flat_candle(batch.candles[7].candle.open_time, 100);
  batch.candles.push_back(make_candle(btc_5m, day_zero, 105, 1));
  batch.signals.push_back(make_preview(btc_5m, day_zero, day_zero));
  commit(batch, day_zero + days(1));
  PublishReport report = publish(day_zero + days(1));
  EXPECT_EQ(report.files, 5);  // two days of signals and clusters, one series of candles

  Result<Connection> connection = Database::in_memory()->connect();
  Result<Rows> rows = connection->query(
      "SELECT e->>'candle_close_time', e->>'timeframe', (e->>'durable')::BOOLEAN AND NOT "
      "(e->>'preview')::BOOLEAN FROM (SELECT unnest(?::JSON[]) AS e)",
      {read_text(signals_file())});
  ASSERT_OK(rows);
  int count = 0;
  std::pair<std::string, bool> before;
  for (; *rows->next(); ++count) {
    EXPECT_TRUE(rows->boolean(2));
    std::pair<std::string, bool> place(rows->text(0), rows->text(1) == "1h");
    EXPECT_LT(before, place);
    before = place;
  }
  EXPECT_EQ(count, 288 + 3);
  EXPECT_EQ(json_elements(dir() / "signals" / "binance_BTCUSDT_2025-10-25.json"), 12);
  EXPECT_EQ(json_elements(dir() / "clustering" / "binance_BTCUSDT_2025-10-24.json"), 291);

  Result<std::vector<Candle>> candles = read_candle_file(candles_file(), Timeframe::m5);
  ASSERT_OK(candles);
  ASSERT_EQ(candles->size(), 300);
  EXPECT_EQ((*candles)[0].revision, 1);
  EXPECT_EQ((*candles)[0].close, 105);
  EXPECT_EQ((*candles)[7].state, CandleState::no_trade);
  EXPECT_EQ(*candles, *store_->newest_candles(btc_5m, 1000));

  std::filesystem::path manifest = dir() / "manifest.json";
  EXPECT_EQ(json_value(manifest, "$.as_of"), "2025-10-25T00:00:00.000Z");
  EXPECT_EQ(json_value(manifest, "$.files.signals"), "2");
  EXPECT_EQ(json_value(manifest, "$.files_pending"), "0");
  EXPECT_EQ(json_value(manifest, "$.newest_candle_open"), "2025-10-25T00:55:00.000Z");
}

TEST_F(TrainingExportTest, ParquetHasThePublishedColumns) {
  commit(some_rows(btc_5m, 0, 3), day_zero);
  publish(day_zero);
  Result<Database> database = Database::in_memory();
  ASSERT_OK(database);
  Connection connection = std::move(*database->connect());
  std::filesystem::copy_file(candles_file(), temp_.path() / "x.parquet");
  Result<Rows> rows = connection.query("SELECT column_name, column_type FROM (DESCRIBE FROM '" +
                                       (temp_.path() / "x.parquet").string() + "')");
  ASSERT_OK(rows);
  std::string columns;
  while (*rows->next())
    columns.append(rows->text(0)).append(" ").append(rows->text(1)).append("; ");
  EXPECT_EQ(columns,
            "timestamp TIMESTAMP; open DOUBLE; high DOUBLE; low DOUBLE; close DOUBLE; volume "
            "DOUBLE; state VARCHAR; revision INTEGER; available_at TIMESTAMP; ");
}

TEST_F(TrainingExportTest, FilesAreDueAsTheyGrow) {
  commit(some_rows(btc_5m, 0, 100), day_zero);
  EXPECT_EQ(publish(day_zero).files, 3);
  EXPECT_EQ(publish(day_zero).files, 0);
  commit(some_rows(btc_5m, 100, 9), day_zero + seconds(1));
  EXPECT_EQ(publish(day_zero + seconds(2)).files, 0);  // 9 %
  EXPECT_EQ(publish(day_zero + seconds(2)).pending, 3);
  commit(some_rows(btc_5m, 109, 1), day_zero + seconds(2));
  EXPECT_EQ(publish(day_zero + seconds(2)).files, 3);  // 10 %
  commit(some_rows(btc_5m, 110, 1), day_zero + minutes(1));
  EXPECT_EQ(publish(day_zero + minutes(15)).files, 0);
  EXPECT_EQ(publish(day_zero + minutes(16)).files, 3);  // 15 minutes old
  commit(some_rows(btc_5m, 111, 1), day_zero + hours(23));
  EXPECT_EQ(publish(day_zero + hours(23)).files, 0);
  EXPECT_EQ(publish(day_zero + hours(24)).files, 3);  // the day is over
  commit(some_rows(btc_5m, 112, 1), day_zero + hours(24));
  EXPECT_EQ(publish(day_zero + hours(24), Publish::all).files, 3);
  EXPECT_EQ(json_elements(signals_file()), 113);
}

TEST_F(TrainingExportTest, RebuildsFromTheDatabase) {
  commit(some_rows(btc_5m, 0, 600), day_zero);
  commit(some_rows(eth_5m, 0, 10), day_zero);
  publish(day_zero, Publish::all);
  std::string before = read_text(signals_file());
  for (const char* folder : {"signals", "ohlcv", "clustering"})
    std::filesystem::remove_all(dir() / folder);
  open();
  Result<PublishReport> report = export_->rebuild(day_zero);
  ASSERT_OK(report);
  EXPECT_EQ(report->files, 10);
  EXPECT_EQ(read_text(signals_file()), before);
  EXPECT_TRUE(std::filesystem::exists(dir() / "ohlcv" / "kucoinfutures_ETHUSDT-USDT_5m.parquet"));
}

TEST_F(TrainingExportTest, ParquetNeverShrinks) {
  commit(some_rows(btc_5m, 0, 50), day_zero);
  publish(day_zero);
  store_->close().value();
  std::filesystem::remove(dir() / "scanner.duckdb");
  open();
  commit(some_rows(btc_5m, 45, 10), day_zero);
  publish(day_zero);
  Result<std::vector<Candle>> candles = read_candle_file(candles_file(), Timeframe::m5);
  ASSERT_OK(candles);
  EXPECT_EQ(candles->size(), 55);
}

TEST_F(TrainingExportTest, LinksAreReplacedNotFollowed) {
  std::filesystem::path outside = temp_.path() / "outside";
  std::ofstream(outside) << "precious";
  std::filesystem::create_symlink(outside, signals_file());
  std::filesystem::create_symlink(outside, candles_file());
  std::filesystem::create_symlink(outside,
                                  dir() / "signals" / ".tmp-binance_BTCUSDT_2025-10-24.json");
  std::filesystem::create_symlink(outside, dir() / "ohlcv" / ".tmp-binance_BTCUSDT_5m.parquet");
  commit(some_rows(btc_5m, 0, 5), day_zero);
  publish(day_zero);
  EXPECT_EQ(read_text(outside), "precious");
  EXPECT_FALSE(std::filesystem::is_symlink(signals_file()));
  EXPECT_FALSE(std::filesystem::is_symlink(candles_file()));

  export_.reset();
  std::filesystem::remove_all(dir() / "signals");
  std::filesystem::create_directory_symlink(temp_.path(), dir() / "signals");
  EXPECT_EQ(TrainingExport::open(*store_, dir()).error().code, ErrorCode::io);
}

TEST_F(TrainingExportTest, AFailureLeavesTheFileDue) {
  commit(some_rows(btc_5m, 0, 5), day_zero);
  std::filesystem::create_directories(candles_file() / "in the way");
  Result<PublishReport> report = export_->publish(day_zero, Publish::all);
  ASSERT_OK(report);
  EXPECT_EQ(report->failed, 3);
  EXPECT_GT(report->pending, 0);
  EXPECT_FALSE(report->first_failure.empty());
  std::filesystem::remove_all(candles_file());
  EXPECT_EQ(publish(day_zero, Publish::all).files, 3);
  EXPECT_OK(read_candle_file(candles_file(), Timeframe::m5));
}

TEST_F(TrainingExportTest, LeftoversOfACrashAreRemoved) {
  std::ofstream(dir() / "signals" / ".tmp-half.json") << "[";
  open();
  EXPECT_FALSE(std::filesystem::exists(dir() / "signals" / ".tmp-half.json"));
}

TEST_F(TrainingExportTest, EveryFileIsValidWheneverItIsRead) {
  commit(some_rows(btc_5m, 0, 1), day_zero);
  publish(day_zero);
  std::atomic<bool> stop = false;
  std::thread worker([&] {
    while (!stop)
      EXPECT_OK(export_->publish(day_zero, Publish::all));
  });
  std::int64_t before = 0;
  for (int i = 0; i < 25; ++i) {
    commit(some_rows(btc_5m, 1 + i, 1), day_zero);
    std::int64_t size = json_elements(signals_file());
    EXPECT_GE(size, before);
    before = size;
    EXPECT_OK(read_candle_file(candles_file(), Timeframe::m5));
  }
  stop = true;
  worker.join();
  publish(day_zero, Publish::all);
  EXPECT_EQ(json_elements(signals_file()), 26);
}

TEST_F(TrainingExportTest, ManyDaysAtOnce) {
  SeriesName daily{"binance", "BTC/USDT", Timeframe::d1};
  commit(some_rows(daily, -400, 401), day_zero);
  EXPECT_EQ(publish(day_zero, Publish::all).files, 803);
  EXPECT_EQ(json_elements(signals_file()), 1);
  EXPECT_EQ(json_value(dir() / "manifest.json", "$.files.clustering"), "401");
}

}  // namespace
}  // namespace cscan
