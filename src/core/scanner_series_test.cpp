// Candles that come late, twice, in the wrong order, changed, broken or not at all, and what the
// scanner makes of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/scanner_rig.hpp"

namespace cscan {
namespace {

using rig::Rig;
using rig::start;

constexpr Timeframe m5 = Timeframe::m5;
using Candles = std::vector<Candle>;

Candles part(const Candles& candles, std::size_t from, std::size_t to) {
  return {candles.begin() + static_cast<std::ptrdiff_t>(from),
          candles.begin() + static_cast<std::ptrdiff_t>(to)};
}

/// Open indices of the signals made, in order.
std::vector<std::int64_t> signal_indices(const Rig& rig) {
  std::vector<std::int64_t> indices;
  for (const PersistSignal& s : rig.signals)
    indices.push_back((s.signal.open_time - start) / length(m5));
  return indices;
}

std::vector<std::int64_t> range(std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> result;
  for (std::int64_t i = from; i < to; ++i)
    result.push_back(i);
  return result;
}

TEST(ScannerSeries, DuplicatesChangeNothing) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(1, 130, start, m5);
  rig.history(m5, part(candles, 0, 120));
  rig.history(m5, part(candles, 0, 120));
  for (std::size_t i = 110; i < 130; ++i) {
    rig.stream(m5, candles[i]);
    rig.stream(m5, candles[i]);
    rig.candle(m5, candles[i], CandleState::final, close_time(candles[i].open_time, m5));
  }
  EXPECT_EQ(signal_indices(rig), range(99, 130));
  EXPECT_EQ(rig.candles.size(), 130U);
  rig.clock(start + minutes(700));
  EXPECT_EQ(rig.counters().revisions, 0U);
  EXPECT_EQ(rig.counters().gaps, 0U);
}

TEST(ScannerSeries, ARevisedCandleMakesItsSignalsAgainAsTheNextRevision) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(2, 150, start, m5);
  rig.history(m5, candles);
  rig.signals.clear();
  rig.candles.clear();
  Candle changed = candles[130];
  changed.volume += 1;
  rig.candle(m5, changed, CandleState::final, start + minutes(751));
  EXPECT_EQ(signal_indices(rig), range(130, 150));
  for (const PersistSignal& s : rig.signals) {
    EXPECT_EQ(s.signal.revision, 1U);
    EXPECT_EQ(s.signal.candle_state, CandleState::revised);
    EXPECT_EQ(s.newest, s.signal.open_time == candles.back().open_time);
  }
  ASSERT_EQ(rig.candles.size(), 1U);
  EXPECT_EQ(rig.candles.front().candle.revision, 1U);

  rig.signals.clear();
  changed.volume += 1;
  rig.candle(m5, changed, CandleState::revised, start + minutes(752));
  EXPECT_EQ(signal_indices(rig), range(130, 150));
  EXPECT_EQ(rig.signals.front().signal.revision, 2U);
  rig.clock(start + minutes(760));
  EXPECT_EQ(rig.counters().revisions, 2U);
}

TEST(ScannerSeries, ARevisionReachesNoSignalWhoseWindowItIsNotIn) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(2, 300, start, m5);
  rig.history(m5, candles);
  rig.signals.clear();
  Candle changed = candles[150];
  changed.volume += 1;
  rig.candle(m5, changed, CandleState::revised, start + minutes(5 * 300));
  EXPECT_EQ(signal_indices(rig), range(150, 250));
}

TEST(ScannerSeries, AHoleSilencesTheWindowsItTouchesUntilHistoryExplainsIt) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(3, 300, start, m5);
  rig.history(m5, part(candles, 0, 150));
  for (std::size_t i = 152; i < 300; ++i)
    rig.stream(m5, candles[i]);
  EXPECT_EQ(rig.counters().gaps, 1U);
  auto expected = range(99, 150);
  for (std::int64_t i : range(251, 300))  // 151 is the last hole; 100 candles later it is out
    expected.push_back(i);
  EXPECT_EQ(signal_indices(rig), expected);

  rig.signals.clear();
  rig.history(m5, part(candles, 150, 152));
  auto indices = signal_indices(rig);
  std::ranges::sort(indices);
  auto [first, last] = std::ranges::unique(indices);
  indices.erase(first, last);
  EXPECT_EQ(indices, range(150, 251));
}

TEST(ScannerSeries, AHoleIsAskedForUntilItIsExplained) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(4, 120, start, m5);
  rig.history(m5, part(candles, 0, 110));
  // Candle 110 is lost, and so is every answer to our questions while 111 to 115 stream on.
  for (std::size_t i = 111; i < 116; ++i)
    rig.stream(m5, candles[i]);
  rig.requests.clear();
  Timestamp now = close_time(candles[115].open_time, m5);
  rig.run_until(now + minutes(4), now + seconds(6));
  auto asks_for_hole = [&](const RequestHistory& r) { return r.from <= candles[110].open_time; };
  EXPECT_TRUE(std::ranges::any_of(rig.requests, asks_for_hole));
}

TEST(ScannerSeries, AnOverdueCandleIsAskedForAndTheAnswerSettlesIt) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(5, 111, start, m5);
  rig.history(m5, part(candles, 0, 110));
  Timestamp closes = close_time(candles[110].open_time, m5);
  rig.run_until(closes + seconds(40), start + minutes(550));
  ASSERT_FALSE(rig.requests.empty());
  EXPECT_EQ(rig.requests.front().from, candles[110].open_time);
  EXPECT_EQ(rig.requests.front().timeframe, m5);
  EXPECT_LE(rig.requests.size(), 4U);  // every 11 s from 10 s after the close
  rig.signals.clear();
  rig.requests.clear();
  rig.history(m5, part(candles, 110, 111));
  EXPECT_EQ(signal_indices(rig), range(110, 111));
  rig.run_until(closes + minutes(4), closes + seconds(41));
  EXPECT_TRUE(rig.requests.empty());
}

TEST(ScannerSeries, BrokenCandlesAreRejectedAndCounted) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(6, 110, start, m5);
  rig.history(m5, part(candles, 0, 109));
  rig.candles.clear();
  std::vector<Candle> broken(6, candles[109]);
  broken[0].close = std::nan("");
  broken[1].low = -1;
  broken[2].high = broken[2].low / 2;
  broken[3].volume = -1;
  broken[4].open_time = broken[4].open_time + minutes(1);
  broken[5].open = INFINITY;
  Timestamp now = close_time(candles[109].open_time, m5);
  for (const Candle& candle : broken) {
    rig.candle(m5, candle, CandleState::forming, now);
    rig.candle(m5, candle, CandleState::final, now);
  }
  rig.candle(m5, candles[109], CandleState::unknown, now);
  rig.history(m5, broken);
  rig.clock(now);
  EXPECT_TRUE(rig.candles.empty());
  EXPECT_EQ(rig.counters().candles_rejected, 6U + 6U + 1U + 6U);
  rig.stream(m5, candles[109]);
  EXPECT_EQ(rig.candles.size(), 1U);
}

TEST(ScannerSeries, ACandleFromTheFutureDoesNoHarm) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(7, 120, start, m5);
  rig.history(m5, part(candles, 0, 110));
  rig.clock(start + minutes(550));
  Candle future = candles[109];
  future.open_time = start + days(365'000);  // milliseconds taken for seconds
  for (auto state : {CandleState::forming, CandleState::closed_provisional, CandleState::final})
    rig.candle(m5, future, state, start + minutes(550));
  rig.signals.clear();
  for (std::size_t i = 110; i < 120; ++i)
    rig.stream(m5, candles[i]);
  EXPECT_EQ(signal_indices(rig), range(110, 120));
}

TEST(ScannerSeries, WhatIsNotWatchedIsIgnored) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(8, 120, start, m5);
  rig.history(Timeframe::h1, rig::random_walk(8, 120, start, Timeframe::h1));
  rig.history(m5, candles, 77);
  rig.candle(m5, candles[0], CandleState::final, start + hours(1), 77);
  rig.price(100, start, 77);
  rig.price(std::nan(""), start);
  rig.price(-5, start);
  rig.clock(start);
  EXPECT_TRUE(rig.signals.empty());
  EXPECT_TRUE(rig.candles.empty());
  EXPECT_EQ(rig.views.back().buffers.ticks, 0U);
}

TEST(ScannerSeries, ALargerCandleThatContradictsItsPartsIsCounted) {
  Rig rig(rig::settings_of({m5, Timeframe::h1}));
  Candles parts = rig::flat_market(24, start, m5);
  Candle hour{start, 100, 100, 100, 100, 120};
  for (std::size_t i = 0; i < 12; ++i)
    rig.stream(m5, parts[i]);
  rig.stream(Timeframe::h1, hour);
  rig.clock(start + minutes(62));
  EXPECT_EQ(rig.counters().rollup_mismatches, 0U);
  for (std::size_t i = 12; i < 24; ++i)
    rig.stream(m5, parts[i]);
  hour.open_time = start + hours(1);
  hour.high = 100.01;
  rig.stream(Timeframe::h1, hour);
  rig.clock(start + minutes(122));
  EXPECT_EQ(rig.counters().rollup_mismatches, 1U);
}

TEST(ScannerSeries, ANewListingIsScoredFromItsTwentiethCandle) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(9, 40, start, m5);
  rig.history(m5, part(candles, 0, 30), 0, true);
  for (std::size_t i = 30; i < 40; ++i)
    rig.stream(m5, candles[i]);
  EXPECT_EQ(signal_indices(rig), range(19, 40));
  EXPECT_EQ(rig.signals.front().signal.history_n, 20);
}

TEST(ScannerSeries, HistoryThatComesAfterLiveCandlesIsStoredAndCompletesTheListing) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(10, 40, start, m5);
  for (std::size_t i = 30; i < 40; ++i)
    rig.stream(m5, candles[i]);
  EXPECT_TRUE(rig.signals.empty());
  rig.history(m5, part(candles, 0, 30), 0, true);
  std::map<std::int64_t, int> stored;
  for (const PersistCandle& c : rig.candles)
    ++stored[c.candle.open_time.ms];
  EXPECT_EQ(stored.size(), 40U);
  auto indices = signal_indices(rig);
  std::ranges::sort(indices);
  EXPECT_EQ(indices, range(19, 40));
}

TEST(ScannerSeries, NewSettingsOrInstrumentsStartFromNothing) {
  Rig rig(rig::settings_of({m5}));
  rig.history(m5, rig::random_walk(11, 120, start, m5));
  rig.price(5, start);
  rig.clock(start + minutes(1));
  rig.say(UniverseChanged{{{"binance", "ETH", "USDT", ""}}, {"binance"}});
  rig.clock(start + minutes(2));
  EXPECT_EQ(rig.views.back().buffers.ticks, 0U);
  EXPECT_EQ(rig.views.back().buffers.candles, 0U);
  EXPECT_EQ(rig.views.back().buffers.signals, 0U);
  EXPECT_TRUE(rig.views.back().ranking == nullptr || rig.views.back().ranking->empty());
}

}  // namespace
}  // namespace cscan
