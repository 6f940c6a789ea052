// What an exchange may say about a candle, in every order, and when the candle counts as final.
// Candles are 5 minutes long, candle 0 opens at noon; settle delay and grace are 5 s each.

#include "series/candle_builder.hpp"

#include <gtest/gtest.h>

namespace cscan {
namespace {

constexpr SettleRule rule{seconds(5), seconds(5)};
constexpr Timestamp noon = Timestamp{} + days(20'000) + hours(12);
constexpr Timestamp open_of(std::int64_t n) { return noon + minutes(5 * n); }
constexpr Timestamp close_of(std::int64_t n) { return open_of(n + 1); }

Candle candle(std::int64_t n, double close) {
  return {open_of(n), 100, std::max(100.0, close), std::min(100.0, close), close, 10};
}

class CandleBuilderTest : public testing::Test {
 protected:
  void say(CandleState state, const Candle& values, Timestamp received) {
    CandleUpdate update{{}, Timeframe::m5, values, received, received};
    update.candle.state = state;
    builder_.on_update(update, rule, settled_);
  }
  void forming(std::int64_t n, double close, Timestamp received) {
    say(CandleState::forming, candle(n, close), received);
  }
  void flag(std::int64_t n, double close, Timestamp received) {
    say(CandleState::closed_provisional, candle(n, close), received);
  }
  void query(std::int64_t n, double close, Timestamp received) {
    say(CandleState::final, candle(n, close), received);
  }
  /// Open indices of what has settled since the last call, after the clock reached `now`.
  std::vector<std::int64_t> settled_by(Timestamp now) {
    builder_.on_clock(now, settled_);
    std::vector<std::int64_t> result;
    for (const Candle& c : settled_)
      result.push_back((c.open_time - noon) / minutes(5));
    last_ = settled_.empty() ? Candle{} : settled_.back();
    settled_.clear();
    return result;
  }

  using Indices = std::vector<std::int64_t>;
  CandleBuilder builder_{Timeframe::m5};
  std::vector<Candle> settled_;
  Candle last_;
};

TEST_F(CandleBuilderTest, AFlaggedCandleSettlesAfterTheDelayAndOnlyOnce) {
  forming(0, 101, open_of(0) + seconds(1));
  forming(0, 102, open_of(0) + seconds(9));
  ASSERT_TRUE(builder_.forming());
  EXPECT_EQ(builder_.forming()->close, 102);
  flag(0, 103, close_of(0) + milliseconds(200));
  EXPECT_EQ(settled_by(close_of(0) + milliseconds(5'199)), Indices{});
  EXPECT_EQ(settled_by(close_of(0) + milliseconds(5'200)), Indices{0});
  EXPECT_EQ(last_.close, 103);
  EXPECT_EQ(last_.state, CandleState::final);
  EXPECT_EQ(settled_by(close_of(0) + minutes(1)), Indices{});
}

TEST_F(CandleBuilderTest, AFlagFromAFastExchangeClockStillWaitsForTheClose) {
  flag(0, 103, close_of(0) - seconds(2));
  EXPECT_EQ(settled_by(close_of(0) + milliseconds(4'999)), Indices{});
  EXPECT_EQ(settled_by(close_of(0) + seconds(5)), Indices{0});
}

TEST_F(CandleBuilderTest, FormingUpdatesAfterTheFlagAreIgnored) {
  flag(0, 103, close_of(0));
  forming(0, 999, close_of(0) + seconds(1));
  EXPECT_FALSE(builder_.forming());
  EXPECT_EQ(settled_by(close_of(0) + seconds(5)), Indices{0});
  EXPECT_EQ(last_.close, 103);
  forming(0, 999, close_of(0) + seconds(6));
  EXPECT_FALSE(builder_.forming());
  EXPECT_EQ(settled_by(close_of(0) + minutes(4)), Indices{});
}

TEST_F(CandleBuilderTest, ARepeatedFlagCorrectsTheValuesAndSettlesOnce) {
  flag(0, 103, close_of(0));
  flag(0, 104, close_of(0) + seconds(3));
  EXPECT_EQ(settled_by(close_of(0) + seconds(9)), Indices{0});
  EXPECT_EQ(last_.close, 104);
}

TEST_F(CandleBuilderTest, ASuccessorWithoutFlagMakesACandleProvisionalNeverFinal) {
  forming(0, 101, close_of(0) - seconds(1));
  forming(1, 105, open_of(1) + seconds(1));
  ASSERT_TRUE(builder_.forming());
  EXPECT_EQ(builder_.forming()->open_time, open_of(1));
  EXPECT_EQ(settled_by(close_of(0) + minutes(4)), Indices{});
  EXPECT_EQ(builder_.take_request(close_of(0) + minutes(4), rule), open_of(0));
}

TEST_F(CandleBuilderTest, ALateFlagAfterTheSuccessorSettlesTheCandle) {
  forming(0, 101, close_of(0) - seconds(1));
  forming(1, 105, open_of(1) + seconds(1));
  flag(0, 102, open_of(1) + seconds(2));
  EXPECT_EQ(settled_by(open_of(1) + seconds(6)), Indices{});
  EXPECT_EQ(settled_by(open_of(1) + seconds(7)), Indices{0});
  EXPECT_EQ(last_.close, 102);
  ASSERT_TRUE(builder_.forming());
  EXPECT_EQ(builder_.forming()->close, 105);
}

TEST_F(CandleBuilderTest, AnOutOfOrderFormingUpdateDoesNotMoveTheFormingCandleBack) {
  forming(1, 105, open_of(1) + seconds(1));
  forming(0, 101, open_of(1) + seconds(2));
  ASSERT_TRUE(builder_.forming());
  EXPECT_EQ(builder_.forming()->open_time, open_of(1));
}

TEST_F(CandleBuilderTest, FlagsThatComeInTheWrongOrderSettleOldestFirst) {
  forming(0, 101, open_of(0) + seconds(1));
  flag(1, 105, close_of(1));
  flag(0, 102, close_of(1) + seconds(1));
  EXPECT_EQ(settled_by(close_of(1) + seconds(20)), (Indices{0, 1}));
}

TEST_F(CandleBuilderTest, AQueryAfterTheCloseSettlesAtOnceAndFreesItsSuccessor) {
  forming(0, 101, close_of(0) - seconds(1));
  forming(1, 105, open_of(1) + seconds(1));
  flag(1, 106, close_of(1));
  EXPECT_EQ(settled_by(close_of(1) + seconds(5)), Indices{});  // 0 has no flag and is in the way
  query(0, 102, close_of(1) + seconds(6));
  EXPECT_EQ(settled_by(close_of(1) + seconds(6)), (Indices{0, 1}));
}

TEST_F(CandleBuilderTest, NoTradeFromAQueryKeepsItsState) {
  say(CandleState::no_trade, flat_candle(open_of(0), 100), close_of(0) + seconds(11));
  EXPECT_EQ(settled_by(close_of(0) + seconds(11)), Indices{0});
  EXPECT_EQ(last_.state, CandleState::no_trade);
}

TEST_F(CandleBuilderTest, AnotherFlagForASettledCandleIsPassedOnForTheSeriesToJudge) {
  flag(0, 103, close_of(0));
  EXPECT_EQ(settled_by(close_of(0) + seconds(5)), Indices{0});
  flag(0, 103.5, close_of(0) + minutes(1));
  EXPECT_EQ(settled_by(close_of(0) + minutes(1)), Indices{0});
  EXPECT_EQ(last_.close, 103.5);
  EXPECT_EQ(last_.state, CandleState::final);
}

TEST_F(CandleBuilderTest, AnOverdueCandleIsAskedForAfterDelayAndGraceAndNotTooOften) {
  EXPECT_FALSE(builder_.take_request(close_of(9), rule));  // no news: nothing to be overdue
  forming(0, 101, open_of(0) + seconds(1));
  Timestamp due = close_of(0) + seconds(10);
  EXPECT_FALSE(builder_.take_request(due - milliseconds(1), rule));
  EXPECT_EQ(builder_.take_request(due, rule), open_of(0));
  EXPECT_FALSE(builder_.take_request(due + milliseconds(1), rule));
  EXPECT_FALSE(builder_.take_request(due + seconds(10), rule));
  EXPECT_EQ(builder_.take_request(due + seconds(11), rule), open_of(0));
  query(0, 101, due + seconds(12));
  EXPECT_FALSE(builder_.take_request(due + seconds(30), rule));
  EXPECT_EQ(builder_.take_request(close_of(1) + seconds(10), rule), open_of(1));
}

TEST_F(CandleBuilderTest, AMissingCandleIsAskedForEvenAfterLaterOnesSettled) {
  query(0, 100, close_of(0) + seconds(1));
  flag(2, 105, close_of(2));  // 1 never came
  EXPECT_EQ(settled_by(close_of(2) + seconds(5)), (Indices{0, 2}));
  EXPECT_EQ(builder_.take_request(close_of(2) + seconds(30), rule), open_of(1));
}

TEST_F(CandleBuilderTest, LoadedHistoryEndsTheWaitingForWhatItCovers) {
  forming(0, 101, open_of(0) + seconds(1));
  forming(2, 105, open_of(2) + seconds(1));
  builder_.on_history(open_of(0), open_of(2));
  ASSERT_TRUE(builder_.forming());
  EXPECT_EQ(builder_.forming()->open_time, open_of(2));
  EXPECT_FALSE(builder_.take_request(open_of(2) + minutes(4), rule));
  builder_.on_history(open_of(0), open_of(3));
  EXPECT_FALSE(builder_.forming());
  builder_.on_history(open_of(0), open_of(1));  // never back
  EXPECT_EQ(builder_.take_request(close_of(3) + seconds(10), rule), open_of(3));
}

TEST_F(CandleBuilderTest, ProvisionalCandlesAreBoundedAndTheNewestStillSettle) {
  for (std::int64_t n = 0; n < 100; ++n)
    forming(n, 101, open_of(n) + seconds(1));
  for (std::int64_t n = 95; n < 100; ++n)
    query(n, 102, close_of(100));
  EXPECT_EQ(settled_by(close_of(100)), (Indices{95, 96, 97, 98, 99}));
}

}  // namespace
}  // namespace cscan
