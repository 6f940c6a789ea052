// What the market-state stream reads from the series.

#include "core/market_survey.hpp"

#include <gtest/gtest.h>

#include "core/scanner_rig.hpp"

namespace cscan {
namespace {

using rig::Rig;
using rig::start;

std::vector<Instrument> coins(std::initializer_list<const char*> bases) {
  std::vector<Instrument> result;
  for (const char* base : bases)
    result.push_back({"binance", base, "USDT", ""});
  return result;
}

/// 60 hours that stand at 100, then a last one that closes at `last`.
std::vector<Candle> hours_ending_at(double last) {
  auto candles = rig::flat_market(61, start, Timeframe::h1);
  candles.back().close = last;
  candles.back().high = std::max(100.0, last);
  candles.back().low = std::min(100.0, last);
  return candles;
}

constexpr Timestamp end = start + hours(61);

MarketState state_of(Rig& rig) {
  rig.clock(end + minutes(1));
  return *rig.views.back().market_state;
}

TEST(MarketSurvey, TheTrendFollowsTheChangeOverADay) {
  Rig rig(rig::settings_of({Timeframe::h1}), coins({"A", "B", "C", "D"}));
  for (std::uint32_t id = 0; id < 4; ++id) {
    double last = id < 3 ? 110 : 90;  // three of four rise: 0.75
    rig.history(Timeframe::h1, hours_ending_at(last), id);
    rig.price(last, end, id);
  }
  MarketState state = state_of(rig);
  EXPECT_EQ(state.trend.ratio, 0.75);
  EXPECT_EQ(state.trend.trend, MarketBias::bullish);
  EXPECT_EQ(state.trend.covered, 4);
}

TEST(MarketSurvey, TheChangeOverADayIsMeasuredFromTheCloseADayAgo) {
  Rig rig(rig::settings_of({Timeframe::h1}));
  auto candles = rig::flat_market(120, end - hours(120), Timeframe::h1);
  // The candle that closes exactly 24 hours before the newest close; its neighbours stand at 100.
  Candle& day_ago = candles[95];
  day_ago.close = day_ago.high = 125;
  rig.history(Timeframe::h1, candles);
  rig.price(150, end);
  rig.clock(end + minutes(1));
  ASSERT_FALSE(rig.views.back().ranking->empty());
  EXPECT_NEAR(*rig.views.back().ranking->front().change_24h, 0.2, 1e-12);
  EXPECT_EQ(rig.views.back().ranking->front().price, 150);
}

TEST(MarketSurvey, TheVolumeOfADayIsTheExchangesElseThatOfTheCandles) {
  Rig rig(rig::settings_of({Timeframe::h1}));
  auto candles = rig::flat_market(120, end - hours(120), Timeframe::h1);
  candles[119].high = 130;  // typical price 110
  rig.history(Timeframe::h1, candles);
  rig.clock(end + minutes(1));
  EXPECT_DOUBLE_EQ(*rig.views.back().ranking->front().quote_volume_24h, 23 * 1'000 + 1'100);
  rig.say(MarketEvent{PriceUpdate{InstrumentId{0}, 100, 5e6, end, end}});
  rig.clock(end + minutes(3));
  EXPECT_EQ(rig.views.back().ranking->front().quote_volume_24h, 5e6);
}

TEST(MarketSurvey, CountsBasesAboveTheirAverageAndAtNewExtremes) {
  Rig rig(rig::settings_of({Timeframe::h1}), coins({"UP", "DOWN", "FLAT"}));
  double lasts[] = {110, 90, 100};
  for (std::uint32_t id = 0; id < 3; ++id) {
    auto candles = hours_ending_at(lasts[id]);
    candles[50].high = 105;  // within the last day
    candles[50].low = 95;
    rig.history(Timeframe::h1, candles, id);
    rig.price(lasts[id], end, id);
  }
  MarketState state = state_of(rig);
  ASSERT_EQ(state.above_ema_50.size(), 1U);
  EXPECT_EQ(state.above_ema_50.front().covered, 3);
  EXPECT_EQ(state.above_ema_50.front().above, 1);
  EXPECT_EQ(state.new_highs_24h, 1);
  EXPECT_EQ(state.new_lows_24h, 1);
}

TEST(MarketSurvey, TheFirstExchangeSpeaksForABase) {
  Rig rig(rig::settings_of({Timeframe::h1}), {{"kucoin", "BTC", "USDT", ""}, Rig::btc()});
  rig.history(Timeframe::h1, hours_ending_at(90), 0);
  rig.history(Timeframe::h1, hours_ending_at(110), 1);
  MarketState state = state_of(rig);
  EXPECT_EQ(state.above_ema_50.front().covered, 1);
  EXPECT_EQ(state.above_ema_50.front().above, 1);
}

TEST(MarketSurvey, LoadedCandlesGiveBreadthItsWindowAtOnce) {
  Rig rig(rig::settings_of({Timeframe::m5}));
  rig.clock(end);
  auto candles = rig::flat_market(20, end - minutes(101), Timeframe::m5);
  for (Candle& candle : candles)
    candle.open_time = floor_to(candle.open_time, minutes(5));
  rig.history(Timeframe::m5, candles);
  rig.price(105, end);
  rig.clock(end + seconds(5));
  rig.clock(end + minutes(1));
  const Breadth& breadth = rig.views.back().market_state->breadth;
  EXPECT_EQ(breadth.advancing, 1);
  EXPECT_GE(breadth.window, minutes(5));
  EXPECT_LE(breadth.window, seconds(495));
}

TEST(MarketSurvey, AnHourWithoutACandleBreaksOnlyItsOwnWindows) {
  Rig rig(rig::settings_of({Timeframe::h1}));
  auto candles = rig::random_walk(1, 200, end - hours(200), Timeframe::h1);
  candles.erase(candles.begin() + 100);
  rig.history(Timeframe::h1, candles);
  Volatility volatility = state_of(rig).volatility;
  EXPECT_TRUE(volatility.realised_24h);
  EXPECT_NE(volatility.regime, VolatilityRegime::unknown);
  EXPECT_EQ(volatility.hours_of_history, 192);
}

}  // namespace
}  // namespace cscan
