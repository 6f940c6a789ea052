#include "store/parquet_candles.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "store/store_fixture.hpp"

namespace cscan {
namespace {

using namespace store_test;

class ParquetCandlesTest : public testing::Test {
 protected:
  ParquetCandlesTest() : connection_(std::move(*Database::in_memory()->connect())) {}

  /// Writes the rows of an SQL text as a Parquet file.
  std::filesystem::path write(const std::string& sql, const std::string& name = "x.parquet") {
    std::filesystem::path path = dir_.path() / name;
    Status status = connection_.execute("COPY (" + sql + ") TO " + sql_literal(path.string()) +
                                        " (FORMAT parquet)");
    EXPECT_OK(status);
    return path;
  }
  static std::string rows_sql(const std::string& time, int count = 10) {
    return "SELECT " + time +
           ", 100.0 AS open, 110.0 AS high, 90.0 AS low, 101.0 AS close, "
           "5.5 AS volume FROM range(" +
           std::to_string(count) + ") t(i)";
  }
  void expect_corrupt(const std::filesystem::path& path, const std::string& part) {
    Result<std::vector<Candle>> candles = read_candle_file(path, Timeframe::m5);
    ASSERT_FALSE(candles) << part;
    EXPECT_EQ(candles.error().code, ErrorCode::corrupt);
    EXPECT_NE(candles.error().message.find(path.string()), std::string::npos);
    EXPECT_NE(candles.error().message.find(part), std::string::npos) << candles.error().message;
  }

  TempDir dir_;
  Connection connection_;
};

TEST_F(ParquetCandlesTest, ReadsEveryFormOfTime) {
  for (const char* time : {"(1761264000000 + 300000 * i)::BIGINT AS timestamp_ms",
                           "1761264000000 + 300000 * i AS timestamp",
                           "epoch_ms(1761264000000 + 300000 * i) AS timestamp",
                           "epoch_ms(1761264000000 + 300000 * i)::TIMESTAMP_MS AS timestamp",
                           "epoch_ms(1761264000000 + 300000 * i)::TIMESTAMP_NS AS timestamp",
                           "epoch_ms(1761264000000 + 300000 * i)::TIMESTAMPTZ AS timestamp"}) {
    Result<std::vector<Candle>> candles = read_candle_file(write(rows_sql(time)), Timeframe::m5);
    ASSERT_TRUE(candles) << time << ": " << candles.error().message;
    ASSERT_EQ(candles->size(), 10);
    EXPECT_EQ((*candles)[1].open_time, day_zero + minutes(5)) << time;
    EXPECT_EQ((*candles)[1].close, 101);
    EXPECT_EQ((*candles)[1].state, CandleState::final);
  }
  Result<std::vector<Candle>> daily = read_candle_file(
      write(rows_sql("(DATE '2025-10-24' + i::INTEGER) AS timestamp")), Timeframe::d1);
  ASSERT_OK(daily);
  EXPECT_EQ((*daily)[1].open_time, day_zero + days(1));
}

TEST_F(ParquetCandlesTest, ReadsOtherNumbersAndOptionalColumns) {
  Result<std::vector<Candle>> candles = read_candle_file(
      write("SELECT 1761264000000 AS timestamp_ms, 100::INTEGER AS open, 110.5::DECIMAL(10,2) AS "
            "high, 90::FLOAT AS low, 100.25::DECIMAL(30,4) AS close, 7::UBIGINT AS volume, "
            "2 AS revision, 'revised' AS state, 'more' AS more"),
      Timeframe::m5);
  ASSERT_OK(candles);
  EXPECT_EQ((*candles)[0], (Candle{day_zero, 100, 110.5, 90, 100.25, 7, 2, CandleState::revised}));
}

TEST_F(ParquetCandlesTest, SaysWhatIsWrongAndWhere) {
  const std::string grid = "1761264000000 + 300000 * i AS timestamp_ms";
  expect_corrupt(write("SELECT 1 AS a"), "timestamp_ms or timestamp");
  expect_corrupt(write("SELECT 'x' AS timestamp, 1 AS open"), "neither a time");
  expect_corrupt(write("SELECT 1761264000000 AS timestamp_ms, 1.0 AS open, 1.0 AS high, 1.0 AS "
                       "low, 1.0 AS close"),
                 "no column volume");
  expect_corrupt(write("SELECT 1761264000000 AS timestamp_ms, 'a' AS open, 1.0 AS high, 1.0 AS "
                       "low, 1.0 AS close, 1.0 AS volume"),
                 "column open is not a number");
  expect_corrupt(write(rows_sql("1761264000000 + 300000 * i + (i // 5) AS timestamp_ms")),
                 "column timestamp, row 6");
  expect_corrupt(write(rows_sql("1761264000000 + 300000 * (i // 2) AS timestamp_ms")),
                 "column timestamp, row 2");
  expect_corrupt(write(rows_sql("1761264000000 - 300000 * i AS timestamp_ms")),
                 "column timestamp, row 2");
  expect_corrupt(write(rows_sql("CASE WHEN i = 3 THEN NULL ELSE 1761264000000 + 300000 * i END AS "
                                "timestamp_ms")),
                 "column timestamp, row 4");
  expect_corrupt(write(rows_sql("make_timestamp_ns(1761264000000000001) AS timestamp", 1)),
                 "column timestamp, row 1");
  expect_corrupt(write("SELECT * REPLACE (CASE WHEN timestamp_ms > 1761264000000 THEN 50.0 ELSE "
                       "high END AS high) FROM (" +
                       rows_sql(grid) + ")"),
                 "row 2: high and low");
  expect_corrupt(write("SELECT * REPLACE ('nan'::DOUBLE AS close) FROM (" + rows_sql(grid) + ")"),
                 "not finite");
  expect_corrupt(write("SELECT *, 'forming' AS state FROM (" + rows_sql(grid) + ")"),
                 "column state, row 1");
  expect_corrupt(write("SELECT *, -1 AS revision FROM (" + rows_sql(grid) + ")"),
                 "column revision, row 1");
  expect_corrupt(write(rows_sql("9223372036854775807 AS timestamp_ms", 1)), "column timestamp");
}

TEST_F(ParquetCandlesTest, MissingAndEmptyFiles) {
  EXPECT_EQ(read_candle_file(dir_.path() / "none", Timeframe::m5).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(read_candle_file(dir_.path(), Timeframe::m5).error().code, ErrorCode::io);
  std::ofstream(dir_.path() / "empty.parquet");
  expect_corrupt(dir_.path() / "empty.parquet", "empty");
  Result<std::vector<Candle>> none =
      read_candle_file(write(rows_sql("i AS timestamp_ms", 0)), Timeframe::m5);
  ASSERT_OK(none);
  EXPECT_TRUE(none->empty());
}

TEST_F(ParquetCandlesTest, DamageIsAnErrorOrCheckedRows) {
  std::filesystem::path path = write(rows_sql("1761264000000 + 300000 * i AS timestamp_ms", 5000));
  std::ifstream in(path, std::ios::binary);
  std::string whole{std::istreambuf_iterator<char>(in), {}};
  Result<CandleFileReader> reader = CandleFileReader::open();
  ASSERT_OK(reader);
  std::filesystem::path damaged_path = dir_.path() / "damaged.parquet";
  auto try_bytes = [&](const std::string& bytes, bool must_fail) {
    std::ofstream(damaged_path, std::ios::binary) << bytes;
    Result<std::vector<Candle>> candles = reader->read(damaged_path, Timeframe::m5);
    if (must_fail) {
      EXPECT_FALSE(candles);
    }
    if (!candles) {
      EXPECT_EQ(candles.error().code, ErrorCode::corrupt) << candles.error().message;
    }
  };
  for (std::size_t size : {std::size_t{1}, std::size_t{4}, std::size_t{12}, whole.size() / 2,
                           whole.size() - 8, whole.size() - 1})
    try_bytes(whole.substr(0, size), true);
  for (std::size_t at = 0; at < whole.size(); at += std::max<std::size_t>(whole.size() / 200, 1)) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x5a);
    try_bytes(flipped, false);
  }
  try_bytes(whole, false);
  EXPECT_OK(reader->read(damaged_path, Timeframe::m5));
}

TEST(CandleFileNames, AreRead) {
  EXPECT_EQ(parse_candle_file_name("/data/binance_BTCUSDT_5m.parquet"),
            (CandleFileName{{"binance", "BTC", "USDT", ""}, Timeframe::m5}));
  EXPECT_EQ(parse_candle_file_name("kucoinfutures_BTCUSDT-USDT_1d.parquet"),
            (CandleFileName{{"kucoinfutures", "BTC", "USDT", "USDT"}, Timeframe::d1}));
  EXPECT_EQ(parse_candle_file_name("binance_A%2FBCUSDT_1h.parquet"),
            (CandleFileName{{"binance", "A", "BCUSDT", ""}, Timeframe::h1}));
  for (const char* bad : {"binance_BTCUSDT_5m.csv", "binance_BTCUSDT_7m.parquet", "x.parquet",
                          "binance_BTCXXX_5m.parquet", "BTCUSDT_5m.parquet", ""})
    EXPECT_EQ(parse_candle_file_name(bad).error().code, ErrorCode::invalid_argument) << bad;
}

TEST_F(ParquetCandlesTest, ListsCandleFilesOnly) {
  EXPECT_EQ(list_candle_files(dir_.path()).error().code, ErrorCode::not_found);
  EXPECT_EQ(list_candle_files(dir_.path() / "none").error().code, ErrorCode::not_found);
  for (const char* name : {"binance_ETHUSDT_1h.parquet", "binance_BTCUSDT_1h.parquet",
                           "binance_BTCUSDT_5m.parquet", "notes.txt", "x.parquet"})
    std::ofstream(dir_.path() / name) << "x";
  std::filesystem::create_directory(dir_.path() / "binance_ADAUSDT_5m.parquet");
  std::filesystem::create_symlink("nowhere", dir_.path() / "binance_XRPUSDT_5m.parquet");
  Result<std::vector<CandleFile>> files = list_candle_files(dir_.path());
  ASSERT_OK(files);
  ASSERT_EQ(files->size(), 3);
  EXPECT_EQ((*files)[0].path.filename(), "binance_BTCUSDT_5m.parquet");
  EXPECT_EQ((*files)[1].path.filename(), "binance_BTCUSDT_1h.parquet");
}

/// Where recorded market data lies, if it does.
std::filesystem::path market_data() {
  if (const char* place = std::getenv("CSCAN_MARKET_DATA"))
    return place;
  for (std::filesystem::path up = std::filesystem::current_path(); up != up.root_path();
       up = up.parent_path())
    if (std::filesystem::exists(up / "shared/data/market"))
      return up / "shared/data/market";
  return "../shared/data/market";
}

/// For CI, which fails when a test that needs the recordings did not run.
void note_recorded_test_ran() {
  if (const char* log = std::getenv("CSCAN_RECORDED_LOG")) {
    const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
    std::ofstream(log, std::ios::app) << test->test_suite_name() << '.' << test->name() << '\n';
  }
}

TEST(RecordedCandles, EveryFileIsReadAndWhole) {
  std::filesystem::path root = market_data();
  if (!std::filesystem::exists(root))
    GTEST_SKIP() << root << " is not there; set CSCAN_MARKET_DATA to the recorded sets";
  note_recorded_test_ran();
  Result<CandleFileReader> reader = CandleFileReader::open();
  ASSERT_OK(reader);
  std::size_t files = 0;
  std::size_t rows = 0;
  for (const char* set : {"binance_2024", "kucoin_2023", "outage_2021", "long"}) {
    Result<std::vector<CandleFile>> list = list_candle_files(root / set);
    ASSERT_OK(list);
    for (const CandleFile& file : *list) {
      Result<std::vector<Candle>> candles = reader->read(file.path, file.name.timeframe);
      ASSERT_OK(candles);
      EXPECT_EQ(file.name.instrument.quote, "USDT");
      ++files;
      rows += candles->size();
    }
  }
  EXPECT_EQ(files, 228);
  EXPECT_EQ(rows, 1'277'198);
}

}  // namespace
}  // namespace cscan
