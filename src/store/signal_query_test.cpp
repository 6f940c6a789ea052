#include "store/signal_query.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>
#include <set>

#include "store/store.hpp"
#include "store/store_fixture.hpp"

namespace cscan {
namespace {

using namespace store_test;

TEST(Cursor, ReadsBackWhatItWrote) {
  EXPECT_TRUE(rc::check([](std::int64_t close, std::int64_t computed, bool by_score) {
    SignalCursor cursor{by_score ? SignalSort::score : SignalSort::time,
                        Score{*rc::gen::inRange(0, 10'001)}, Timestamp{close}, Timestamp{computed},
                        "0123456789abcdef"};
    RC_ASSERT((parse_cursor(format_cursor(cursor), cursor.sort) == cursor));
  }));
}

TEST(Cursor, AcceptsNothingElse) {
  std::string good = format_cursor({SignalSort::score, points(50), day_zero, day_zero, "abc"});
  ASSERT_TRUE(parse_cursor(good, SignalSort::score));
  for (std::string bad :
       {std::string(), std::string("s"), good + ".", good + " ", "x" + good, good.substr(1),
        std::string("s.050.1.1.a"), std::string("s.-1.1.1.a"), std::string("s.10001.1.1.a"),
        std::string("s.1.1.1.'; DROP"), std::string("s.1.99999999999999999999.1.a")}) {
    Result<SignalCursor> parsed = parse_cursor(bad, SignalSort::score);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(parse_cursor(good, SignalSort::time));
}

/// A store with many equal scores and times, previews among them.
class SignalQueryTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<Store>> store = Store::open(dir_.path());
    ASSERT_OK(store);
    store_ = std::move(*store);
    StoreBatch batch;
    for (const SeriesName& series : {btc_5m, btc_1h, eth_5m})
      for (int i = 0; i < 60; ++i)
        batch.signals.push_back(
            make_signal(series, day_zero + length(series.timeframe) * i, points(40 + i % 4 * 10)));
    for (int i = 0; i < 20; ++i)
      batch.signals.push_back(make_preview(btc_5m, day_zero, day_zero + seconds(i)));
    ASSERT_OK(store_->commit(batch));
  }

  TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(SignalQueryTest, CursorsVisitEveryRowOnceInOrder) {
  for (SignalSort sort : {SignalSort::score, SignalSort::time})
    for (std::int64_t limit : {3, 50, 500}) {
      SignalQuery query;
      query.sort = sort;
      query.limit = limit;
      query.previews = Previews::include;
      std::set<std::pair<std::string, Timestamp>> seen;
      std::optional<StoredSignal> before;
      do {
        Result<SignalPage> page = store_->signals(query);
        ASSERT_OK(page);
        EXPECT_EQ(page->total, 200);
        for (const StoredSignal& signal : page->signals) {
          EXPECT_TRUE(seen.emplace(signal.id, signal.envelope.computed_at).second);
          if (before && sort == SignalSort::score) {
            EXPECT_GE(before->combined, signal.combined);
          } else if (before) {
            EXPECT_GE(before->close_time, signal.close_time);
          }
          before = signal;
        }
        query.cursor = page->next_cursor;
      } while (!query.cursor.empty());
      EXPECT_EQ(seen.size(), 200);
    }
}

TEST_F(SignalQueryTest, FiltersNarrow) {
  SignalQuery query;
  query.limit = 500;
  EXPECT_EQ(store_->signals(query)->total, 180);
  query.markets = {{"binance", "BTC/USDT"}};
  EXPECT_EQ(store_->signals(query)->total, 120);
  query.markets.push_back({"kucoinfutures", "ETH/USDT:USDT"});
  query.markets.push_back({"kucoinfutures", "BTC/USDT"});
  EXPECT_EQ(store_->signals(query)->total, 180);
  query.timeframes = {Timeframe::h1};
  EXPECT_EQ(store_->signals(query)->total, 60);
  query.min_score = points(70);
  EXPECT_EQ(store_->signals(query)->total, 15);
  query.types = {SignalType::strong_buy, SignalType::strong_sell};
  query.direction = Direction::bullish;
  EXPECT_EQ(store_->signals(query)->total, 15);
  query.direction = Direction::bearish;
  EXPECT_EQ(store_->signals(query)->total, 0);
  query.direction.reset();
  query.since = day_zero + hours(8);  // the close of the candle at 7:00 that scored 70
  query.until = day_zero + hours(12);
  Result<SignalPage> page = store_->signals(query);
  ASSERT_OK(page);
  ASSERT_EQ(page->total, 1);
  EXPECT_EQ(page->signals[0].close_time, day_zero + hours(8));
}

TEST_F(SignalQueryTest, TimesBeyondAllDataAreFine) {
  SignalQuery query;
  query.sort = SignalSort::time;
  query.until = Timestamp{std::numeric_limits<std::int64_t>::min()};
  EXPECT_EQ(store_->signals(query)->signals.size(), 0);
  query.until = Timestamp{std::numeric_limits<std::int64_t>::max()};
  query.since = Timestamp{std::numeric_limits<std::int64_t>::min()};
  EXPECT_EQ(store_->signals(query)->signals.size(), 50);
}

TEST_F(SignalQueryTest, RejectsLimitsOutOfRange) {
  SignalQuery query;
  for (std::int64_t limit : {std::int64_t{0}, limits::signals_per_reply_max + 1}) {
    query.limit = limit;
    Result<SignalPage> page = store_->signals(query);
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace cscan
