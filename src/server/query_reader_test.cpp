#include "server/query_reader.hpp"

#include <gmock/gmock.h>

#include "server/server_test_support.hpp"

namespace cscan {
namespace {

using testing::detail;
using ::testing::HasSubstr;

QueryReader reader_of(std::string_view query) {
  auto parsed = parse_query("/?" + std::string(query));
  EXPECT_TRUE(parsed) << query;
  return QueryReader(std::move(*parsed));
}

TEST(ServerQueryReader, ReadsWholeNumbersWithinBounds) {
  for (const auto& [query, expected] : std::vector<std::pair<const char*, std::int64_t>>{
           {"", 50}, {"n=1", 1}, {"n=500", 500}, {"n=007", 7}}) {
    QueryReader reader = reader_of(query);
    EXPECT_EQ(reader.integer("n", 50, 1, 500), expected) << query;
    EXPECT_TRUE(reader.finish()) << query;
  }
  for (const char* query : {"n=", "n", "n=0", "n=501", "n=-1", "n=1.5", "n=1e2", "n=%201", "n=1+",
                            "n=0x10", "n=99999999999999999999", "n=nan", "n=1%2C000", "n=1&n=2"}) {
    QueryReader reader = reader_of(query);
    (void)reader.integer("n", 50, 1, 500);
    auto status = reader.finish();
    ASSERT_FALSE(status) << query;
    EXPECT_EQ(status.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(detail(status.error(), "field"), "n");
  }
}

TEST(ServerQueryReader, ReadsNumbersWithinBounds) {
  for (const auto& [query, expected] : std::vector<std::pair<const char*, double>>{
           {"", 60}, {"n=0", 0}, {"n=-0", 0}, {"n=99.5", 99.5}, {"n=1e1", 10}, {"n=100", 100}}) {
    QueryReader reader = reader_of(query);
    EXPECT_EQ(reader.number("n", 60, 0, 100), expected) << query;
    EXPECT_TRUE(reader.finish()) << query;
  }
  for (const char* query : {"n=", "n=100.0001", "n=-0.1", "n=nan", "n=inf", "n=-inf", "n=1,5",
                            "n=.5", "n=5.", "n=1e999", "n=0x1p3", "n=%2B5"}) {
    QueryReader reader = reader_of(query);
    (void)reader.number("n", 60, 0, 100);
    EXPECT_FALSE(reader.finish()) << query;
  }
}

TEST(ServerQueryReader, ReadsFlagsInFourWordsOnly) {
  for (const auto& [query, expected] : std::vector<std::pair<const char*, bool>>{
           {"f=true", true}, {"f=1", true}, {"f=false", false}, {"f=0", false}})
    for (bool fallback : {false, true}) {
      QueryReader reader = reader_of(query);
      EXPECT_EQ(reader.flag("f", fallback), expected) << query;
      EXPECT_TRUE(reader.finish());
    }
  EXPECT_TRUE(reader_of("").flag("f", true));
  for (const char* query : {"f", "f=", "f=TRUE", "f=yes", "f=2"}) {
    QueryReader reader = reader_of(query);
    (void)reader.flag("f", false);
    EXPECT_FALSE(reader.finish()) << query;
  }
}

TEST(ServerQueryReader, ReadsTimes) {
  // date -u -d 2025-10-24 +%s is 1761264000.
  for (const char* query : {"t=2025-10-24", "t=2025-10-24T00:00:00Z", "t=1761264000000",
                            "t=2025-10-24T00:00:00.000Z", "t=2025-10-24T02:00:00%2B02:00"}) {
    QueryReader reader = reader_of(query);
    EXPECT_EQ(reader.time("t"), Timestamp{1'761'264'000'000}) << query;
    EXPECT_TRUE(reader.finish()) << query;
  }
  EXPECT_EQ(reader_of("").time("t"), std::nullopt);
  // A bare '+' in a query is a space, so the fifth is no time at all rather than another one.
  for (const char* query : {"t=", "t=today", "t=2025-13-01", "t=2025-02-30",
                            "t=2025-10-24T02:00:00+02:00", "t=1761264000000.5", "t=24.10.2025"}) {
    QueryReader reader = reader_of(query);
    EXPECT_EQ(reader.time("t"), std::nullopt) << query;
    EXPECT_FALSE(reader.finish()) << query;
  }
}

TEST(ServerQueryReader, RefusesTimesBeyondTheCalendar) {
  // Later arithmetic on them would overflow, and nothing could print them.
  for (const char* query : {"t=9223372036854775807", "t=-9223372036854775808", "t=253402300800000",
                            "t=-62167219200001"}) {
    QueryReader reader = reader_of(query);
    EXPECT_EQ(reader.time("t"), std::nullopt) << query;
    auto status = reader.finish();
    ASSERT_FALSE(status) << query;
    EXPECT_EQ(detail(status.error(), "field"), "t");
  }
  QueryReader last = reader_of("t=253402300799999");  // 9999-12-31T23:59:59.999Z
  EXPECT_EQ(last.time("t"), Timestamp{253'402'300'799'999});
}

TEST(ServerQueryReader, ReadsChoicesAndLists) {
  QueryReader reader = reader_of("sort=time&tf=5m&tf=1h");
  EXPECT_EQ(reader.choice("sort", {"score", "time"}), "time");
  EXPECT_EQ(reader.choice("view", {"latest", "history"}), "latest");
  EXPECT_EQ(reader.all("tf"), (std::vector<std::string>{"5m", "1h"}));
  EXPECT_TRUE(reader.all("none").empty());
  EXPECT_TRUE(reader.finish());

  QueryReader wrong = reader_of("sort=Time");
  (void)wrong.choice("sort", {"score", "time"});
  EXPECT_THAT(wrong.finish().error().message, HasSubstr("score or time"));
}

TEST(ServerQueryReader, RefusesKeysNobodyAskedAbout) {
  QueryReader reader = reader_of("limt=5&limit=5");
  (void)reader.integer("limit", 1, 1, 10);
  auto status = reader.finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(detail(status.error(), "field"), "limt");
  EXPECT_EQ(detail(status.error(), "accepted"), "limit");
  EXPECT_THAT(reader_of("x=1").finish().error().message, HasSubstr("no parameters"));
}

TEST(ServerQueryReader, KeepsTheFirstProblemAndShowsIt) {
  QueryReader reader = reader_of("a=x&b=y&c=z");
  (void)reader.integer("a", 0, 0, 9);
  (void)reader.integer("b", 0, 0, 9);
  const Error error = reader.finish().error();
  EXPECT_EQ(detail(error, "field"), "a");
  EXPECT_EQ(detail(error, "value"), "x");
  EXPECT_EQ(detail(error, "accepted"), "a whole number from 0 to 9");
}

TEST(ServerQueryReader, ShowsNoMoreOfAValueThanFitsALine) {
  QueryReader reader = reader_of("a=" + std::string(5'000, 'x'));
  (void)reader.integer("a", 0, 0, 9);
  const Error error = reader.finish().error();
  EXPECT_LT(error.message.size(), 200);
  EXPECT_LT(detail(error, "value").size(), 100);
  const Error unknown = reader_of(std::string(5'000, 'k') + "=1").finish().error();
  EXPECT_LT(unknown.message.size(), 200);
}

}  // namespace
}  // namespace cscan
