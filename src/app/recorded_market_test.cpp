// A recorded market's candles: as recorded, rolled up, and made of the way within the grains.

#include "app/recorded_market.hpp"

#include <gtest/gtest.h>

#include "app/recorded_test_support.hpp"

namespace cscan {
namespace {

using namespace recorded_test;

TEST(RecordedDigits, AreThoseOfTheShortestText) {
  const auto digits = [](const std::vector<double>& values) { return digits_of(values); };
  EXPECT_EQ(digits({}), 0);
  EXPECT_EQ(digits({7, 61'000, 1e12}), 0);
  EXPECT_EQ(digits({0.1, 61'234.56, 3}), 2);
  EXPECT_EQ(digits({0.00000812}), 8);
  EXPECT_EQ(digits({61'234.56, 0.00000812}), 8);
  EXPECT_EQ(digits({0.1 + 0.2}), 15) << "0.30000000000000004 has more than a double should show";
  EXPECT_EQ(digits({1'234'567.8 + 1e-9}), 9);
  EXPECT_EQ(digits_of(std::vector{0.5}, 3), 3);
}

TEST(RecordedMarket, TellsWhatItIs) {
  const RecordedMarket market = recorded_market(
      {{Timeframe::h1, {traded(at_hour(0), 100.25, 4.5)}},
       {Timeframe::m5, {traded(at_minute(5), 100.5, 0.125), traded(at_minute(10), 101, 7)}}});
  EXPECT_EQ(market.traded().instrument, btc());
  EXPECT_EQ(market.traded().listed_at, at_hour(0));
  EXPECT_EQ(market.traded().price_decimals, 2);
  EXPECT_EQ(market.traded().ticks_per_unit, 100);
  EXPECT_EQ(market.traded().volume_decimals, 3);
  EXPECT_EQ(market.traded().lots_per_unit, 1'000);
  EXPECT_EQ(market.grain(), Timeframe::m5);
  EXPECT_EQ(market.begin(), at_minute(5));
  EXPECT_EQ(market.end(), at_minute(15));
}

TEST(RecordedMarket, ARecordedTimeframeIsToldAsRecorded) {
  // The hour was restated: it is not what its parts add up to.
  const Candle hour{at_hour(0), 90, 200, 80, 150, 1};
  const RecordedMarket market = recorded_market(
      {{Timeframe::m30, {traded(at_minute(0), 100, 5), traded(at_minute(30), 110, 6)}},
       {Timeframe::h1, {hour}}});
  EXPECT_EQ(market.candle(Timeframe::h1, at_hour(0)), hour);
  EXPECT_EQ(market.candle(Timeframe::m30, at_minute(30)), traded(at_minute(30), 110, 6));
}

TEST(RecordedMarket, OthersAreRolledUpFromTheLargestThatDividesThem) {
  std::vector<Candle> halves, whole;
  for (std::int64_t n = 0; n < 8; ++n)
    halves.push_back(traded(at_minute(30 * n), 100 + static_cast<double>(n), 0.1));
  for (std::int64_t n = 0; n < 4; ++n)
    whole.push_back(traded(at_hour(n), 200 + static_cast<double>(n), 0.7));
  const RecordedMarket market = recorded_market({{Timeframe::m30, halves}, {Timeframe::h1, whole}});
  EXPECT_EQ(market.candle(Timeframe::h4, at_hour(0)), (Candle{at_hour(0), 200, 205, 199, 204, 2.8}))
      << "from hours, and 0.7 four times is 2.8";
  EXPECT_EQ(market.candle(Timeframe::h2, at_hour(2)),
            (Candle{at_hour(2), 202, 205, 201, 204, 1.4}));
}

TEST(RecordedMarket, WhereALargerRecordingHasEndedTheSmallerOneGoesOn) {
  std::vector<Candle> halves;
  for (std::int64_t n = 0; n < 4; ++n)
    halves.push_back(traded(at_minute(30 * n), 100 + static_cast<double>(n), 1));
  const RecordedMarket market =
      recorded_market({{Timeframe::m30, halves}, {Timeframe::h1, {traded(at_hour(0), 500, 9)}}});
  EXPECT_EQ(market.candle(Timeframe::h1, at_hour(0)), traded(at_hour(0), 500, 9));
  EXPECT_EQ(market.candle(Timeframe::h1, at_hour(1)), (Candle{at_hour(1), 102, 105, 101, 104, 2}));
}

TEST(RecordedMarket, SmallerCandlesArePartsOfTheGrain) {
  const Candle grain{at_minute(0), 100, 109, 98, 105, 50};
  const RecordedMarket market =
      recorded_market({{Timeframe::m5, {grain, traded(at_minute(5), 105, 30)}}});
  const RecordedPath path = market.path(at_minute(0));
  EXPECT_EQ(market.candle(Timeframe::m1, at_minute(2)), path.part(120, 180));
  // Three minutes that lie in two grains.
  const Candle torn = market.candle(Timeframe::m3, at_minute(3));
  EXPECT_EQ(torn.open, path.part(180, 300).open);
  EXPECT_EQ(torn.close, market.path(at_minute(5)).price(59));
  EXPECT_DOUBLE_EQ(torn.volume, path.part(180, 300).volume + 6) << "a fifth of the second one";
}

TEST(RecordedMarket, AHoleIsNoCandle) {
  const RecordedMarket market =
      recorded_market({{Timeframe::m30,
                        {traded(at_minute(0), 100, 1), flat_candle(at_minute(30), 101),
                         flat_candle(at_minute(60), 101), flat_candle(at_minute(90), 101),
                         traded(at_minute(120), 120, 2)}}});
  EXPECT_EQ(market.candle(Timeframe::m30, at_minute(30)), flat_candle(at_minute(30), 101));
  EXPECT_EQ(market.candle(Timeframe::h1, at_hour(0)), (Candle{at_hour(0), 100, 102, 99, 101, 1}))
      << "the half that traded";
  EXPECT_EQ(market.candle(Timeframe::h1, at_hour(1)), flat_candle(at_hour(1), 101));
  EXPECT_EQ(market.candle(Timeframe::m1, at_minute(45)), flat_candle(at_minute(45), 101));
}

TEST(RecordedMarket, BeforeTheFirstCandleAndAfterTheLastThereIsNone) {
  const RecordedMarket market = recorded_market({{Timeframe::m30, {traded(at_minute(30), 100, 1)}},
                                                 {Timeframe::h4, {traded(at_hour(-4), 90, 3)}}});
  EXPECT_EQ(market.first_open(Timeframe::m30), at_minute(30));
  EXPECT_EQ(market.first_open(Timeframe::m1), at_minute(30));
  EXPECT_EQ(market.first_open(Timeframe::h1), at_hour(0)) << "the hour in which trading began";
  EXPECT_EQ(market.first_open(Timeframe::h4), at_hour(-4));
  EXPECT_EQ(market.first_open(Timeframe::d1), at_hour(-24)) << "made of four hours";
  EXPECT_EQ(market.traded().listed_at, at_hour(-4));

  EXPECT_EQ(market.candle(Timeframe::m30, at_minute(0)), flat_candle(at_minute(0), 100));
  EXPECT_EQ(market.candle(Timeframe::h4, at_hour(-8)), flat_candle(at_hour(-8), 100));
  EXPECT_EQ(market.candle(Timeframe::m30, at_minute(60)), flat_candle(at_minute(60), 101));
  EXPECT_EQ(market.candle(Timeframe::m1, at_minute(90)), flat_candle(at_minute(90), 101));
  EXPECT_EQ(market.candle(Timeframe::h1, at_hour(0)), (Candle{at_hour(0), 100, 102, 99, 101, 1}));
}

}  // namespace
}  // namespace cscan
