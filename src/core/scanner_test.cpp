// The four streams of the brief, each by what it does.

#include "core/scanner.hpp"

#include <gtest/gtest.h>

#include "core/scanner_rig.hpp"

namespace cscan {
namespace {

using rig::Rig;
using rig::start;

std::optional<Signal> direct_score(const std::vector<Candle>& candles) {
  return score_closed(*find_score_model(ScoreModel::classic), candles, candles.size() - 1, false,
                      {});
}

TEST(PriceStream, APriceThatMovesReachesTheTickBufferAndTurnsBreadth) {
  Rig rig(rig::settings_of({Timeframe::m5}), {Rig::btc(), {"binance", "ETH", "USDT", ""}});
  rig.price(100, start);
  rig.price(200, start, 1);
  rig.clock(start);
  EXPECT_EQ(rig.views.back().buffers.ticks, 2U);
  EXPECT_EQ(rig.views.back().market_state->breadth.bias, MarketBias::neutral);
  EXPECT_FALSE(rig.views.back().market_state->breadth.ratio);
  for (std::int64_t s = 1; s <= 60; ++s) {
    rig.price(100 + static_cast<double>(s), start + seconds(s));
    rig.price(200, start + seconds(s), 1);
    rig.clock(start + seconds(s));
  }
  // Samples at 0, 5, …, 60 s of both.
  EXPECT_EQ(rig.views.back().buffers.ticks, 26U);
  const Breadth& breadth = rig.views.back().market_state->breadth;
  EXPECT_EQ(breadth.advancing, 1);
  EXPECT_EQ(breadth.unchanged, 1);
  EXPECT_EQ(breadth.ratio, 1.0);
  EXPECT_EQ(breadth.bias, MarketBias::bullish);
  EXPECT_EQ(breadth.window, seconds(60));
}

TEST(PriceStream, TheTickBufferKeepsTheNewestHundred) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  for (std::int64_t s = 0; s <= 5 * 150; ++s) {
    rig.price(100, start + seconds(s));
    rig.clock(start + seconds(s));
  }
  EXPECT_EQ(rig.views.back().buffers.ticks, 100U);
}

TEST(PriceStream, ASilentMarketIsNotSampledForever) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  rig.price(100, start);
  rig.run_until(start + minutes(10), start);
  EXPECT_LE(rig.views.back().buffers.ticks, 13U);  // fresh for a minute
  EXPECT_EQ(rig.views.back().market_state->breadth.covered, 0);
  EXPECT_EQ(rig.views.back().market_state->breadth.total, 1);
}

TEST(PriceStream, ABaseCountsOnceAcrossExchanges) {
  Rig rig(rig::settings_of({Timeframe::m5}),
          {{"kucoin", "BTC", "USDT", ""}, Rig::btc(), {"binance", "BTC", "USDC", ""}});
  for (std::int64_t s = 0; s <= 60; s += 5) {
    auto move = static_cast<double>(s);
    rig.price(100 - move, start + seconds(s), 0);  // falls on kucoin
    rig.price(100 + move, start + seconds(s), 1);  // rises on binance, which speaks first
    rig.clock(start + seconds(s));
  }
  const Breadth& breadth = rig.views.back().market_state->breadth;
  EXPECT_EQ(breadth.total, 1);
  EXPECT_EQ(breadth.advancing, 1);
  EXPECT_EQ(breadth.declining, 0);
}

TEST(PriceStream, ARestatedOldCandleIsNoNewPrice) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  auto candles = rig::flat_market(100, start, Timeframe::m5);
  rig.history(Timeframe::m5, candles);
  Timestamp now = start + minutes(500) + seconds(20);
  rig.price(150, now - seconds(2));
  Candle restated = candles[98];
  restated.volume = 11;
  rig.candle(Timeframe::m5, restated, CandleState::revised, now - seconds(1));
  rig.clock(now);
  ASSERT_FALSE(rig.views.back().ranking->empty());
  EXPECT_EQ(rig.views.back().ranking->front().price, 150);
}

TEST(SignalStream, ACandleThatClosesBecomesOneSignalAfterTheSettleDelay) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  auto candles = rig::random_walk(1, 121, start, Timeframe::m5);
  Candle last = candles.back();
  rig.history(Timeframe::m5, {candles.begin(), candles.end() - 1});
  EXPECT_EQ(rig.signals.size(), 21U);  // candles 99 to 119 have a full window
  rig.signals.clear();

  Timestamp closes = close_time(last.open_time, Timeframe::m5);
  rig.candle(Timeframe::m5, last, CandleState::forming, closes - seconds(30));
  rig.candle(Timeframe::m5, last, CandleState::closed_provisional, closes + milliseconds(300));
  rig.clock(closes + milliseconds(5'299));
  EXPECT_TRUE(rig.signals.empty());
  rig.clock(closes + milliseconds(5'300));
  ASSERT_EQ(rig.signals.size(), 1U);
  rig.clock(closes + minutes(1));
  EXPECT_EQ(rig.signals.size(), 1U);

  const PersistSignal& made = rig.signals.front();
  auto expected = direct_score(candles);
  ASSERT_TRUE(expected);
  EXPECT_EQ(made.signal.open_time, last.open_time);
  EXPECT_EQ(made.signal.price, last.close);
  EXPECT_EQ(made.signal.combined, expected->combined);
  EXPECT_EQ(made.signal.type, expected->type);
  EXPECT_EQ(made.signal.momentum.change, expected->momentum.change);
  EXPECT_EQ(made.signal.reversion.rsi, expected->reversion.rsi);
  EXPECT_EQ(made.signal.candle_state, CandleState::final);
  EXPECT_EQ(made.origin, Origin::live);
  EXPECT_TRUE(made.newest);
  EXPECT_EQ(made.available_at, closes + milliseconds(5'300));
}

TEST(SignalStream, AFormingCandleIsPreviewedEveryHalfMinuteAndNeverPersisted) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  auto candles = rig::random_walk(2, 121, start, Timeframe::m5);
  rig.history(Timeframe::m5, {candles.begin(), candles.end() - 1});
  rig.signals.clear();
  Timestamp opens = candles.back().open_time;
  rig.clock(opens);
  rig.previews.clear();
  rig.candle(Timeframe::m5, candles.back(), CandleState::forming, opens + seconds(1));
  rig.run_until(opens + seconds(90), opens + seconds(1));
  ASSERT_EQ(rig.previews.size(), 3U);  // at 30, 60 and 90 s
  EXPECT_TRUE(rig.previews.front().signal.is_preview());
  EXPECT_EQ(rig.previews.front().signal.price, candles.back().close);
  EXPECT_TRUE(rig.signals.empty());
}

TEST(SignalStream, AFormingCandleBehindAHoleHasNoPreview) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  auto candles = rig::random_walk(2, 122, start, Timeframe::m5);
  rig.history(Timeframe::m5, {candles.begin(), candles.end() - 2});
  Timestamp opens = candles.back().open_time;
  rig.candle(Timeframe::m5, candles.back(), CandleState::forming, opens + seconds(1));
  rig.run_until(opens + seconds(61), opens + seconds(1));
  EXPECT_TRUE(rig.previews.empty());
}

TEST(SignalStream, AConfirmedCandleIsNotAvailableBeforeItWasReceived) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  auto candles = rig::random_walk(3, 100, start, Timeframe::m5);
  Timestamp closes = close_time(candles.back().open_time, Timeframe::m5);
  rig.history(Timeframe::m5, {candles.begin(), candles.end() - 1});
  rig.clock(closes);
  rig.candle(Timeframe::m5, candles.back(), CandleState::final, closes + seconds(12));
  ASSERT_EQ(rig.signals.size(), 1U);
  EXPECT_GE(rig.signals.back().available_at, closes + seconds(12));
  EXPECT_GE(rig.candles.back().available_at, closes + seconds(12));
}

/// An hour of market after another: ±`move` in turn.
void stream_hours(Rig& rig, Timestamp& opens, int n, double move, double& price) {
  for (int i = 0; i < n; ++i, opens = opens + hours(1)) {
    double close = price * (i % 2 ? 1 - move : 1 + move);
    auto [low, high] = std::minmax(price, close);
    rig.stream(Timeframe::h1, {opens, price, high, low, close, 5});
    price = close;
  }
}

TEST(MarketStateStream, TheRegimeFollowsTheVolatility) {
  Rig rig(rig::settings_of({Timeframe::h1}));
  rig.history(Timeframe::h1, rig::random_walk(4, 200, start, Timeframe::h1, 0.004));
  Timestamp opens = start + hours(200);
  double price = rig.candles.back().candle.close;
  stream_hours(rig, opens, 24, 0.05, price);
  rig.clock(opens + minutes(1));
  EXPECT_EQ(rig.views.back().market_state->volatility.regime, VolatilityRegime::high);
  stream_hours(rig, opens, 25, 0.0001, price);
  rig.clock(opens + minutes(1));
  EXPECT_EQ(rig.views.back().market_state->volatility.regime, VolatilityRegime::low);
}

TEST(MarketStateStream, TheRegimeIsUnknownUntilTwoDaysAreKnown) {
  Rig rig(rig::settings_of({Timeframe::h1}));
  rig.history(Timeframe::h1, rig::random_walk(4, 48, start, Timeframe::h1));
  rig.clock(start + hours(48) + minutes(1));
  EXPECT_EQ(rig.views.back().market_state->volatility.regime, VolatilityRegime::unknown);
  rig.history(Timeframe::h1, rig::random_walk(4, 49, start, Timeframe::h1));
  rig.clock(start + hours(49) + minutes(1));
  EXPECT_NE(rig.views.back().market_state->volatility.regime, VolatilityRegime::unknown);
}

TEST(MarketStateStream, ActiveSignalsAreFreshOnesOfSixtyPointsAndMore) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  auto candles = rig::flat_market(100, start, Timeframe::m5);
  candles.back().close = candles.back().high = 190;  // momentum 90, reversion 50: combined 74
  rig.history(Timeframe::m5, candles);
  ASSERT_EQ(rig.signals.back().signal.combined, points(74));
  rig.clock(start + minutes(500) + seconds(10));
  EXPECT_EQ(rig.views.back().market_state->active_signals, 1);
  rig.clock(start + minutes(520));
  EXPECT_EQ(rig.views.back().market_state->active_signals, 0);
}

TEST(ScanStream, TheRankingChangesOrderWhenAScoreDoes) {
  Rig rig(rig::settings_of({Timeframe::m5}), {Rig::btc(), {"binance", "ETH", "USDT", ""}});
  auto calm = rig::flat_market(101, start, Timeframe::m5);
  auto jump = calm;
  jump[99].close = jump[99].high = 130;
  rig.history(Timeframe::m5, {calm.begin(), calm.end() - 1}, 0);
  rig.history(Timeframe::m5, {jump.begin(), jump.end() - 1}, 1);
  rig.clock(start + minutes(501));
  ASSERT_EQ(rig.views.back().ranking->size(), 2U);
  EXPECT_EQ(rig.views.back().ranking->front().instrument.value, 1U);
  EXPECT_EQ(rig.views.back().ranking->front().rank, 1U);

  Candle rocket = calm.back();
  rocket.close = rocket.high = 180;
  rig.stream(Timeframe::m5, rocket, 0);
  rig.stream(Timeframe::m5, calm.back(), 1);
  rig.clock(start + minutes(507));
  EXPECT_EQ(rig.views.back().ranking->front().instrument.value, 0U);
  EXPECT_EQ(rig.views.back().ranking->front().price, 180);
}

TEST(StreamTimers, RunAtFixedRateOnTheirOwnPhase) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  Timestamp first = start + seconds(7);
  rig.run_until(start + seconds(187), first);
  const auto& streams = rig.views.back().streams;
  // One run at once, then every multiple: 10…185 s; 30…180 s; 60, 120, 180 s; 90, 180 s.
  EXPECT_EQ(streams[0].runs, 1U + 36U);
  EXPECT_EQ(streams[1].runs, 1U + 6U);
  EXPECT_EQ(streams[2].runs, 1U + 3U);
  EXPECT_EQ(streams[3].runs, 1U + 2U);
  EXPECT_EQ(streams[0].last_run, start + seconds(185));
  EXPECT_EQ(streams[3].last_run, start + seconds(180));
  for (const StreamStats& stats : streams)
    EXPECT_EQ(stats.skipped, 0U);
}

TEST(StreamTimers, ALateRunIsRunOnceAndTheMissedOnesAreCounted) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  rig.clock(start);
  rig.clock(start + seconds(23));  // due at 5: 10, 15 and 20 were missed
  const StreamStats& price = rig.views.back().streams[0];
  EXPECT_EQ(price.runs, 2U);
  EXPECT_EQ(price.skipped, 3U);
  rig.clock(start + seconds(24));
  EXPECT_EQ(rig.views.back().streams[0].runs, 2U);
  rig.clock(start + seconds(25));  // back on its phase
  EXPECT_EQ(rig.views.back().streams[0].runs, 3U);
}

TEST(StreamTimers, AClockThatGoesBackIsIgnored) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  rig.clock(start + seconds(100));
  rig.clock(start);
  rig.clock(start + seconds(100));
  EXPECT_EQ(rig.views.size(), 1U);
}

TEST(StreamTimers, TheNextDeadlineIsNotAfterACandleIsDueToSettle) {
  Settings settings = rig::settings_of({Timeframe::m5});
  settings.price_update_interval = settings.signal_generation_interval = 3600;
  settings.market_state_interval = settings.scan_interval = 3600;
  Rig rig(settings);
  rig.clock(start + seconds(1));
  ASSERT_TRUE(rig.scanner.next_deadline());
  EXPECT_EQ(*rig.scanner.next_deadline(), start + hours(1));
  Candle candle = rig::flat_market(1, start, Timeframe::m5).front();
  rig.candle(Timeframe::m5, candle, CandleState::closed_provisional, start + minutes(5));
  ASSERT_TRUE(rig.scanner.next_deadline());
  EXPECT_LE(*rig.scanner.next_deadline(), start + minutes(5) + seconds(5));
}

}  // namespace
}  // namespace cscan
