#include "replay/scenario_fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "replay/scenario_words.hpp"

namespace cscan {
namespace {

using testing::HasSubstr;

const Timestamp day = *parse_timestamp("2026-01-05");
const FieldValues fields = {{"score", "74.5"}, {"type", "STRONG_BUY"}, {"ratio", "none"}};

/// What is wrong with one test of these fields.
std::string problem_of(std::string_view test) {
  std::vector<ScenarioTest> tests = {*parse_scenario_test(test)};
  return failing_test(tests, fields);
}

TEST(ScenarioFields, NumbersAreComparedAsNumbers) {
  for (const char* kept : {"score=74.5", "score=74.50", "score!=74", "score<75", "score<=74.5",
                           "score>9", "score>=74.5"})
    EXPECT_EQ(problem_of(kept), "") << kept;
  for (const char* broken : {"score=74", "score!=74.5", "score<74.5", "score<=74", "score>74.5",
                             "score>=75", "score>x", "score=STRONG_BUY"})
    EXPECT_EQ(problem_of(broken), "score=74.5") << broken;
}

TEST(ScenarioFields, WordsAreEqualOrNot) {
  EXPECT_EQ(problem_of("type=STRONG_BUY"), "");
  EXPECT_EQ(problem_of("type!=STRONG_SELL"), "");
  EXPECT_EQ(problem_of("type=strong_buy"), "type=STRONG_BUY");
  EXPECT_EQ(problem_of("type>=STRONG_BUY"), "type=STRONG_BUY");
}

TEST(ScenarioFields, WhatIsNotThereIsNoNumber) {
  EXPECT_EQ(problem_of("ratio=none"), "");
  for (const char* broken : {"ratio=0", "ratio<1", "ratio>=0"})
    EXPECT_EQ(problem_of(broken), "ratio=none") << broken;
}

TEST(ScenarioFields, AnUnknownNameIsToldWhichThereAre) {
  EXPECT_THAT(problem_of("scoer=1"), HasSubstr("there is no 'scoer': use score, type, ratio"));
}

TEST(ScenarioFields, TheFirstTestThatFailsIsNamed) {
  std::vector<ScenarioTest> tests = {*parse_scenario_test("score>1"),
                                     *parse_scenario_test("type=NEUTRAL"),
                                     *parse_scenario_test("score>99")};
  EXPECT_EQ(failing_test(tests, fields), "type=STRONG_BUY");
}

TEST(ScenarioFields, BrokenValuesOfACandleHaveNames) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  Candle candle{day, 1, inf, -inf, std::numeric_limits<double>::quiet_NaN(), 0.5};
  std::string text;
  for (const FieldValue& field : fields_of(candle))
    text += std::string(field.name) + "=" + field.value + " ";
  EXPECT_EQ(text, "state=final o=1 h=inf l=-inf c=nan v=0.5 revision=0 ");
}

TEST(ScenarioTimes, AreShortOnTheDayAndWholeOnOthers) {
  EXPECT_EQ(scenario_time(day + hours(10), day), "10:00");
  EXPECT_EQ(scenario_time(day + hours(10) + seconds(5), day), "10:00:05");
  EXPECT_EQ(scenario_time(day - minutes(5), day), "2026-01-04T23:55");
}

RC_GTEST_PROP(ScenarioTimes, AreReadAsTheyAreWritten, ()) {
  Timestamp time = day + seconds(*rc::gen::inRange<std::int64_t>(-200'000'000, 200'000'000));
  auto read = parse_scenario_time(scenario_time(time, day), day);
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == time);
}

}  // namespace
}  // namespace cscan
