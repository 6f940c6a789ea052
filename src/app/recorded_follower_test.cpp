// The running candles of a recorded market, looked at second by second.

#include "app/recorded_follower.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "app/recorded_test_support.hpp"

namespace cscan {
namespace {

using namespace recorded_test;

/// Half an hour of five-minute candles with a silent one, two holes and every shape, and the half
/// hour of which the exchange later said something else.
RecordedMarket busy_market() {
  return recorded_market({{Timeframe::m5,
                           {{at_minute(0), 100, 109, 98, 105, 50},
                            {at_minute(5), 105, 105, 105, 105, 0},
                            {at_minute(10), 104, 108, 90, 91, 0.004},
                            flat_candle(at_minute(15), 91),
                            flat_candle(at_minute(20), 91),
                            {at_minute(25), 95, 95.5, 95, 95.5, 3.25}}},
                          {Timeframe::m30, {{at_minute(0), 101, 108, 91, 95, 49}}}});
}

bool ends(Timestamp now, Timeframe timeframe) {
  return floor_to(now + seconds(1), length(timeframe)) == now + seconds(1);
}

/// What a running candle must be beside its final form and the look before.
void expect_stage(const Candle& candle, const Candle& last, const Candle& earlier,
                  const std::string& place) {
  EXPECT_EQ(candle.open_time, last.open_time) << place;
  if (candle.volume > 0) {
    EXPECT_EQ(candle.open, last.open) << place;
    EXPECT_LE(candle.high, last.high) << place;
    EXPECT_GE(candle.low, last.low) << place;
    EXPECT_LE(candle.volume, last.volume) << place;
    EXPECT_EQ(candle_defect(candle), nullptr) << place;
  }
  if (earlier.open_time == candle.open_time && earlier.volume > 0) {
    EXPECT_GE(candle.volume, earlier.volume) << place;
    EXPECT_GE(candle.high, earlier.high) << place;
    EXPECT_LE(candle.low, earlier.low) << place;
  }
}

TEST(RecordedFollower, GrowsToTheFinalFormAndNeverShrinks) {
  const RecordedMarket market = busy_market();
  const std::array timeframes = {Timeframe::m1,  Timeframe::m3,  Timeframe::m5,
                                 Timeframe::m15, Timeframe::m30, Timeframe::h1};
  RecordedFollower follower(market, timeframes);
  std::map<Timeframe, Candle> before;
  for (Timestamp now = at_minute(0); now < at_minute(30); now = now + seconds(1)) {
    const auto candles = follower.at(now);
    ASSERT_EQ(candles.size(), timeframes.size());
    for (std::size_t i = 0; i < timeframes.size(); ++i) {
      const Candle last = market.candle(timeframes[i], floor_to(now, length(timeframes[i])));
      const std::string place = format_rfc3339(now) + " " + std::string(to_string(timeframes[i]));
      expect_stage(candles[i], last, before[timeframes[i]], place);
      if (ends(now, timeframes[i])) {
        EXPECT_TRUE(same_values(candles[i], last)) << place << " is its last second";
      }
      before[timeframes[i]] = candles[i];
    }
    EXPECT_EQ(follower.price(), candles[0].close) << format_rfc3339(now);
  }
}

TEST(RecordedFollower, AHoleIsSaidToBeNone) {
  const RecordedMarket market = busy_market();
  const std::array timeframes = {Timeframe::m1, Timeframe::m5, Timeframe::m15};
  RecordedFollower follower(market, timeframes);
  auto candles = follower.at(at_minute(17));
  EXPECT_EQ(candles[0], flat_candle(at_minute(17), 91));
  EXPECT_EQ(candles[1], flat_candle(at_minute(15), 91));
  EXPECT_EQ(candles[2], flat_candle(at_minute(15), 91)) << "so far";
  EXPECT_EQ(follower.price(), 91);
  candles = follower.at(at_minute(25));
  EXPECT_EQ(candles[1].state, CandleState::forming);
  EXPECT_EQ(candles[2].state, CandleState::forming) << "now something trades in it";
  EXPECT_EQ(candles[2].open, 95);
  candles = follower.at(at_minute(5));
  EXPECT_EQ(candles[1].state, CandleState::forming) << "without a trade, but recorded";
  EXPECT_EQ(candles[1].volume, 0);
  EXPECT_EQ(candles[1].close, 105);
}

TEST(RecordedFollower, BeforeAndAfterTheRecordingThereIsNone) {
  const RecordedMarket market = busy_market();
  const std::array timeframes = {Timeframe::m5, Timeframe::h1};
  RecordedFollower follower(market, timeframes);
  EXPECT_EQ(follower.at(at_minute(-1))[0], flat_candle(at_minute(-5), 100));
  EXPECT_EQ(follower.at(at_minute(-1))[1], flat_candle(at_hour(-1), 100));
  EXPECT_EQ(follower.at(at_minute(61))[0], flat_candle(at_minute(60), 95.5));
  EXPECT_EQ(follower.price(), 95.5);
  EXPECT_EQ(follower.at(at_minute(31))[1].state, CandleState::forming) << "half of it was traded";
  EXPECT_EQ(follower.at(at_minute(31))[1].volume, 49);
}

TEST(RecordedFollower, TimesMayComeInAnyOrder) {
  const RecordedMarket market = busy_market();
  const std::array timeframes = {Timeframe::m1, Timeframe::m5, Timeframe::h1};
  RecordedFollower jumping(market, timeframes);
  for (std::int64_t second : {1'799, 3, 700, 701, 0, 299, 300, 1'500, 1'499}) {
    RecordedFollower fresh(market, timeframes);
    const Timestamp now = midnight + seconds(second);
    const auto candles = jumping.at(now), expected = fresh.at(now);
    EXPECT_TRUE(std::ranges::equal(candles, expected)) << second;
    EXPECT_EQ(jumping.price(), fresh.price()) << second;
  }
}

}  // namespace
}  // namespace cscan
