// Candles made of trades: what they hold, and which of them count as complete. Candles are 5
// minutes long, candle 0 opens at noon.

#include "series/trade_candles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cscan {
namespace {

using testing::ElementsAre;
using enum TradeOutcome;

constexpr Timestamp noon = Timestamp{} + days(20'000) + hours(12);
constexpr Timestamp open_of(std::int64_t n) { return noon + minutes(5 * n); }

class TradeCandlesTest : public testing::Test {
 protected:
  /// A trade in candle `n`, `at` after its opening.
  TradeOutcome trade(std::int64_t id, std::int64_t n, Duration at, double price,
                     double quantity = 1) {
    std::vector<Candle> out;
    TradeOutcome outcome = candles_.on_trade({id, price, quantity, open_of(n) + at}, out);
    for (const Candle& candle : out)
      (candle.state == CandleState::forming ? forming_ : closed_).push_back(candle);
    return outcome;
  }
  std::vector<std::int64_t> closed() const {
    std::vector<std::int64_t> indices;
    for (const Candle& candle : closed_)
      indices.push_back((candle.open_time - noon) / minutes(5));
    return indices;
  }

  TradeCandles candles_{Timeframe::m5};
  std::vector<Candle> forming_, closed_;
};

TEST_F(TradeCandlesTest, ACandleHoldsItsTradesAndTheirExactSum) {
  trade(7, 0, minutes(4), 50);
  trade(8, 1, Duration{}, 100, 0.1);
  trade(9, 1, seconds(1), 103, 0.2);
  trade(10, 1, seconds(1), 99, 0.3);
  trade(11, 1, milliseconds(299'999), 101, 0.4);
  EXPECT_EQ(forming_.back().volume, 1);
  EXPECT_EQ(forming_.size(), 5U);
  // (As doubles 0.1 + 0.2 is more than 0.3.)
  EXPECT_EQ(forming_[2], (Candle{open_of(1), 100, 103, 100, 103, 0.3, 0, CandleState::forming}));
  trade(12, 2, Duration{}, 70);
  EXPECT_THAT(closed_, ElementsAre(Candle{open_of(1), 100, 103, 99, 101, 1, 0,
                                          CandleState::closed_provisional}));
  EXPECT_EQ(forming_.back(), (Candle{open_of(2), 70, 70, 70, 70, 1, 0, CandleState::forming}));
}

TEST_F(TradeCandlesTest, TheFirstCandleMayHaveBegunUnseen) {
  EXPECT_EQ(trade(7, 0, Duration{}, 100), after_gap);
  EXPECT_EQ(trade(8, 1, Duration{}, 100), taken);
  EXPECT_THAT(closed(), ElementsAre());
  EXPECT_EQ(trade(9, 2, Duration{}, 100), taken);
  EXPECT_THAT(closed(), ElementsAre(1));
}

TEST_F(TradeCandlesTest, AGapInsideACandleSpoilsThatCandle) {
  trade(7, 0, Duration{}, 100);
  trade(8, 1, Duration{}, 100);
  EXPECT_EQ(trade(10, 1, seconds(9), 100), after_gap);
  trade(11, 1, seconds(10), 100);
  trade(12, 2, Duration{}, 100);
  EXPECT_THAT(closed(), ElementsAre());
  trade(13, 3, Duration{}, 100);
  EXPECT_THAT(closed(), ElementsAre(2));
}

TEST_F(TradeCandlesTest, AGapAtABoundarySpoilsBothCandles) {
  trade(7, 0, Duration{}, 100);
  trade(8, 1, Duration{}, 100);
  EXPECT_EQ(trade(10, 2, Duration{}, 100), after_gap);
  trade(11, 3, Duration{}, 100);
  EXPECT_THAT(closed(), ElementsAre());
  trade(12, 4, Duration{}, 100);
  EXPECT_THAT(closed(), ElementsAre(3));
}

TEST_F(TradeCandlesTest, CandlesWithoutTradesAreNotMentioned) {
  trade(7, 0, Duration{}, 100);
  trade(8, 1, Duration{}, 100);
  trade(9, 5, Duration{}, 100);
  EXPECT_THAT(closed(), ElementsAre(1));
  EXPECT_EQ(forming_.back().open_time, open_of(5));
}

TEST_F(TradeCandlesTest, ARepeatedTradeIsNotCountedTwice) {
  trade(7, 0, Duration{}, 100);
  trade(8, 1, Duration{}, 100);
  EXPECT_EQ(trade(8, 1, Duration{}, 100), repeated);
  EXPECT_EQ(trade(7, 0, Duration{}, 100), repeated);
  EXPECT_EQ(forming_.size(), 2U);
  trade(9, 2, Duration{}, 100);
  ASSERT_THAT(closed(), ElementsAre(1));
  EXPECT_EQ(closed_[0].volume, 1);
}

TEST_F(TradeCandlesTest, ATradeOfAnEarlierCandleComesTooLate) {
  trade(7, 0, Duration{}, 100);
  trade(8, 1, seconds(1), 100);
  EXPECT_EQ(trade(9, 0, minutes(4), 900), out_of_order);
  trade(10, 1, seconds(2), 100);
  trade(11, 2, Duration{}, 100);
  ASSERT_THAT(closed(), ElementsAre(1));
  EXPECT_EQ(closed_[0].high, 100);
  EXPECT_EQ(closed_[0].volume, 2);
}

}  // namespace
}  // namespace cscan
