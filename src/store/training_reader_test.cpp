#include "store/training_reader.hpp"

#include <gtest/gtest.h>

#include "store/store.hpp"
#include "store/store_fixture.hpp"

namespace cscan {
namespace {

using namespace store_test;

class TrainingReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<Store>> store = Store::open(dir_.path());
    ASSERT_OK(store);
    store_ = std::move(*store);
    StoreBatch batch;
    for (int i = 0; i < 24 * 90; ++i)
      add(batch, btc_1h, i);
    for (int i = 0; i < 100; ++i)
      if (i < 20 || i >= 30)
        add(batch, btc_5m, i);
    add(batch, eth_5m, 3);
    batch.candles.push_back(make_candle(btc_5m, day_zero, 105, 1));
    batch.signals.push_back(make_preview(btc_5m, day_zero, day_zero));
    ASSERT_OK(store_->commit(batch));
  }
  static void add(StoreBatch& batch, const SeriesName& series, int place) {
    Timestamp open_time = day_zero + length(series.timeframe) * place;
    batch.candles.push_back(make_candle(series, open_time));
    batch.signals.push_back(make_signal(series, open_time));
  }
  Result<TrainingReader> open(const TrainingQuery& query) {
    return TrainingReader::open(std::move(*store_->connect()), query);
  }

  TempDir dir_;
  std::unique_ptr<Store> store_;
  TrainingQuery query_{{{"kucoinfutures", "ETH/USDT:USDT"}, {"binance", "BTC/USDT"}},
                       {},
                       day_zero - days(3000),
                       day_zero + days(600)};
};

TEST_F(TrainingReaderTest, YieldsEverythingInOrder) {
  Result<TrainingReader> reader = open(query_);
  ASSERT_OK(reader);
  EXPECT_EQ(reader->summary().signals, 2251);
  EXPECT_EQ(reader->summary().candles, 2251);
  EXPECT_EQ(reader->summary().clusters, 2251);
  std::array<std::size_t, 3> counts{};
  std::size_t section = 0;
  std::optional<StoredSignal> before;
  while (true) {
    Result<std::optional<TrainingRow>> row = reader->next();
    ASSERT_OK(row);
    if (!*row)
      break;
    ASSERT_GE((*row)->index(), section);
    section = (*row)->index();
    ++counts[section];
    if (const auto* signal = std::get_if<StoredSignal>(&**row)) {
      EXPECT_FALSE(signal->is_preview);
      if (before && before->symbol == signal->symbol) {
        EXPECT_LT(std::pair(before->close_time, before->timeframe),
                  std::pair(signal->close_time, signal->timeframe));
      }
      before = *signal;
    }
  }
  EXPECT_EQ(counts, (std::array<std::size_t, 3>{2251, 2251, 2251}));
}

TEST_F(TrainingReaderTest, KeepsToItsQuery) {
  query_.markets = {{"binance", "BTC/USDT"}};
  query_.timeframes = {Timeframe::m5};
  query_.from = day_zero;
  query_.to = day_zero + minutes(25);
  query_.with_clusters = false;
  Result<TrainingReader> reader = open(query_);
  ASSERT_OK(reader);
  std::vector<double> closes;
  std::size_t signals = 0;
  while (true) {
    Result<std::optional<TrainingRow>> row = reader->next();
    ASSERT_OK(row);
    if (!*row)
      break;
    if (const auto* candle = std::get_if<StoredCandle>(&**row)) {
      EXPECT_EQ(candle->timeframe, Timeframe::m5);
      closes.push_back(candle->candle.close);
    } else {
      EXPECT_EQ(std::get<StoredSignal>(**row).timeframe, Timeframe::m5);
      ++signals;
    }
  }
  EXPECT_EQ(closes, (std::vector<double>{105, 101, 101, 101, 101}));
  EXPECT_EQ(signals, 4);  // closed before `to`
}

TEST_F(TrainingReaderTest, SummaryNamesGapsAndStates) {
  Result<Connection> connection = store_->connect();
  ASSERT_OK(connection);
  Result<TrainingSummary> summary = training_summary(*connection, query_);
  ASSERT_OK(summary);
  ASSERT_EQ(summary->series.size(), 3);
  const SeriesSummary& m5 = summary->series[0];
  EXPECT_EQ(m5.series, btc_5m);
  EXPECT_EQ(m5.candles, 90);
  EXPECT_EQ(m5.candles_final, 89);
  EXPECT_EQ(m5.candles_revised, 1);
  EXPECT_EQ(m5.missing, 10);
  ASSERT_EQ(m5.gaps.size(), 1);
  EXPECT_EQ(m5.gaps[0].from, day_zero + minutes(100));
  EXPECT_EQ(m5.gaps[0].to, day_zero + minutes(150));
  EXPECT_EQ(summary->series[1].missing, 0);
}

TEST_F(TrainingReaderTest, ReadsOneInstant) {
  Result<TrainingReader> reader = open(query_);
  ASSERT_OK(reader);
  StoreBatch later;
  add(later, btc_1h, 24 * 90 + 1);
  ASSERT_OK(store_->commit(later));
  std::size_t rows = 0;
  for (Result<std::optional<TrainingRow>> row = reader->next(); row && *row; row = reader->next())
    ++rows;
  EXPECT_EQ(rows, 3 * 2251);
}

TEST_F(TrainingReaderTest, NothingIsNothing) {
  for (const TrainingQuery& query :
       {TrainingQuery{}, TrainingQuery{{{"x", "A/B"}}, {}, day_zero, day_zero + days(1)},
        TrainingQuery{query_.markets, {}, day_zero + days(1), day_zero}}) {
    Result<TrainingReader> reader = open(query);
    ASSERT_OK(reader);
    Result<std::optional<TrainingRow>> row = reader->next();
    ASSERT_OK(row);
    EXPECT_FALSE(row->has_value());
  }
}

}  // namespace
}  // namespace cscan
