// A whole run with a scripted feed and a real store: from start to what readers see, what lies on
// disk, and what a stop and a restart leave behind.
#include "runtime/engine.hpp"

#include <gmock/gmock.h>

#include "runtime/runtime_test_support.hpp"
#include "store/parquet_candles.hpp"

namespace cscan {
namespace {

using testing::all_durable;
using testing::eventually;
using ::testing::HasSubstr;

StartRequest request_for(std::vector<std::string> symbols, std::string config = "") {
  StartRequest request;
  request.symbols = {SymbolSelection::Kind::list, std::move(symbols), 0};
  request.config = std::move(config);
  return request;
}

class RuntimeEngine : public ::testing::Test {
 protected:
  /// Three markets: BTC and ETH on binance, BTC on kucoinfutures.
  static StartRequest everything() { return request_for({"BTC/USDT", "ETH/USDT"}); }

  void open() {
    engine_.reset();
    EngineOptions options = testing::engine_options(dir_.path(), script_);
    options.on_signal = [this](SignalPtr signal) {
      if (on_signal_)
        on_signal_(std::move(signal));
    };
    auto engine = Engine::open(std::move(options));
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = std::move(*engine);
  }
  void SetUp() override { open(); }
  void start() {
    auto reply = engine_->start(everything());
    ASSERT_TRUE(reply) << reply.error().message;
    ASSERT_TRUE(eventually([&] { return all_durable(*engine_->view()); }));
  }
  [[nodiscard]] StoreCounts counts() {
    auto found = engine_->store().counts();
    EXPECT_TRUE(found);
    return found.value_or(StoreCounts{});
  }

  TempDir dir_;
  std::shared_ptr<testing::FeedScript> script_ = std::make_shared<testing::FeedScript>();
  std::function<void(SignalPtr)> on_signal_;  ///< set before a start; called by the run's thread
  std::unique_ptr<Engine> engine_;
};

TEST_F(RuntimeEngine, TurnsHistoryIntoStoredAndVisibleSignals) {
  EXPECT_EQ(engine_->view()->state, RunState::stopped);
  auto reply = engine_->start(everything());
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_FALSE(reply->already_running);
  EXPECT_EQ(reply->run->instruments.size(), 3);
  EXPECT_EQ(reply->run->source, "synthetic");
  EXPECT_EQ(reply->budget.streams, 6);
  ASSERT_EQ(reply->rejected.size(), 1);
  EXPECT_EQ(reply->rejected[0].exchange, "kucoinfutures");

  ASSERT_TRUE(eventually([&] {
    return all_durable(*engine_->view()) && engine_->view()->state == RunState::running;
  }));
  const MarketViewPtr view = engine_->view();
  ASSERT_EQ(view->series.size(), 6);
  for (const SeriesView& series : view->series) {
    EXPECT_EQ(series.candles, 150);
    auto stored = engine_->store().signal(series.closed->id);
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_EQ(series.closed->json_fresh.substr(0, stored->body.size() - 1),
              stored->body.substr(0, stored->body.size() - 1));
  }
  // 150 candles hold 51 windows of 100.
  EXPECT_EQ(counts().candles, 6 * 150);
  EXPECT_EQ(counts().signals, 6 * 51);
  EXPECT_EQ(counts().clusters, 6 * 51);
  EXPECT_TRUE(view->store.durable);
  EXPECT_EQ(engine_->feeds().size(), 1);
}

TEST_F(RuntimeEngine, ALiveCloseIsShownOnlyAfterItIsStored) {
  std::mutex mutex;
  std::vector<std::string> announced;
  int missing = 0;
  on_signal_ = [&](SignalPtr signal) {
    const bool stored = engine_->store().signal(signal->id).has_value();
    std::lock_guard lock(mutex);
    announced.push_back(signal->id);
    missing += !stored || !signal->envelope.durable;
  };
  start();
  ASSERT_TRUE(script_->close(0, Timeframe::m5, 0, CandleState::closed_provisional, engine_->now()));
  const Timestamp open_time = script_->live_candle(0, Timeframe::m5).open_time;
  ASSERT_TRUE(eventually([&] {
    const MarketViewPtr view = engine_->view();
    const SignalPtr shown = view->series[0].closed;
    const bool is_new = shown->signal.open_time == open_time;
    EXPECT_TRUE(!is_new || engine_->store().signal(shown->id)) << "shown before it was stored";
    return is_new;
  }));
  const SignalPtr shown = engine_->view()->series[0].closed;
  EXPECT_EQ(shown->envelope.origin, Origin::live);
  EXPECT_TRUE(shown->envelope.durable);
  EXPECT_EQ(shown->signal.candle_state, CandleState::final);
  (void)engine_->stop();
  std::lock_guard lock(mutex);
  EXPECT_EQ(announced, std::vector{shown->id}) << "history is not news";
  EXPECT_EQ(missing, 0);
}

TEST_F(RuntimeEngine, AsksForCandlesThatAreOverdue) {
  start();
  // The candle after the history closed long ago in market time, and nobody sent it.
  EXPECT_TRUE(eventually([&] { return script_->requests > 0; }));
  const Candle missing = script_->live_candle(1, Timeframe::m5);
  ASSERT_TRUE(script_->say(HistoryLoaded{InstrumentId{1}, Timeframe::m5, {missing}, false}));
  EXPECT_TRUE(eventually(
      [&] { return engine_->view()->series[2].closed->signal.open_time == missing.open_time; }));
}

TEST_F(RuntimeEngine, AStopWritesEverythingThatWasSaid) {
  start();
  for (int n = 0; n < 3; ++n)
    ASSERT_TRUE(script_->close(0, Timeframe::m5, n, CandleState::final, engine_->now()));
  const Candle last = script_->live_candle(0, Timeframe::m5, 2);
  const StopReply reply = engine_->stop();
  EXPECT_TRUE(reply.was_running);
  EXPECT_TRUE(reply.durable) << reply.problem;
  EXPECT_EQ(script_->stops, 1);
  EXPECT_EQ(engine_->view()->state, RunState::stopped);
  EXPECT_EQ(engine_->view()->series[0].closed->signal.open_time, last.open_time);
  EXPECT_EQ(counts().candles, 6 * 150 + 3);
  EXPECT_EQ(counts().signals, 6 * 51 + 3);

  // Three markets: two Parquet files each, and two JSON files per market and day.
  EXPECT_GE(reply.files, 3 * 2 + 3 * 2 * 2);
  auto file = read_candle_file(dir_.path() / "ohlcv" / "binance_BTCUSDT_5m.parquet", Timeframe::m5);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->size(), 153);
  EXPECT_EQ(file->back(), last);
  for (const char* folder : {"signals", "clustering"})
    EXPECT_FALSE(std::filesystem::is_empty(dir_.path() / folder)) << folder;

  const StopReply again = engine_->stop();
  EXPECT_FALSE(again.was_running);
  EXPECT_TRUE(again.durable);
}

TEST_F(RuntimeEngine, TheSameStartAgainIsTheSameRun) {
  start();
  const std::string run_id = engine_->view()->run->run_id;
  for (const StartRequest& same : {everything(), request_for({"btcusdt", "ETH-USDT"}),
                                   request_for({"BTC/USDT", "ETH/USDT"}, R"({"grace": 5})")}) {
    auto reply = engine_->start(same);
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_TRUE(reply->already_running);
    EXPECT_EQ(reply->run->run_id, run_id);
  }
  for (const StartRequest& other :
       {request_for({"BTC/USDT"}), request_for({"BTC/USDT", "ETH/USDT"}, R"({"grace": 6})"),
        request_for({"ETH/USDT", "BTC/USDT"})}) {
    auto reply = engine_->start(other);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, ErrorCode::conflict);
    EXPECT_THAT(reply.error().message, HasSubstr(run_id));
  }
  EXPECT_EQ(script_->starts, 1);
  EXPECT_NE(engine_->view()->state, RunState::stopped);
}

TEST_F(RuntimeEngine, ARestartComputesTheSameSignals) {
  start();
  ASSERT_TRUE(script_->close(0, Timeframe::m5, 0, CandleState::closed_provisional, engine_->now()));
  const Timestamp live = script_->live_candle(0, Timeframe::m5).open_time;
  ASSERT_TRUE(
      eventually([&] { return engine_->view()->series[0].closed->signal.open_time == live; }));
  (void)engine_->stop();
  for (int i = 0; i < 2; ++i) {
    if (i == 1)
      open();  // a new process, as far as the data directory can tell
    start();
    const StopReply reply = engine_->stop();
    EXPECT_TRUE(reply.durable);
    const StoreHealth store = engine_->view()->store;
    EXPECT_GE(store.recomputed_equal, 6 * 40);
    EXPECT_EQ(store.recomputed_different, 0);
  }
}

TEST_F(RuntimeEngine, AFeedThatCannotStartFailsTheRunOnly) {
  script_->refuses_to_start = true;
  auto reply = engine_->start(everything());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::unavailable);
  EXPECT_EQ(engine_->view()->state, RunState::failed);
  EXPECT_THAT(engine_->view()->state_reason, HasSubstr("holidays"));
  EXPECT_FALSE(engine_->stop().was_running);
  EXPECT_TRUE(engine_->feeds().empty());

  script_->refuses_to_start = false;
  start();
  EXPECT_TRUE(engine_->stop().durable);
}

TEST_F(RuntimeEngine, RefusesWhatItCannotRun) {
  for (const auto& [request, code] : std::vector<std::pair<StartRequest, ErrorCode>>{
           {request_for({"DOGE/USDT"}), ErrorCode::unsupported},
           {request_for({"BTC/USDT"}, R"({"momentum_bias": 7})"), ErrorCode::invalid_argument},
           {request_for({"BTC/USDT"}, R"({"momentum_bais": 0.5})"), ErrorCode::invalid_argument},
           {request_for({"BTC/USDT"},
                        R"({"max_candles_per_timeframe": 100, "score_model": "rarity"})"),
            ErrorCode::invalid_argument}}) {
    auto reply = engine_->start(request);
    ASSERT_FALSE(reply) << request.config;
    EXPECT_EQ(reply.error().code, code) << reply.error().message;
  }
  EXPECT_EQ(engine_->view()->state, RunState::stopped);
  EXPECT_EQ(script_->starts, 0);
  EXPECT_EQ(counts().candles, 0);
}

TEST_F(RuntimeEngine, OneEngineOwnsADataDirectory) {
  auto second = Engine::open(testing::engine_options(dir_.path(), script_));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  engine_.reset();
  EXPECT_TRUE(Engine::open(testing::engine_options(dir_.path(), script_)));
}

TEST_F(RuntimeEngine, ItsEndStopsARunThatIsOn) {
  start();
  ASSERT_TRUE(script_->close(1, Timeframe::m5, 0, CandleState::final, engine_->now()));
  engine_.reset();
  EXPECT_EQ(script_->stops, 1);
  open();
  EXPECT_EQ(counts().candles, 6 * 150 + 1);
  EXPECT_TRUE(std::filesystem::exists(dir_.path() / "ohlcv" / "binance_ETHUSDT_5m.parquet"));
}

TEST_F(RuntimeEngine, WhatTheExchangeChangedWhileNobodyWatchedIsARevision) {
  start();
  for (Timeframe timeframe : {Timeframe::m5, Timeframe::h1})
    script_->restated[timeframe] = script_->live_candle(0, timeframe, -10).open_time;
  EXPECT_TRUE(engine_->stop().durable);
  auto revised = [&](const char* table) {
    auto connection = engine_->store().connect();
    return connection
        ->query_integer(std::string("SELECT count(*) FROM ") + table + " WHERE revision > 0")
        .value();
  };
  EXPECT_EQ(revised("candles"), 0);
  start();
  EXPECT_TRUE(engine_->stop().durable);
  EXPECT_EQ(revised("candles"), 6) << "one candle a series, and its first version stays";
  const auto signals = revised("signals");
  EXPECT_GE(signals, 6 * 10) << "every signal since";
  EXPECT_EQ(engine_->view()->store.recomputed_different, 0);
  SignalQuery query;
  query.sort = SignalSort::time;
  query.limit = 1;
  EXPECT_EQ(engine_->store().signals(query)->signals.at(0).revision, 1);
  // A further start has nothing new to say about them.
  start();
  EXPECT_TRUE(engine_->stop().durable);
  EXPECT_EQ(revised("candles"), 6);
  EXPECT_EQ(engine_->view()->store.recomputed_different, 0);
}

TEST_F(RuntimeEngine, ItsEndMayComeRightAfterTheStart) {
  ASSERT_TRUE(engine_->start(everything()));
  engine_.reset();
  open();
  EXPECT_EQ(counts().candles, 6 * 150) << "the history was with the core already";
}

TEST_F(RuntimeEngine, AnyThreadMayAskAnythingAtAnyTime) {
  std::atomic<bool> done = false;
  std::atomic<int> started = 0, stopped = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 4; ++n) {
        auto reply = engine_->start(everything());
        EXPECT_TRUE(reply) << reply.error().message;
        started += reply && !reply->already_running;
        (void)script_->close(0, Timeframe::m5, n, CandleState::final, engine_->now());
        stopped += engine_->stop().was_running;
      }
    });
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      std::uint64_t version = 0;
      while (!done) {
        const MarketViewPtr view = engine_->view();
        EXPECT_GE(view->version, version);
        version = view->version;
        for (const SeriesView& series : view->series)
          EXPECT_TRUE(!series.closed || series.closed->json(engine_->now()).ends_with('}'));
        (void)engine_->feeds();
        (void)engine_->store().counts();
      }
    });
  threads[0].join();
  threads[1].join();
  done = true;
  threads[2].join();
  threads[3].join();
  EXPECT_GE(started, 4);
  EXPECT_EQ(started, stopped);
  EXPECT_EQ(script_->starts, started);
  EXPECT_EQ(engine_->view()->state, RunState::stopped);
  EXPECT_EQ(engine_->view()->store.recomputed_different, 0);
}

}  // namespace
}  // namespace cscan
