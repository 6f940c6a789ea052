// Limits toward an exchange: message pace, request weight, waits between attempts, the plan.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "exchange/backoff.hpp"
#include "exchange/rate_limit.hpp"
#include "exchange/request_budget.hpp"
#include "exchange/watch_plan.hpp"

namespace cscan {
namespace {

using testing::HasSubstr;

constexpr Timestamp start{1'760'000'000'000};

TEST(RateLimit, NeverMoreInAnyWindow) {
  RateLimit limit({5, seconds(1)});
  std::vector<Timestamp> taken;
  for (Timestamp now = start; now < start + seconds(20); now = now + milliseconds(37))
    if (limit.take(now))
      taken.push_back(now);
  ASSERT_GT(taken.size(), 90u);
  for (std::size_t i = 5; i < taken.size(); ++i)
    EXPECT_GE(taken[i] - taken[i - 5], seconds(1));
}

TEST(RateLimit, SaysWhenThereIsRoom) {
  RateLimit limit({2, seconds(10)});
  EXPECT_TRUE(limit.take(start));
  EXPECT_TRUE(limit.take(start + seconds(4)));
  EXPECT_FALSE(limit.take(start + seconds(9)));
  EXPECT_EQ(limit.free_at(start + seconds(9)), start + seconds(10));
  EXPECT_EQ(limit.free_at(start + seconds(12)), start + seconds(12));
}

TEST(RequestBudget, StaysUnderFourFifthsInAnyWindow) {
  RequestBudget budget({1'000, minutes(1)});
  struct Sent {
    Timestamp at;
    std::uint32_t weight;
  };
  std::vector<Sent> sent;
  Timestamp now = start;
  for (int i = 0; i < 2'000; ++i) {
    std::uint32_t weight = 1 + static_cast<std::uint32_t>(i * 7 % 40);
    now = budget.free_at(weight, Urgency::repair, now);
    budget.on_sent(weight, now);
    sent.push_back({now, weight});
  }
  for (const Sent& first : sent) {
    std::uint64_t sum = 0;
    for (const Sent& other : sent)
      if (other.at >= first.at && other.at < first.at + minutes(1))
        sum += other.weight;
    ASSERT_LE(sum, 800u);
  }
  EXPECT_LT(now - start, minutes(60)) << "and uses what it may";
}

TEST(RequestBudget, HistoryLeavesRoomForRepairs) {
  RequestBudget budget({1'000, minutes(1)});
  budget.on_sent(600, start);
  EXPECT_EQ(budget.free_at(1, Urgency::history, start), start + minutes(1));
  EXPECT_EQ(budget.free_at(200, Urgency::repair, start), start);
  EXPECT_EQ(budget.free_at(201, Urgency::repair, start), start + minutes(1));
}

TEST(RequestBudget, BelievesTheExchangeWhenItCountsMore) {
  RequestBudget budget({1'000, minutes(1)});
  budget.on_sent(10, start);
  budget.on_used(790, start + seconds(1));  // somebody else shares the address
  EXPECT_EQ(budget.used(start + seconds(1)), 790u);
  EXPECT_GT(budget.free_at(20, Urgency::repair, start + seconds(1)), start + seconds(1));
  budget.on_used(5, start + seconds(2));
  EXPECT_EQ(budget.used(start + seconds(2)), 790u) << "and not when it counts less";
}

TEST(RequestBudget, APauseHoldsForEverything) {
  RequestBudget budget({1'000, minutes(1)});
  budget.pause(start + minutes(3));
  budget.pause(start + minutes(2));
  EXPECT_EQ(budget.free_at(1, Urgency::repair, start), start + minutes(3));
  EXPECT_EQ(budget.paused_until(), start + minutes(3));
}

TEST(Backoff, GrowsToAMinuteAndIsResetByAMinuteOfWork) {
  Backoff backoff(7);
  Duration longest{};
  for (int i = 0; i < 200; ++i) {
    Duration wait = backoff.next();
    EXPECT_GE(wait, milliseconds(250));
    EXPECT_LE(wait, seconds(60));
    EXPECT_LE(wait, seconds(std::int64_t{1} << std::min(i, 6)));
    longest = std::max(longest, wait);
  }
  EXPECT_GT(longest, seconds(45)) << "the whole range is used";
  backoff.on_works(start, start + seconds(59));
  Duration unhealthy{};
  for (int i = 0; i < 20; ++i)
    unhealthy = std::max(unhealthy, backoff.next());
  EXPECT_GT(unhealthy, seconds(2));
  backoff.on_works(start, start + seconds(60));
  EXPECT_LE(backoff.next(), seconds(1));
}

TEST(Backoff, DiffersBySeed) {
  Backoff a(1), b(2), again(1);
  std::vector<std::int64_t> as, bs, repeated;
  for (int i = 0; i < 10; ++i) {
    as.push_back(a.next().ms);
    bs.push_back(b.next().ms);
    repeated.push_back(again.next().ms);
  }
  EXPECT_NE(as, bs);
  EXPECT_EQ(as, repeated);
}

constexpr std::array<IntervalName, 3> intervals = {
    {{Timeframe::m5, "5m", "5m"}, {Timeframe::h1, "1h", "1h"}, {Timeframe::d1, "1d", "1d"}}};
constexpr std::array<PageCost, 3> pages = {{{99, 1}, {499, 2}, {1'000, 5}}};
constexpr ExchangeTable table = {.id = "test",
                                 .candle_pages = pages,
                                 .intervals = intervals,
                                 .request_weight = {2'400, minutes(1)},
                                 .stream_messages = {10, seconds(1)},
                                 .connections_max = 3,
                                 .topics_per_connection_max = 202,
                                 .topics_per_message_max = 100};

TEST(WatchPlan, ByHand) {
  constexpr std::array timeframes = {Timeframe::m5, Timeframe::h1};
  auto plan = plan_watch(table, 200, timeframes, 998);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->topics, 400u);
  EXPECT_EQ(plan->connections, 2u);
  EXPECT_EQ(plan->history_requests, 800u);  // two pages of 499 cost 4, one of 1,000 costs 5
  EXPECT_EQ(plan->history_weight, 1'600u);
  EXPECT_EQ(plan->seconds_to_load, 67u);  // 1,600 at 1,440 a minute
}

TEST(WatchPlan, RefusesWhatCannotBeCarriedAndSaysWhatCan) {
  constexpr std::array timeframes = {Timeframe::m5, Timeframe::h1, Timeframe::d1};
  EXPECT_TRUE(plan_watch(table, 200, timeframes, 500));
  auto plan = plan_watch(table, 201, timeframes, 500);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::unsupported);
  EXPECT_THAT(plan.error().message, HasSubstr("at most 200 markets"));
}

TEST(WatchPlan, NamesATimeframeTheExchangeLacks) {
  constexpr std::array timeframes = {Timeframe::m5, Timeframe::h4};
  auto plan = plan_watch(table, 1, timeframes, 500);
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message, HasSubstr("no candles of 4h: it has 5m, 1h, 1d"));
}

TEST(HistoryPage, TakesTheCheapestWay) {
  EXPECT_EQ(history_page_rows(table, 3), 99u);
  EXPECT_EQ(history_page_rows(table, 99), 99u);
  EXPECT_EQ(history_page_rows(table, 100), 499u);
  EXPECT_EQ(history_page_rows(table, 998), 499u);
}

}  // namespace
}  // namespace cscan
