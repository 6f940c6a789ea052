// The indicators of one series: when they speak, what makes them begin again, and that each column
// is the indicator it is named after. That the indicators are right: indicator/*_test.cpp and
// tests/talib_test.cpp.

#include "analysis/scan_indicators.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>

#include "analysis/scan_test_support.hpp"

namespace cscan {
namespace {

using scan_test::value_members;
using Candles = std::vector<Candle>;

constexpr Timestamp start = Timestamp{} + days(20'002);  // midnight UTC

/// 5m candles that wander in whole steps, from a state of their own.
Candles walk(std::size_t n, std::uint32_t seed = 1, Timestamp first = start) {
  Candles candles;
  double price = 500;
  auto dice = [&seed](std::uint32_t sides) {
    seed = seed * 1'664'525 + 1'013'904'223;
    return static_cast<double>((seed >> 16) % sides);
  };
  for (std::size_t i = 0; i < n; ++i) {
    double open = price, close = std::max(50.0, open + dice(13) - 6);
    candles.push_back({first + minutes(5) * static_cast<std::int64_t>(i), open,
                       std::max(open, close) + dice(3), std::min(open, close) - dice(3), close,
                       1 + dice(40)});
    price = close;
  }
  return candles;
}

ScanIndicators fed(const Candles& candles) {
  ScanIndicators indicators(Timeframe::m5);
  for (const Candle& candle : candles)
    indicators.update(candle);
  return indicators;
}

std::size_t known(const ScanValues& values) {
  std::size_t count = 0;
  for (auto member : value_members)
    count += (values.*member).has_value();
  return count;
}

TEST(ScanIndicators, SpeakWhenTheyHaveSeenEnough) {
  ScanIndicators indicators(Timeframe::m5);
  EXPECT_EQ(known(indicators.value()), 0U);
  EXPECT_EQ(indicators.value().candles, 0U);
  // Candles after which each is there: from the definitions.
  std::vector<std::pair<std::optional<double> ScanValues::*, std::uint32_t>> needed = {
      {&ScanValues::obv, 1},
      {&ScanValues::vwap, 1},
      {&ScanValues::ema_5, 5},
      {&ScanValues::ema_9, 9},
      {&ScanValues::ema_13, 13},
      {&ScanValues::rsi_14, 15},
      {&ScanValues::atr_14, 15},
      {&ScanValues::plus_di_14, 15},
      {&ScanValues::minus_di_14, 15},
      {&ScanValues::stoch_k_14, 18},
      {&ScanValues::stoch_d_14, 18},
      {&ScanValues::sma_20, 20},
      {&ScanValues::bb_upper_20, 20},
      {&ScanValues::bb_lower_20, 20},
      {&ScanValues::bb_width_20, 20},
      {&ScanValues::bb_position_20, 20},
      {&ScanValues::high_20, 20},
      {&ScanValues::low_20, 20},
      {&ScanValues::ema_21, 21},
      {&ScanValues::obv_slope_20, 21},
      {&ScanValues::adx_14, 28},
      {&ScanValues::macd_12_26, 34},
      {&ScanValues::macd_signal_9, 34},
      {&ScanValues::macd_histogram, 34},
      {&ScanValues::ema_50, 50},
      {&ScanValues::sma_50, 50},
      {&ScanValues::ichimoku_conversion_9, 77},
      {&ScanValues::ichimoku_base_26, 77},
      {&ScanValues::ichimoku_span_a, 77},
      {&ScanValues::ichimoku_span_b, 77},
      {&ScanValues::poc_100, 100},
      {&ScanValues::high_100, 100},
      {&ScanValues::low_100, 100},
      {&ScanValues::fib_retracement_100, 100},
      {&ScanValues::atr_100, 101},
      {&ScanValues::ema_200, 200}};
  ASSERT_EQ(needed.size(), value_members.size());
  for (const Candle& candle : walk(210)) {
    indicators.update(candle);
    ScanValues values = indicators.value();
    for (std::size_t i = 0; i < needed.size(); ++i)
      EXPECT_EQ((values.*needed[i].first).has_value(), values.candles >= needed[i].second)
          << values.candles << ' ' << i;
    EXPECT_EQ(values.warming_up, values.candles < 200);
    EXPECT_EQ(values.ichimoku_state.has_value(), values.candles >= 77);
    EXPECT_EQ(values.fib_swing_100.has_value(), values.candles >= 100);
    EXPECT_EQ(values.close, candle.close);
  }
  EXPECT_EQ(indicators.count(), 210U);
}

TEST(ScanIndicators, AreWhatTheirColumnsSay) {
  Candles candles = walk(300);
  ScanValues values = fed(candles).value();
  Ichimoku ichimoku;
  Obv obv;
  SessionVwap vwap;
  VolumeProfile<100> profile;
  PriceRange<20> range;
  Retracement<100> swing;
  for (const Candle& candle : candles) {
    ichimoku.update(candle);
    obv.update(candle);
    vwap.update(candle);
    profile.update(candle);
    range.update(candle);
    swing.update(candle);
  }
  EXPECT_EQ(values.ichimoku_conversion_9, ichimoku.value()->conversion);
  EXPECT_EQ(values.ichimoku_base_26, ichimoku.value()->base);
  EXPECT_EQ(values.ichimoku_span_a, ichimoku.value()->span_a);
  EXPECT_EQ(values.ichimoku_span_b, ichimoku.value()->span_b);
  EXPECT_EQ(values.ichimoku_state, ichimoku.value()->state);
  EXPECT_EQ(values.obv, obv.value()->level);
  EXPECT_EQ(values.obv_slope_20, obv.value()->slope);
  EXPECT_EQ(values.vwap, vwap.value());
  EXPECT_EQ(values.poc_100, profile.value());
  EXPECT_EQ(values.high_20, range.value()->high);
  EXPECT_EQ(values.low_20, range.value()->low);
  EXPECT_EQ(values.high_100, swing.value()->high);
  EXPECT_EQ(values.low_100, swing.value()->low);
  EXPECT_EQ(values.fib_swing_100, swing.value()->swing);
  EXPECT_EQ(values.fib_retracement_100, swing.value()->position);
}

TEST(ScanIndicators, BeginAgainAfterAHole) {
  Candles before = walk(250), after = walk(60, 7, start + minutes(5 * 253));
  // A hole as the series shows it, and one that only the open times tell of.
  Candles with_unknown = before;
  for (int i = 0; i < 3; ++i)
    with_unknown.push_back(unknown_candle(start + minutes(5 * (250 + i))));
  EXPECT_EQ(fed(with_unknown).count(), 0U);
  EXPECT_EQ(known(fed(with_unknown).value()), 0U);
  Candles with_jump = before;
  for (Candles* candles : {&with_unknown, &with_jump}) {
    candles->insert(candles->end(), after.begin(), after.end());
    EXPECT_EQ(fed(*candles).value(), fed(after).value());
    EXPECT_EQ(fed(*candles).count(), 60U);
  }
}

TEST(ScanIndicators, TakeAStretchWithoutTradesAsFlatCandles) {
  Candles candles = walk(250);
  candles.push_back(flat_candle(start + minutes(5 * 250), candles.back().close));
  ScanIndicators indicators = fed(candles);
  EXPECT_EQ(indicators.count(), 251U);
  EXPECT_EQ(indicators.value().obv, fed(walk(250)).value().obv);
}

TEST(ScanIndicators, BeginAgainAtNumbersNoMarketHas) {
  for (double price : {1e101, 1e-101}) {
    Candles candles = walk(30);
    Timestamp next = candles.back().open_time + minutes(5);
    candles.push_back({next, price, price, price, price, 1});
    EXPECT_EQ(fed(candles).count(), 0U);
    candles.back() = {next, 100, 100, 100, 100, 1e101};
    EXPECT_EQ(fed(candles).count(), 0U);
    candles.back() = {next, 1e-100, 1e100, 1e-100, 1e100, 1e100};
    EXPECT_EQ(fed(candles).count(), 31U);
  }
}

TEST(ScanIndicators, RebuildIsFeedingFromTheStart) {
  ScanIndicators indicators = fed(walk(250, 3));
  Candles others = walk(230, 4);
  indicators.rebuild(others);
  EXPECT_EQ(indicators.value(), fed(others).value());
  EXPECT_EQ(indicators.newest_open(), others.back().open_time);
  indicators.rebuild({});
  EXPECT_EQ(indicators.count(), 0U);
}

RC_GTEST_PROP(ScanIndicators, PeekWithoutATrace, ()) {
  static_assert(std::is_trivially_copyable_v<ScanIndicators>);  // no heap memory
  static_assert(sizeof(ScanIndicators) < 12'000);
  auto n = *rc::gen::inRange<std::size_t>(2, 260);
  Candles candles = walk(n, *rc::gen::arbitrary<std::uint32_t>());
  const ScanIndicators before = fed({candles.begin(), candles.end() - 1});
  candles.back().state = CandleState::forming;
  unsigned char state[sizeof before];
  std::memcpy(state, &before, sizeof before);
  ScanValues peeked = before.peek(candles.back());
  RC_ASSERT(std::memcmp(state, &before, sizeof before) == 0);
  ScanIndicators after = before;
  after.update(candles.back());
  RC_ASSERT(after.value() == peeked);
  RC_ASSERT(peeked.candles == n);
}

}  // namespace
}  // namespace cscan
