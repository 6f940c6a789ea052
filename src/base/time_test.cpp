// Times as text. Expected values come from `date -u`.

#include "base/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace cscan {
namespace {

struct TimeText {
  std::int64_t ms;
  const char* text;
};

TEST(Time, FormatsInUtcWithMilliseconds) {
  const TimeText table[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {951'782'400'000, "2000-02-29T00:00:00.000Z"},
      {951'868'799'999, "2000-02-29T23:59:59.999Z"},
      {1'709'164'800'001, "2024-02-29T00:00:00.001Z"},
      {4'107'542'400'000, "2100-03-01T00:00:00.000Z"},  // 2100 has no leap day
      {-1, "1969-12-31T23:59:59.999Z"},
      {-86'400'000, "1969-12-31T00:00:00.000Z"},
      {-62'135'596'800'000, "0001-01-01T00:00:00.000Z"},
      {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
  };
  for (const auto& [ms, text] : table) {
    EXPECT_EQ(format_rfc3339(Timestamp{ms}), text);
    EXPECT_EQ(format_day(Timestamp{ms}), std::string(text).substr(0, 10));
  }
}

TEST(Time, ReadsEveryFormOfOneInstant) {
  for (const char* text :
       {"2024-02-29T12:30:00Z", "2024-02-29T12:30:00.000Z", "2024-02-29t12:30:00z",
        "2024-02-29 12:30:00Z", "2024-02-29T14:30:00+02:00", "2024-02-29T07:00:00-05:30",
        "2024-03-01T02:15:00+13:45", "1709209800000", "2024-02-29T12:30:00.0009Z"}) {
    auto t = parse_timestamp(text);
    ASSERT_TRUE(t) << text;
    EXPECT_EQ(t->ms, 1'709'209'800'000) << text;
  }
}

TEST(Time, CutsFractionsToMilliseconds) {
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:01.5Z")->ms, 1'500);
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:01.0456Z")->ms, 1'045);
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:01.123456789Z")->ms, 1'123);
}

TEST(Time, ReadsDatesAndTimesBeforeTheEpoch) {
  EXPECT_EQ(parse_timestamp("1970-01-02")->ms, 86'400'000);
  EXPECT_EQ(parse_timestamp("1969-12-31T23:59:59.999Z")->ms, -1);
  EXPECT_EQ(parse_timestamp("-1")->ms, -1);
  EXPECT_EQ(parse_timestamp("0001-01-01")->ms, -62'135'596'800'000);
}

TEST(Time, RefusesWhatIsNoTime) {
  const char* const texts[] = {"",
                               " ",
                               "now",
                               "2023-02-29",
                               "2100-02-29",
                               "2024-13-01",
                               "2024-00-01",
                               "2024-04-31",
                               "2024-1-01",
                               "24-01-01",
                               "2024-01-01T24:00:00Z",
                               "2024-01-01T00:60:00Z",
                               "2024-01-01T00:00:61Z",
                               "2024-01-01T00:00:00",
                               "2024-01-01T00:00Z",
                               "2024-01-01T00:00:00.Z",
                               "2024-01-01T00:00:00.1234567890Z",
                               "2024-01-01T00:00:00+2:00",
                               "2024-01-01T00:00:00+24:00",
                               "2024-01-01T00:00:00+00:60",
                               "2024-01-01T00:00:00Zx",
                               "2024-01-01Z",
                               "2024-01-01T",
                               "-024-01-01",
                               "2024--1-01",
                               "1.5",
                               "1e3",
                               "12a",
                               "+1",
                               "9223372036854775808"};
  for (const char* text : texts) {
    auto t = parse_timestamp(text);
    EXPECT_FALSE(t) << text;
    EXPECT_TRUE(t || t.error().code == ErrorCode::invalid_argument) << text;
  }
}

TEST(Time, FloorsTowardsThePastOnBothSidesOfTheEpoch) {
  EXPECT_EQ(floor_to(Timestamp{7}, milliseconds(5)), Timestamp{5});
  EXPECT_EQ(floor_to(Timestamp{5}, milliseconds(5)), Timestamp{5});
  EXPECT_EQ(floor_to(Timestamp{-1}, milliseconds(5)), Timestamp{-5});
  EXPECT_EQ(floor_to(Timestamp{-5}, milliseconds(5)), Timestamp{-5});
}

RC_GTEST_PROP(Time, TextReadsBackAsTheSameMillisecond, ()) {
  Timestamp t{*rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'402'300'800'000)};
  RC_ASSERT(parse_timestamp(format_rfc3339(t)).value() == t);
  RC_ASSERT(parse_timestamp(format_day(t)).value() == floor_to(t, days(1)));
  RC_ASSERT(parse_timestamp(std::to_string(t.ms)).value() == t);
}

}  // namespace
}  // namespace cscan
