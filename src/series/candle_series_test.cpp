// A series is contiguous, ascending and bounded whatever is appended to it.

#include "series/candle_series.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace cscan {
namespace {

using Kind = SeriesChange::Kind;

Candle hour(std::int64_t n, double close, CandleState state = CandleState::final) {
  return {Timestamp{} + hours(n), 100, 200, 50, close, 7, 0, state};
}

TEST(CandleSeries, AppendsInOrder) {
  CandleSeries series(Timeframe::h1, 10);
  EXPECT_TRUE(series.empty());
  EXPECT_EQ(series.append(hour(5, 100)).kind, Kind::appended);
  SeriesChange change = series.append(hour(6, 101));
  EXPECT_EQ(change.kind, Kind::appended);
  EXPECT_EQ(change.index, 1U);
  EXPECT_EQ(change.filled, 0U);
  EXPECT_EQ(series.next_open(), Timestamp{} + hours(7));
}

TEST(CandleSeries, AHoleIsFilledWithUnknownCandlesUntilItIsExplained) {
  CandleSeries series(Timeframe::h1, 10);
  series.append(hour(0, 100));
  SeriesChange change = series.append(hour(3, 103));
  EXPECT_EQ(change.filled, 2U);
  EXPECT_EQ(change.index, 3U);
  EXPECT_EQ(series.candles()[1].state, CandleState::unknown);
  EXPECT_EQ(series.candles()[1].open_time, Timestamp{} + hours(1));

  change = series.append(hour(1, 101));
  EXPECT_EQ(change.kind, Kind::explained);
  EXPECT_EQ(change.index, 1U);
  EXPECT_EQ(series.candles()[1], hour(1, 101));
  EXPECT_EQ(series.append(hour(2, 103, CandleState::no_trade)).kind, Kind::explained);
  EXPECT_EQ(series.candles()[2].state, CandleState::no_trade);
}

TEST(CandleSeries, EqualValuesAreADuplicateAndOthersARevisionThatCountsUp) {
  CandleSeries series(Timeframe::h1, 10);
  series.append(hour(0, 100));
  series.append(hour(1, 101));
  EXPECT_EQ(series.append(hour(0, 100)).kind, Kind::duplicate);
  SeriesChange change = series.append(hour(0, 99));
  EXPECT_EQ(change.kind, Kind::revised);
  EXPECT_EQ(change.index, 0U);
  EXPECT_EQ(series.candles()[0].state, CandleState::revised);
  EXPECT_EQ(series.candles()[0].revision, 1U);
  EXPECT_EQ(series.append(hour(0, 99)).kind, Kind::duplicate);
  EXPECT_EQ(series.append(hour(0, 98)).kind, Kind::revised);
  EXPECT_EQ(series.candles()[0].revision, 2U);
}

TEST(CandleSeries, KeepsTheNewestAndIgnoresWhatIsOlder) {
  CandleSeries series(Timeframe::h1, 3);
  EXPECT_FALSE(series.is_from_first());
  series.set_from_listing();
  for (std::int64_t n = 0; n < 3; ++n)
    series.append(hour(n, 100));
  EXPECT_TRUE(series.is_from_first());
  series.append(hour(3, 100));
  EXPECT_FALSE(series.is_from_first());
  EXPECT_EQ(series.candles().size(), 3U);
  EXPECT_EQ(series.candles().front().open_time, Timestamp{} + hours(1));
  EXPECT_EQ(series.append(hour(0, 55)).kind, Kind::too_old);
}

TEST(CandleSeries, AHoleBeyondTheCapacityStartsTheSeriesAnew) {
  CandleSeries series(Timeframe::h1, 3);
  series.set_from_listing();
  series.append(hour(0, 100));
  SeriesChange change = series.append(hour(1'000'000, 100));
  EXPECT_EQ(change.filled, 0U);
  EXPECT_EQ(change.index, 0U);
  EXPECT_EQ(series.candles().size(), 1U);
  EXPECT_FALSE(series.is_from_first());
}

TEST(CandleSeriesDeathTest, RefusesWhatIsNotSettledOrNotOnTheGrid) {
  CandleSeries series(Timeframe::h1, 3);
  EXPECT_DEATH(series.append(hour(0, 100, CandleState::forming)), "CHECK failed");
  EXPECT_DEATH(series.append(unknown_candle(Timestamp{})), "CHECK failed");
  Candle shifted = hour(0, 100);
  shifted.open_time = Timestamp{} + minutes(1);
  EXPECT_DEATH(series.append(shifted), "CHECK failed");
  EXPECT_DEATH(series.append(hour(0, 1000)), "CHECK failed");  // close above high
}

/// What a series must hold, the slow way: a map of everything known, cut to the newest.
class Model {
 public:
  explicit Model(std::int64_t capacity) : capacity_(capacity) {}

  void append(std::int64_t n, double close) {
    if (known_.empty()) {
      oldest_ = newest_ = n;
    } else if (n > newest_) {
      oldest_ = n - newest_ > capacity_ ? n : std::max(oldest_, n - capacity_ + 1);
      newest_ = n;
    } else if (n < oldest_) {
      return;
    }
    auto [at, is_new] = known_.try_emplace(n, hour(n, close));
    if (!is_new && at->second.close != close) {
      at->second.close = close;
      at->second.state = CandleState::revised;
      ++at->second.revision;
    }
  }
  [[nodiscard]] std::vector<Candle> candles() const {
    std::vector<Candle> result;
    for (std::int64_t n = oldest_; n <= newest_; ++n)
      result.push_back(known_.contains(n) ? known_.at(n) : unknown_candle(Timestamp{} + hours(n)));
    return result;
  }

 private:
  std::int64_t capacity_, oldest_ = 0, newest_ = 0;
  std::map<std::int64_t, Candle> known_;
};

RC_GTEST_PROP(CandleSeries, HoldsWhatASlowModelHoldsUnderAnyAppends, ()) {
  auto capacity = *rc::gen::inRange<std::size_t>(1, 12);
  auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::weightedOneOf<int>({{6, rc::gen::inRange(0, 3)},
                                                 {3, rc::gen::inRange(-6, 6)},
                                                 {1, rc::gen::inRange(-30, 30)}}),
                    rc::gen::inRange(99, 102)));
  CandleSeries series(Timeframe::h1, capacity);
  Model model(static_cast<std::int64_t>(capacity));
  std::int64_t at = 1000;
  for (auto [move, close] : steps) {
    at = std::max<std::int64_t>(0, at + move);
    series.append(hour(at, close));
    model.append(at, close);
    auto kept = series.candles();
    RC_ASSERT(std::vector<Candle>(kept.begin(), kept.end()) == model.candles());
  }
}

}  // namespace
}  // namespace cscan
