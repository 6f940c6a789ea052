// Scores are whole hundredths: rounded half up, clamped, and adding up exactly.

#include "model/score.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "model/signal.hpp"

namespace cscan {
namespace {

TEST(Score, RoundsHalfUpAndClamps) {
  EXPECT_EQ(to_score(0).hundredths, 0);
  EXPECT_EQ(to_score(12.344).hundredths, 12'34);
  EXPECT_EQ(to_score(12.125).hundredths, 12'13);  // 12.125 is exact in binary: half goes up
  EXPECT_EQ(to_score(12.375).hundredths, 12'38);
  EXPECT_EQ(to_score(99.994).hundredths, 99'99);
  EXPECT_EQ(to_score(99.999).hundredths, 100'00);
  EXPECT_EQ(to_score(1e300).hundredths, 100'00);
  EXPECT_EQ(to_score(-0.01).hundredths, 0);
  EXPECT_EQ(to_score(std::numeric_limits<double>::infinity()).hundredths, 100'00);
  EXPECT_EQ(to_score(std::numeric_limits<double>::quiet_NaN()).hundredths, 0);
}

RC_GTEST_PROP(Score, ReadsBackFromItsOwnValueAndAddsUpExactly, ()) {
  Score a{*rc::gen::inRange(0, 10'001)};
  Score b{*rc::gen::inRange(0, 10'001)};
  RC_ASSERT(to_score(a.value()) == a);
  RC_ASSERT(b + (a - b) == a);
}

TEST(Score, QualityBandsBeginAtTheirLowerBound) {
  EXPECT_EQ(quality_of(points(80)), Quality::excellent);
  EXPECT_EQ(quality_of(Score{79'99}), Quality::good);
  EXPECT_EQ(quality_of(points(60)), Quality::good);
  EXPECT_EQ(quality_of(Score{59'99}), Quality::fair);
  EXPECT_EQ(quality_of(points(40)), Quality::fair);
  EXPECT_EQ(quality_of(Score{39'99}), Quality::weak);
}

TEST(Signal, TypesReadBackAndPointInTheirDirection) {
  for (std::size_t i = 0; i < signal_type_count; ++i) {
    auto type = static_cast<SignalType>(i);
    auto name = to_string(type);
    EXPECT_EQ(parse_signal_type(name), type);
    Direction expected = name.ends_with("BUY") || name.ends_with("BULLISH") ? Direction::bullish
                         : name == "NEUTRAL"                                ? Direction::neutral
                                                                            : Direction::bearish;
    EXPECT_EQ(direction_of(type), expected) << name;
  }
  EXPECT_FALSE(parse_signal_type("strong_buy"));
  for (auto direction : {Direction::bearish, Direction::neutral, Direction::bullish})
    EXPECT_EQ(parse_direction(to_string(direction)), direction);
  EXPECT_EQ(parse_score_model("classic"), ScoreModel::classic);
  EXPECT_FALSE(parse_score_model("Classic"));
}

}  // namespace
}  // namespace cscan
