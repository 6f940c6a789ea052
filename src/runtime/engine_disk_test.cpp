// What a run does while the disk refuses to write: it says so, keeps what it could not store, and
// makes up for it. The disk is made to refuse by a limit on the size of files, which the kernel
// enforces for this process alone and which can be taken back.
#include <gmock/gmock.h>

#include "runtime/engine.hpp"
#include "runtime/runtime_test_support.hpp"

namespace cscan {
namespace {

using testing::all_durable;
using testing::disk_can_be_full;
using testing::eventually;
using testing::FullDisk;
using ::testing::HasSubstr;

class RuntimeEngineDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!disk_can_be_full(dir_.path()))
      GTEST_SKIP() << "this system does not enforce RLIMIT_FSIZE, so no disk can be made full";
    auto engine = Engine::open(testing::engine_options(dir_.path(), script_));
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = std::move(*engine);
  }
  void start() {
    auto reply = engine_->start({});
    ASSERT_TRUE(reply) << reply.error().message;
    ASSERT_TRUE(eventually([&] {
      return all_durable(*engine_->view()) && engine_->view()->state == RunState::running;
    }));
  }
  [[nodiscard]] SignalPtr shown() { return engine_->view()->series[0].closed; }
  [[nodiscard]] bool shows(Timestamp open_time) { return shown()->signal.open_time == open_time; }

  TempDir dir_;
  std::shared_ptr<testing::FeedScript> script_ = std::make_shared<testing::FeedScript>();
  std::unique_ptr<Engine> engine_;
};

TEST_F(RuntimeEngineDisk, SaysWhatIsNotDurableAndMakesUpForIt) {
  start();
  const std::string old_id = shown()->id;
  const Timestamp live = script_->live_candle(0, Timeframe::m5).open_time;
  {
    const FullDisk full;
    ASSERT_TRUE(script_->close(0, Timeframe::m5, 0, CandleState::final, engine_->now()));
    ASSERT_TRUE(eventually([&] { return shows(live); })) << "readers wait for no disk";
    EXPECT_FALSE(shown()->envelope.durable);
    EXPECT_THAT(shown()->json_fresh, HasSubstr("\"durable\":false"));
    ASSERT_TRUE(eventually([&] { return engine_->view()->state == RunState::degraded; }));
    const MarketViewPtr view = engine_->view();
    EXPECT_FALSE(view->store.durable);
    EXPECT_FALSE(view->store.error.empty());
    EXPECT_THAT(view->state_reason, HasSubstr("the store cannot write"));
  }
  ASSERT_TRUE(eventually(
      [&] { return shown()->envelope.durable && engine_->view()->state == RunState::running; }));
  EXPECT_TRUE(shows(live));
  auto stored = engine_->store().signal(shown()->id);
  EXPECT_TRUE(stored) << stored.error().message;
  EXPECT_TRUE(engine_->store().signal(old_id)) << "what was stored before is still there";
  EXPECT_TRUE(engine_->view()->store.error.empty());
  EXPECT_TRUE(engine_->stop().durable);
}

TEST_F(RuntimeEngineDisk, AStopEndsThoughNothingCanBeStored) {
  start();
  const auto before = engine_->store().counts();
  StopReply reply;
  {
    const FullDisk full;
    ASSERT_TRUE(script_->close(0, Timeframe::m5, 0, CandleState::final, engine_->now()));
    reply = engine_->stop();
  }
  EXPECT_TRUE(reply.was_running);
  EXPECT_FALSE(reply.durable);
  EXPECT_THAT(reply.problem, HasSubstr("2 rows could not be stored"));
  EXPECT_EQ(engine_->view()->state, RunState::stopped);
  EXPECT_FALSE(shown()->envelope.durable);
  ASSERT_TRUE(before);

  // The next run has the exchange's history again, and with it what was lost.
  const Timestamp lost = shown()->signal.open_time;
  start();
  auto candles =
      engine_->store().candles({"binance", "BTC/USDT", Timeframe::m5}, lost - hours(1), lost, 100);
  ASSERT_TRUE(candles) << candles.error().message;
  EXPECT_EQ(candles->size(), 12);
  EXPECT_TRUE(engine_->stop().durable);
  EXPECT_EQ(engine_->view()->store.recomputed_different, 0);
}

TEST_F(RuntimeEngineDisk, AStartOnAFullDiskIsShownAsDegraded) {
  {
    const FullDisk full;
    ASSERT_TRUE(engine_->start({}));
    ASSERT_TRUE(eventually([&] {
      const MarketViewPtr view = engine_->view();
      return view->state == RunState::degraded && shown() != nullptr;
    }));
    EXPECT_FALSE(shown()->envelope.durable);
  }
  EXPECT_TRUE(eventually([&] { return all_durable(*engine_->view()); }));
  EXPECT_TRUE(engine_->stop().durable);
}

}  // namespace
}  // namespace cscan
