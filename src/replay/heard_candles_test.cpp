#include "replay/heard_candles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cscan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Rule = HeardCandles::CloseRule;

constexpr Duration minute = minutes(1);
constexpr Timestamp start{1'760'000'400'000};

/// The candle of minute `n`, flat at `price`.
Candle candle(std::int64_t n, double price, CandleState state, double volume = 5) {
  return {start + minute * n, price, price, price, price, volume, 0, state};
}
Candle forming(std::int64_t n, double price, double volume = 5) {
  return candle(n, price, CandleState::forming, volume);
}
Candle flagged(std::int64_t n, double price) {
  return candle(n, price, CandleState::closed_provisional);
}
Candle final(std::int64_t n, double price) { return candle(n, price, CandleState::final); }
Timestamp second(std::int64_t s) { return start + seconds(s); }

TEST(ReplayHeardCandles, WhereStreamsFlagOnlyTheFlagCloses) {
  HeardCandles heard;
  heard.on_stream(forming(0, 10), second(5));
  heard.on_stream(forming(0, 11), second(50));
  heard.on_stream(forming(1, 12), second(62));
  EXPECT_THAT(heard.closed(Rule::flag), IsEmpty()) << "its flag may say something else";
  heard.on_stream(flagged(0, 13), second(61));
  EXPECT_THAT(heard.closed(Rule::flag), ElementsAre(final(0, 13)));
  heard.on_stream(forming(0, 99), second(70));
  EXPECT_THAT(heard.closed(Rule::flag), ElementsAre(final(0, 13))) << "closed stays closed";
  heard.on_stream(flagged(0, 14), second(70));
  EXPECT_THAT(heard.closed(Rule::flag), ElementsAre(final(0, 14)));
}

TEST(ReplayHeardCandles, WhereTheyDoNotTheSuccessorCloses) {
  HeardCandles heard;
  heard.on_stream(forming(0, 10), second(5));
  heard.on_stream(forming(0, 11), second(58));
  EXPECT_THAT(heard.closed(Rule::successor), IsEmpty());
  heard.on_stream(forming(3, 12), second(185));
  EXPECT_THAT(heard.closed(Rule::successor), ElementsAre(final(0, 11)));
  heard.on_stream(forming(0, 12), second(59));
  EXPECT_THAT(heard.closed(Rule::successor), ElementsAre(final(0, 12))) << "told late";
  heard.on_stream(forming(0, 10), second(30));
  EXPECT_THAT(heard.closed(Rule::successor), ElementsAre(final(0, 12)))
      << "another connection, behind the first";
}

TEST(ReplayHeardCandles, QueriesWinAndTheNewestOfThem) {
  HeardCandles heard;
  heard.on_stream(flagged(1, 10), second(120));
  heard.on_query(std::vector{final(0, 8), final(1, 11)});
  heard.on_stream(flagged(1, 12), second(130));
  EXPECT_THAT(heard.closed(Rule::flag), ElementsAre(final(0, 8), final(1, 11)));
  heard.on_query(std::vector{final(1, 13), flat_candle(start + minute * 2, 13)});
  heard.on_query(std::vector{flat_candle(start + minute, 8)});
  EXPECT_THAT(heard.closed(Rule::flag),
              ElementsAre(final(0, 8), final(1, 13), flat_candle(start + minute * 2, 13)));
}

TEST(ReplayHeardCandles, TellsWhatAPageHasToKnow) {
  HeardCandles heard;
  heard.on_stream(forming(0, 10), second(5));
  heard.on_stream(flagged(1, 11), second(120));
  heard.on_stream(forming(2, 12, 0), second(121));
  EXPECT_EQ(heard.close_before(start + minute, minute), std::nullopt) << "still growing";
  EXPECT_EQ(heard.close_before(start + minute * 2, minute), 11);
  EXPECT_EQ(heard.close_before(start + minute * 5, minute), std::nullopt);
  EXPECT_EQ(heard.close_before(start, minute), std::nullopt);
  EXPECT_THAT(heard.traded(start), ElementsAre(start, start + minute));
  EXPECT_THAT(heard.traded(start + minute), ElementsAre(start + minute));
}

}  // namespace
}  // namespace cscan
