#include "runtime/clock.hpp"

#include <gtest/gtest.h>

#include "runtime/runtime_test_support.hpp"

namespace cscan {
namespace {

using std::chrono::steady_clock;
using testing::eventually;

double real_ms(steady_clock::duration span) {
  return std::chrono::duration<double, std::milli>(span).count();
}

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

TEST(RuntimeClock, StartsAtTheWallClock) {
  const std::int64_t before = wall_ms();
  const Clock clock;
  const Timestamp now = clock.now();
  EXPECT_GE(now.ms, before);
  EXPECT_LE(now.ms, wall_ms() + 1);
}

TEST(RuntimeClock, RunsAsFastAsAsked) {
  for (double speed : {0.5, 1.0, 60.0, 3'600.0}) {
    const Clock clock(speed);
    EXPECT_EQ(clock.speed(), speed);
    // The market span lies between what passed inside the two readings and what passed outside.
    const auto outer_start = steady_clock::now();
    const Timestamp first = clock.now();
    const auto inner_start = steady_clock::now();
    ASSERT_TRUE(eventually([&] { return clock.now() - first >= milliseconds(20); }));
    const auto inner_end = steady_clock::now();
    const Timestamp last = clock.now();
    const auto outer_end = steady_clock::now();
    const auto market_ms = static_cast<double>((last - first).ms);
    EXPECT_GE(market_ms, real_ms(inner_end - inner_start) * speed - 1.01);
    EXPECT_LE(market_ms, real_ms(outer_end - outer_start) * speed + 1.01);
  }
}

TEST(RuntimeClock, NeverGoesBack) {
  const Clock clock(1'000);
  Timestamp before = clock.now();
  for (int i = 0; i < 100'000; ++i) {
    const Timestamp now = clock.now();
    ASSERT_GE(now, before);
    before = now;
  }
}

TEST(RuntimeClock, TellsTheRealTimeOfAMarketSpan) {
  EXPECT_EQ(Clock(1).real(minutes(5)), std::chrono::minutes(5));
  EXPECT_EQ(Clock(60).real(minutes(5)), std::chrono::seconds(5));
  EXPECT_EQ(Clock(0.5).real(seconds(1)), std::chrono::seconds(2));
  EXPECT_EQ(Clock(1'000'000).real(seconds(1)), std::chrono::milliseconds(1));
  EXPECT_EQ(Clock(1).real(Duration{}), std::chrono::milliseconds(1));
}

TEST(RuntimeClock, AStopwatchMeasuresRealTime) {
  const auto before = steady_clock::now();
  const Stopwatch watch;
  ASSERT_TRUE(eventually([&] { return watch.elapsed_ms() > 5; }));
  EXPECT_LE(watch.elapsed_ms(), real_ms(steady_clock::now() - before) + 1);
}

TEST(RuntimeClockDeathTest, RefusesToStandStill) { EXPECT_DEATH(Clock(0.0), "speed > 0"); }

TEST(RuntimeClock, IsSetForwardAtOnceAndNeverBack) {
  Clock clock;
  const Timestamp before = clock.now();
  clock.steer(hours(1));
  const Timestamp ahead = clock.now();
  EXPECT_GE(ahead - before, hours(1));
  EXPECT_LT(clock.real_now() - before, minutes(30)) << "real time is not steered";
  clock.steer(hours(-1));
  EXPECT_GE(clock.now(), ahead);
  EXPECT_LE(clock.now() - ahead, minutes(1)) << "it stands still meanwhile";
  EXPECT_GE(clock.ahead(), minutes(59)) << "and knows by how much";
  EXPECT_EQ(Clock().ahead(), Duration{});
}

TEST(RuntimeClock, IsSetBackAtOnceAndRunsOnFromThere) {
  Clock clock;
  const Timestamp before = clock.now();
  clock.set_back(days(900));
  const Timestamp set = clock.now();
  EXPECT_GE(set, before - days(900));
  EXPECT_LT(set, before - days(899));
  EXPECT_GE(clock.real_now(), before) << "real time is not set";
  ASSERT_TRUE(eventually([&] { return clock.now() > set; }));
  clock.steer(hours(-1));
  const Timestamp stands = clock.now();
  EXPECT_GE(stands, set) << "steering does not take it back";
  EXPECT_LE(clock.now() - stands, minutes(1));
}

}  // namespace
}  // namespace cscan
