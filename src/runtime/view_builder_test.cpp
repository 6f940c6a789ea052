#include "runtime/view_builder.hpp"

#include <gmock/gmock.h>

#include "runtime/runtime_test_support.hpp"

namespace cscan {
namespace {

using ::testing::HasSubstr;

constexpr Timestamp midnight{1'761'264'000'000};

class RuntimeViewBuilder : public ::testing::Test {
 protected:
  static std::shared_ptr<const RunInfo> make_run() {
    RunInfo run;
    run.run_id = "r";
    run.source = "synthetic";
    run.settings.timeframes = {{"swing", Timeframe::h1}, {"scalp", Timeframe::m5}};
    run.instruments = {{"binance", "BTC", "USDT", ""}, {"binance", "ETH", "USDT", ""}};
    run.started_at = midnight;
    return std::make_shared<const RunInfo>(std::move(run));
  }
  static Signal signal(std::uint32_t instrument, Timeframe timeframe, Timestamp open_time,
                       CandleState state = CandleState::final) {
    Signal result;
    result.instrument = InstrumentId{instrument};
    result.timeframe = timeframe;
    result.open_time = open_time;
    result.candle_state = state;
    result.combined = points(70);
    return result;
  }
  SignalPtr render(const Signal& s, bool durable = true) {
    return builder_.render(s, {midnight, midnight, Origin::live, durable, "synthetic"});
  }
  MarketViewPtr published() {
    builder_.publish();
    return slot_.get();
  }

  ViewSlot slot_;
  std::shared_ptr<const RunInfo> run_ = make_run();
  ViewBuilder builder_{slot_, run_};
};

TEST_F(RuntimeViewBuilder, BeginsWithEverySeriesWarmingUp) {
  EXPECT_EQ(slot_.get()->run, nullptr) << "nothing is shown before publish()";
  const MarketViewPtr view = published();
  EXPECT_EQ(view->state, RunState::starting);
  EXPECT_EQ(view->run, run_);
  ASSERT_EQ(view->series.size(), 4);
  // Instruments first, timeframes ascending whatever the order of the settings.
  EXPECT_EQ(view->series[0].timeframe, Timeframe::m5);
  EXPECT_EQ(view->series[1].timeframe, Timeframe::h1);
  EXPECT_EQ(view->series[3].instrument, InstrumentId{1});
  for (const SeriesView& series : view->series) {
    EXPECT_EQ(series.closed, nullptr);
    EXPECT_EQ(series.candles_needed, 500);
  }
}

TEST_F(RuntimeViewBuilder, MakesANewVersionOnlyOfSomethingNew) {
  const std::uint64_t first = published()->version;
  EXPECT_EQ(published()->version, first);
  builder_.set_state(RunState::running, "");
  EXPECT_EQ(published()->version, first + 1);
  builder_.set_state(RunState::running, "");
  EXPECT_EQ(published()->version, first + 1);
  builder_.set_state(RunState::running, "because");
  EXPECT_EQ(published()->version, first + 2);
  ViewBuilder next(slot_, run_);
  next.publish();
  EXPECT_EQ(slot_.get()->version, first + 3) << "versions go on in the next run";
}

TEST_F(RuntimeViewBuilder, APublishedPictureNeverChanges) {
  const MarketViewPtr before = published();
  builder_.show_closed(render(signal(1, Timeframe::h1, midnight)));
  builder_.set_state(RunState::degraded, "x");
  const MarketViewPtr after = published();
  EXPECT_EQ(before->series[3].closed, nullptr);
  EXPECT_EQ(before->state, RunState::starting);
  EXPECT_NE(after->series[3].closed, nullptr);
}

TEST_F(RuntimeViewBuilder, ShowsTheNewestClosedSignal) {
  auto shown = [&] { return published()->series[0].closed->signal; };
  builder_.show_closed(render(signal(0, Timeframe::m5, midnight)));
  EXPECT_EQ(shown().open_time, midnight);
  builder_.show_closed(render(signal(0, Timeframe::m5, midnight + minutes(5))));
  builder_.show_closed(render(signal(0, Timeframe::m5, midnight)));  // late
  EXPECT_EQ(shown().open_time, midnight + minutes(5));
  Signal revised = signal(0, Timeframe::m5, midnight + minutes(5));
  revised.revision = 1;
  builder_.show_closed(render(revised));
  EXPECT_EQ(shown().revision, 1);
  EXPECT_EQ(published()->series[1].closed, nullptr);
}

TEST_F(RuntimeViewBuilder, ACloseReplacesThePreviewOfItsCandle) {
  const auto forming = CandleState::forming;
  builder_.show_preview(render(signal(0, Timeframe::m5, midnight, forming)));
  EXPECT_NE(published()->series[0].preview, nullptr);
  builder_.show_closed(render(signal(0, Timeframe::m5, midnight)));
  EXPECT_EQ(published()->series[0].preview, nullptr);
  builder_.show_preview(render(signal(0, Timeframe::m5, midnight + minutes(5), forming)));
  builder_.show_closed(render(signal(0, Timeframe::m5, midnight)));
  EXPECT_NE(published()->series[0].preview, nullptr) << "it belongs to the next candle";
}

TEST_F(RuntimeViewBuilder, RendersASignalOnceInBothForms) {
  const SignalPtr closed = render(signal(1, Timeframe::m5, midnight), false);
  EXPECT_THAT(closed->json_fresh, HasSubstr("\"symbol\":\"ETH/USDT\""));
  EXPECT_THAT(closed->json_fresh, HasSubstr("\"style\":\"scalp\""));
  EXPECT_THAT(closed->json_fresh, HasSubstr("\"durable\":false"));
  EXPECT_THAT(closed->json_fresh, HasSubstr("\"stale\":false"));
  EXPECT_THAT(closed->json_stale, HasSubstr("\"stale\":true"));
  EXPECT_THAT(closed->json_fresh, HasSubstr("\"id\":\"" + closed->id + "\""));
  // Its successor closes at 0:10 and may take five seconds to settle and five of grace.
  const Timestamp stale_at = midnight + minutes(10) + seconds(10);
  EXPECT_EQ(closed->stale_at, stale_at);
  EXPECT_EQ(closed->json(stale_at - milliseconds(1)), closed->json_fresh);
  EXPECT_EQ(closed->json(stale_at), closed->json_stale);
  // A preview is outdated by its own close.
  const SignalPtr preview = render(signal(1, Timeframe::m5, midnight, CandleState::forming));
  EXPECT_EQ(preview->stale_at, midnight + minutes(5) + seconds(10));
  EXPECT_NE(preview->id, closed->id);
}

TEST_F(RuntimeViewBuilder, TakesOverWhatTheStreamsSay) {
  PublishView update;
  update.as_of = midnight + seconds(60);
  MarketState state;
  state.active_signals = 9;
  update.market_state = std::make_shared<const MarketState>(state);
  update.ranking = std::make_shared<const std::vector<ScanRow>>(3);
  update.ranking_as_of = midnight + seconds(30);
  update.series_candles = {10, 20, 30, 40};
  update.ran = {true, false, false, false};
  update.streams[1].runs = 5;
  builder_.show(update, 12.5);
  MarketViewPtr view = published();
  EXPECT_EQ(view->as_of, update.as_of);
  EXPECT_EQ(view->market_state->active_signals, 9);
  EXPECT_EQ(view->ranking, update.ranking);
  EXPECT_EQ(view->series[2].candles, 30);
  EXPECT_EQ(view->streams[1].runs, 5);
  EXPECT_EQ(view->streams[0].duration_ms, 12.5);
  EXPECT_EQ(view->streams[1].duration_ms, 0);

  update.ran = {false, true, false, false};
  update.market_state = nullptr;
  builder_.show(update, 99);
  view = published();
  EXPECT_EQ(view->streams[0].duration_ms, 12.5) << "of its own newest run";
  EXPECT_EQ(view->streams[1].duration_ms, 99);
  EXPECT_TRUE(view->market_state) << "what is not said again stays";
}

}  // namespace
}  // namespace cscan
