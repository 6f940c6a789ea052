// Exchange times: the right unit, the right century.

#include "exchange/wire_time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace cscan {
namespace {

constexpr Timestamp received{1'790'993'361'000};  // 2026-10-03

TEST(WireTime, EachUnitReadsAsItself) {
  EXPECT_EQ(to_timestamp(1'790'993'280, TimeUnit::s, received), Timestamp{1'790'993'280'000});
  EXPECT_EQ(to_timestamp(1'790'993'360'463, TimeUnit::ms, received), Timestamp{1'790'993'360'463});
  EXPECT_EQ(to_timestamp(1'790'113'097'236'506, TimeUnit::us, received),
            Timestamp{1'790'113'097'236});
  EXPECT_EQ(to_timestamp(1'790'993'335'003'748'866, TimeUnit::ns, received),
            Timestamp{1'790'993'335'003});
}

TEST(WireTime, NoUnitPassesForAnother) {
  const std::int64_t same_instant[] = {1'790'993'280, 1'790'993'280'000, 1'790'993'280'000'000,
                                       1'790'993'280'000'000'000};
  for (int written = 0; written < 4; ++written)
    for (int expected = 0; expected < 4; ++expected)
      EXPECT_EQ(to_timestamp(same_instant[written], TimeUnit(expected), received).has_value(),
                written == expected);
  EXPECT_THAT(to_timestamp(same_instant[0], TimeUnit::ms, received).error().message,
              testing::HasSubstr("it would be one in seconds"));
}

TEST(WireTime, TheRangeEndsADayAhead) {
  auto ms = [](std::int64_t value) { return to_timestamp(value, TimeUnit::ms, received); };
  EXPECT_TRUE(ms(wire_time_min.ms));
  EXPECT_FALSE(ms(wire_time_min.ms - 1));
  EXPECT_TRUE(ms(received.ms + days(1).ms));
  EXPECT_FALSE(ms(received.ms + days(1).ms + 1));
  for (std::int64_t odd : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN, INT64_MAX})
    for (int unit = 0; unit < 4; ++unit)
      EXPECT_FALSE(to_timestamp(odd, TimeUnit(unit), received)) << odd;
}

TEST(WireTime, AnnouncedDatesReachFurther) {
  EXPECT_EQ(to_date(4'133'404'800'000), Timestamp{4'133'404'800'000});  // 2100-12-25
  EXPECT_FALSE(to_date(4'133'404'800));
  EXPECT_FALSE(to_date(4'133'404'800'000'000));
}

RC_GTEST_PROP(WireTime, AcceptsAtMostOneUnit, (std::int64_t value)) {
  int accepted = 0;
  for (int unit = 0; unit < 4; ++unit)
    accepted += to_timestamp(value, TimeUnit(unit), received).has_value();
  RC_ASSERT(accepted <= 1);
}

}  // namespace
}  // namespace cscan
