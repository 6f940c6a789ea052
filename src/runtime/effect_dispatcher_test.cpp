// The last stretch before the disk: what it does when the disk is slow to come back.
#include "runtime/effect_dispatcher.hpp"

#include <gmock/gmock.h>

#include "runtime/runtime_test_support.hpp"

namespace cscan {
namespace {

using testing::eventually;
using testing::FullDisk;
using ::testing::HasSubstr;

constexpr Timestamp midnight{1'761'264'000'000};
constexpr std::size_t rows_max = 10;

class RuntimeEffectDispatcher : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::disk_can_be_full(dir_.path()))
      GTEST_SKIP() << "this system does not enforce RLIMIT_FSIZE, so no disk can be made full";
    auto store = Store::open(dir_.path());
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
    auto files = TrainingExport::open(*store_, dir_.path());
    ASSERT_TRUE(files) << files.error().message;
    files_ = std::move(*files);
    auto run = std::make_shared<RunInfo>();
    run->settings.timeframes = {{"scalp", Timeframe::m5}};
    run->instruments = {{"binance", "BTC", "USDT", ""}};
    run->started_at = midnight;
    dispatcher_ = std::make_unique<EffectDispatcher>(EffectDispatcher::Parts{
        clock_, effects_, *store_, *files_, feed_, slot_, std::move(run), {}, rows_max});
  }
  /// The n-th batch of ten candles.
  static EffectBatch batch(int n) {
    EffectBatch result;
    for (int i = 0; i < 10; ++i)
      result.effects.push_back(PersistCandle{
          InstrumentId{0}, Timeframe::m5,
          testing::candle_at(Timeframe::m5, midnight + minutes(5 * (10 * n + i)), 0), midnight});
    return result;
  }
  [[nodiscard]] std::uint64_t candles() const {
    auto counts = store_->counts();
    EXPECT_TRUE(counts);
    return counts ? counts->candles : 0;
  }
  [[nodiscard]] bool sees_failure() const { return !slot_.get()->store.durable; }

  TempDir dir_;
  std::shared_ptr<testing::FeedScript> script_ = std::make_shared<testing::FeedScript>();
  Clock clock_{60};
  testing::ScriptedFeed feed_{script_, clock_};
  EffectQueue effects_{1};
  ViewSlot slot_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TrainingExport> files_;
  std::unique_ptr<EffectDispatcher> dispatcher_;
};

TEST_F(RuntimeEffectDispatcher, HoldsTheCoreUpRatherThanLoseARow) {
  std::atomic<int> pushed = 0;
  std::thread core;
  {
    const FullDisk full;
    core = std::thread([&] {
      for (int n = 0; n < 6; ++n) {
        EXPECT_TRUE(effects_.push(batch(n)));
        ++pushed;
      }
      effects_.close();
    });
    ASSERT_TRUE(eventually([&] { return sees_failure() && pushed > 0; }));
  }
  core.join();
  dispatcher_->join();
  EXPECT_EQ(dispatcher_->problem(), "");
  EXPECT_EQ(candles(), 60);
}

TEST_F(RuntimeEffectDispatcher, HoldsNobodyUpWhenTheRunStops) {
  const FullDisk full;
  std::thread core([&] {
    for (int n = 0; n < 6; ++n)
      EXPECT_TRUE(effects_.push(batch(n)));
    effects_.close();
  });
  EXPECT_TRUE(eventually([&] { return sees_failure(); }));
  dispatcher_->hurry();
  core.join();
  dispatcher_->join();
  EXPECT_THAT(dispatcher_->problem(), HasSubstr("60 rows could not be stored"));
}

TEST_F(RuntimeEffectDispatcher, StoresWhatIsStillQueuedAtTheClose) {
  std::thread core([&] {
    for (int n = 0; n < 20; ++n)
      EXPECT_TRUE(effects_.push(batch(n)));
    effects_.close();
  });
  dispatcher_->hurry();
  core.join();
  dispatcher_->join();
  EXPECT_EQ(dispatcher_->problem(), "");
  EXPECT_EQ(candles(), 200);
}

}  // namespace
}  // namespace cscan
