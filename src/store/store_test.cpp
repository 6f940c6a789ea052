#include "store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "store/store_fixture.hpp"

namespace cscan {
namespace {

using namespace store_test;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    store_.reset();
    Result<std::unique_ptr<Store>> store = Store::open(dir_.path() / "deep" / "data");
    ASSERT_OK(store);
    store_ = std::move(*store);
  }
  CommitReport commit(const StoreBatch& batch) {
    Result<CommitReport> report = store_->commit(batch);
    EXPECT_OK(report);
    return report.value_or(CommitReport{});
  }

  TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, KeepsRowsAcrossReopening) {
  StoreBatch batch;
  for (int i = 0; i < 10; ++i) {
    batch.candles.push_back(make_candle(btc_5m, day_zero + minutes(5 * i), 100 + i));
    batch.signals.push_back(make_signal(btc_5m, day_zero + minutes(5 * i), points(40 + i)));
  }
  CommitReport report = commit(batch);
  EXPECT_EQ(report.candles_written, 10);
  EXPECT_EQ(report.signals_written, 10);
  EXPECT_EQ(report.rows_written, 30);  // a cluster row each
  ASSERT_OK(store_->close());
  open();

  Result<std::vector<Candle>> candles = store_->newest_candles(btc_5m, 3);
  ASSERT_OK(candles);
  ASSERT_EQ(candles->size(), 3);
  EXPECT_EQ(candles->back(), batch.candles.back().candle);
  EXPECT_EQ(candles->front(), batch.candles[7].candle);
  Result<StoredSignal> signal = store_->signal(batch.signals[4].id);
  ASSERT_OK(signal);
  EXPECT_EQ(signal->body, batch.signals[4].body);
  EXPECT_EQ(signal->combined, points(44));
  EXPECT_EQ(signal->envelope.source, "synthetic");
  EXPECT_TRUE(signal->envelope.durable);
  EXPECT_EQ(store_->signal("none").error().code, ErrorCode::not_found);
}

TEST_F(StoreTest, WhatIsStoredWins) {
  StoreBatch batch;
  batch.candles = {make_candle(btc_5m, day_zero, 101), make_candle(btc_5m, day_zero + minutes(5))};
  batch.signals = {make_signal(btc_5m, day_zero), make_signal(btc_5m, day_zero + minutes(5))};
  commit(batch);

  StoreBatch again = batch;
  again.candles[0].candle.close = 102;
  again.signals[0].body.insert(1, " ");
  again.candles.push_back(make_candle(btc_5m, day_zero + minutes(10)));
  CommitReport report = commit(again);
  EXPECT_EQ(report.candles_different, 1);
  EXPECT_EQ(report.candles_equal, 1);
  EXPECT_EQ(report.candles_written, 1);
  EXPECT_EQ(report.signals_different, 1);
  EXPECT_EQ(report.signals_equal, 1);
  EXPECT_EQ(report.signals_written, 0);
  EXPECT_EQ(report.rows_written, 1);
  EXPECT_EQ((*store_->newest_candles(btc_5m, 10))[0].close, 101);
  EXPECT_EQ(store_->signal(batch.signals[0].id)->body, batch.signals[0].body);
}

TEST_F(StoreTest, WhatComesFirstInABatchWins) {
  StoreBatch batch;
  batch.candles = {make_candle(btc_5m, day_zero, 101), make_candle(btc_5m, day_zero, 102),
                   make_candle(btc_5m, day_zero, 101)};
  batch.signals = {make_signal(btc_5m, day_zero), make_signal(btc_5m, day_zero)};
  batch.signals[1].body += ' ';
  CommitReport report = commit(batch);
  EXPECT_EQ(report.candles_written, 1);
  EXPECT_EQ(report.candles_different, 1);
  EXPECT_EQ(report.candles_equal, 1);
  EXPECT_EQ(report.signals_written, 1);
  EXPECT_EQ(report.signals_different, 1);
  EXPECT_EQ((*store_->newest_candles(btc_5m, 10))[0].close, 101);
}

TEST_F(StoreTest, KeepsBothRevisionsAndServesTheNewest) {
  StoreBatch batch;
  batch.candles = {make_candle(btc_5m, day_zero, 101), make_candle(btc_5m, day_zero, 102, 1),
                   make_candle(btc_5m, day_zero + minutes(5), 103)};
  batch.signals = {make_signal(btc_5m, day_zero, points(50), 0),
                   make_signal(btc_5m, day_zero, points(70), 1)};
  commit(batch);
  Result<std::vector<Candle>> candles = store_->newest_candles(btc_5m, 10);
  ASSERT_OK(candles);
  ASSERT_EQ(candles->size(), 2);
  EXPECT_EQ((*candles)[0].close, 102);
  EXPECT_EQ((*candles)[0].state, CandleState::revised);
  EXPECT_EQ(store_->counts()->candles, 3);

  SignalQuery query;
  Result<SignalPage> page = store_->signals(query);
  ASSERT_OK(page);
  ASSERT_EQ(page->signals.size(), 1);
  EXPECT_EQ(page->total, 1);
  EXPECT_EQ(page->signals[0].revision, 1);
  query.revisions = Revisions::all;
  EXPECT_EQ(store_->signals(query)->total, 2);
  EXPECT_EQ(store_->latest_signals()->at(0).revision, 1);
}

TEST_F(StoreTest, WhatWasSaidBeforeAHoleWasExplainedIsKeptButNoLongerShown) {
  StoreBatch batch;
  batch.signals = {make_signal(btc_5m, day_zero, points(50), 0, 3),
                   make_signal(btc_5m, day_zero + minutes(5), points(55), 0, 2)};
  commit(batch);
  EXPECT_EQ(store_->signals({})->total, 2) << "nothing better is known yet";
  batch.signals = {make_signal(btc_5m, day_zero, points(70), 0, 0),
                   make_signal(btc_5m, day_zero, points(60), 0, 1)};
  EXPECT_EQ(commit(batch).signals_written, 2);
  Result<SignalPage> page = store_->signals({});
  ASSERT_OK(page);
  EXPECT_EQ(page->total, 2);
  ASSERT_EQ(page->signals.size(), 2);
  EXPECT_EQ(page->signals[0].combined, points(70));
  EXPECT_EQ(page->signals[0].unknown_n, 0);
  EXPECT_EQ(page->signals[1].unknown_n, 2);
  SignalQuery all;
  all.revisions = Revisions::all;
  EXPECT_EQ(store_->signals(all)->total, 4);
}

TEST_F(StoreTest, GivesEachSeriesItsNewestCandles) {
  StoreBatch batch;
  for (std::int64_t i = 0; i < 10; ++i)
    batch.candles.push_back(make_candle(btc_5m, day_zero + minutes(5 * i), 101));
  batch.candles.push_back(make_candle(btc_5m, day_zero + minutes(40), 107, 1));
  for (std::int64_t i = 0; i < 4; ++i)
    batch.candles.push_back(make_candle(btc_1h, day_zero - hours(i), 101));
  batch.candles.push_back(make_candle(eth_5m, day_zero - days(3), 101));
  commit(batch);
  std::map<SeriesName, std::vector<Candle>> got;
  ASSERT_OK(store_->each_recent_series(
      day_zero + minutes(50), 3, [&](const SeriesName& series, std::vector<Candle> candles) {
        EXPECT_TRUE(got.emplace(series, std::move(candles)).second) << "once each";
      }));
  EXPECT_EQ(got.size(), 2) << "one series has nothing that recent";
  ASSERT_EQ(got.at(btc_5m).size(), 3);
  EXPECT_EQ(got.at(btc_5m)[0].open_time, day_zero + minutes(35));
  EXPECT_EQ(got.at(btc_5m)[1].revision, 1);
  EXPECT_EQ(got.at(btc_5m)[1].close, 107);
  ASSERT_EQ(got.at(btc_1h).size(), 3);
  EXPECT_EQ(got.at(btc_1h).back().open_time, day_zero);
}

TEST_F(StoreTest, HoldsTheDataOfOneSourceOnly) {
  ASSERT_OK(store_->claim("live"));
  ASSERT_OK(store_->claim("live"));
  open();
  Status demo = store_->claim("synthetic (seed 42)");
  ASSERT_FALSE(demo);
  EXPECT_EQ(demo.error().code, ErrorCode::conflict);
  EXPECT_THAT(demo.error().message, ::testing::HasSubstr("it holds live data"));
  EXPECT_THAT(demo.error().message, ::testing::HasSubstr("--data-dir"));
  ASSERT_OK(store_->claim("live"));
}

TEST_F(StoreTest, BringsADatabaseOfTheFirstVersionUpToDate) {
  commit({{make_candle(btc_5m, day_zero)}, {make_signal(btc_5m, day_zero)}});
  {
    Result<Connection> connection = store_->connect();
    ASSERT_OK(connection);
    ASSERT_OK(
        connection->execute("ALTER TABLE signals DROP COLUMN unknown_n; DROP TABLE source; "
                            "UPDATE meta SET value = 1 WHERE key = 'schema_version'"));
  }
  ASSERT_OK(store_->close());
  open();
  EXPECT_EQ(store_->signals({})->total, 1);
  commit({{}, {make_signal(btc_5m, day_zero + minutes(5), points(50), 0, 7)}});
  EXPECT_EQ(store_->signals({})->total, 2);
}

TEST_F(StoreTest, KeepsEveryPreviewApart) {
  StoreBatch batch;
  batch.signals = {make_preview(btc_5m, day_zero, day_zero + seconds(30)),
                   make_preview(btc_5m, day_zero, day_zero + seconds(60)),
                   make_preview(btc_5m, day_zero, day_zero + seconds(60)),
                   make_signal(btc_5m, day_zero)};
  EXPECT_EQ(commit(batch).signals_written, 3);
  EXPECT_EQ(commit(batch).signals_equal, 4);
  Result<StoreCounts> counts = store_->counts();
  ASSERT_OK(counts);
  EXPECT_EQ(counts->signals, 1);
  EXPECT_EQ(counts->previews, 2);
  EXPECT_EQ(counts->clusters, 1);
  SignalQuery query;
  EXPECT_EQ(store_->signals(query)->total, 1);
  query.previews = Previews::include;
  EXPECT_EQ(store_->signals(query)->total, 3);
}

TEST_F(StoreTest, ReportsWhatIsNewBySeriesAndDay) {
  StoreBatch batch;
  batch.candles = {make_candle(btc_5m, day_zero), make_candle(btc_5m, day_zero + days(1)),
                   make_candle(eth_5m, day_zero)};
  batch.signals = {make_signal(btc_5m, day_zero), make_preview(btc_5m, day_zero, day_zero)};
  CommitReport report = commit(batch);
  ASSERT_EQ(report.written.size(), 4);
  EXPECT_EQ(report.written[0].day, day_zero);
  EXPECT_EQ(report.written[0].candles, 1);
  EXPECT_EQ(report.written[3].signals, 1);
  EXPECT_TRUE(commit(batch).written.empty());
}

TEST_F(StoreTest, CandlesByTimeKeepTheNewestOfTooMany) {
  StoreBatch batch;
  for (int i = 0; i < 20; ++i)
    batch.candles.push_back(make_candle(btc_5m, day_zero + minutes(5 * i)));
  batch.candles.push_back(make_candle(btc_1h, day_zero));
  commit(batch);
  Result<std::vector<Candle>> candles =
      store_->candles(btc_5m, day_zero + minutes(5), day_zero + minutes(50), 4);
  ASSERT_OK(candles);
  ASSERT_EQ(candles->size(), 4);
  EXPECT_EQ(candles->front().open_time, day_zero + minutes(30));
  EXPECT_EQ(candles->back().open_time, day_zero + minutes(45));
}

TEST_F(StoreTest, LatestSignalsAndInstruments) {
  StoreBatch batch;
  for (const SeriesName& series : {btc_5m, btc_1h, eth_5m})
    for (int i = 0; i < 5; ++i)
      batch.signals.push_back(make_signal(series, day_zero + length(series.timeframe) * i));
  batch.candles = {make_candle({"binance", "ADA/USDT", Timeframe::m5}, day_zero)};
  commit(batch);
  Result<std::vector<StoredSignal>> latest = store_->latest_signals();
  ASSERT_OK(latest);
  ASSERT_EQ(latest->size(), 3);
  EXPECT_EQ((*latest)[0].timeframe, Timeframe::m5);
  EXPECT_EQ((*latest)[1].timeframe, Timeframe::h1);
  EXPECT_EQ((*latest)[2].exchange, "kucoinfutures");
  EXPECT_EQ((*latest)[1].open_time, day_zero + hours(4));
  Result<std::vector<MarketName>> markets = store_->instruments();
  ASSERT_OK(markets);
  EXPECT_EQ(*markets, (std::vector<MarketName>{{"binance", "ADA/USDT"},
                                               {"binance", "BTC/USDT"},
                                               {"kucoinfutures", "ETH/USDT:USDT"}}));
}

TEST_F(StoreTest, FileNamesAreStableAcrossReopening) {
  EXPECT_EQ(store_->file_stem({"binance", "ABC/USDT"}), "binance_ABCUSDT");
  EXPECT_EQ(store_->file_stem({"binance", "A/BCUSDT"}), "binance_A%2FBCUSDT");
  EXPECT_FALSE(store_->file_stem({"binance", "nonsense"}));
  open();
  EXPECT_EQ(store_->file_stem({"binance", "A/BCUSDT"}), "binance_A%2FBCUSDT");
  EXPECT_EQ(store_->file_stem({"binance", "ABC/USDT"}), "binance_ABCUSDT");
}

TEST_F(StoreTest, ReadersRunBesideTheWriter) {
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> seen = 0;
  std::thread reader([&] {
    SignalQuery query;
    query.sort = SignalSort::time;
    while (!stop) {
      Result<SignalPage> page = store_->signals(query);
      ASSERT_OK(page);
      ASSERT_GE(page->total, seen.load());
      seen = page->total;
      ASSERT_OK(store_->file_stem({"binance", "BTC/USDT"}));
    }
  });
  for (int i = 0; i < 40; ++i) {
    StoreBatch batch;
    for (int k = 0; k < 25; ++k)
      batch.signals.push_back(make_signal(btc_5m, day_zero + minutes(5 * (25 * i + k))));
    commit(batch);
    if (i % 10 == 9) {
      EXPECT_OK(store_->checkpoint());
    }
  }
  stop = true;
  reader.join();
  EXPECT_EQ(store_->counts()->signals, 1000);
}

TEST_F(StoreTest, AClosedStoreSaysSo) {
  ASSERT_OK(store_->close());
  EXPECT_EQ(store_->commit({}).error().code, ErrorCode::unavailable);
  EXPECT_EQ(store_->counts().error().code, ErrorCode::unavailable);
  EXPECT_OK(store_->close());
}

}  // namespace
}  // namespace cscan
