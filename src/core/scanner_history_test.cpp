// What the scanner makes of history under the rarity model, whose window of 500 candles is about as
// long as what is kept: restarts, changes far back, listings.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/scanner_rig.hpp"

namespace cscan {
namespace {

using rig::Rig;
using rig::start;

constexpr Timeframe m5 = Timeframe::m5;
using Candles = std::vector<Candle>;

Settings rarity_5m() {
  Settings settings = rig::settings_of({m5});
  settings.score_model = ScoreModel::rarity;
  return settings;
}

Candles part(const Candles& candles, std::size_t from, std::size_t to) {
  return {candles.begin() + static_cast<std::ptrdiff_t>(from),
          candles.begin() + static_cast<std::ptrdiff_t>(to)};
}

std::int64_t index_of(Timestamp open_time) { return (open_time - start) / length(m5); }

/// The newest signal of every candle, as the values that decide a body.
using Values = std::tuple<Score, Score, Score, SignalType, std::uint32_t, double, std::uint64_t>;
std::map<std::int64_t, Values> newest_of(const Rig& rig) {
  std::map<std::int64_t, Values> result;
  for (const PersistSignal& made : rig.signals) {
    const Signal& s = made.signal;
    result[index_of(s.open_time)] = {s.combined, s.momentum.score, s.reversion.score, s.type,
                                     s.revision, s.coverage(),     s.window_mark};
  }
  return result;
}

TEST(ScannerHistory, AThousandCandlesGiveFiveHundredAndOneSignals) {
  Rig rig(rarity_5m());
  rig.history(m5, rig::random_walk(1, 1'000, start, m5));
  auto made = newest_of(rig);
  EXPECT_EQ(made.size(), 501U);
  EXPECT_EQ(made.begin()->first, 499);
  for (const PersistSignal& s : rig.signals)
    EXPECT_EQ(s.signal.history_n, 500);
}

TEST(ScannerHistory, HistoryThatComesLateGivesTheSameSignals) {
  Candles candles = rig::random_walk(2, 1'010, start, m5);
  Rig early(rarity_5m()), late(rarity_5m());
  early.history(m5, part(candles, 0, 1'000));
  for (std::size_t i = 1'000; i < 1'010; ++i) {
    early.stream(m5, candles[i]);
    late.stream(m5, candles[i]);
  }
  EXPECT_TRUE(late.signals.empty());
  late.history(m5, part(candles, 0, 1'005));
  EXPECT_EQ(newest_of(late), newest_of(early));
}

TEST(ScannerHistory, AChangeFarBackIsMadeGoodWithHistoryAskedForAgain) {
  Candles candles = rig::random_walk(3, 1'000, start, m5);
  Rig rig(rarity_5m());
  rig.history(m5, candles);
  rig.clock(start + minutes(5 * 1'000 + 1));
  Candle changed = candles[700];
  changed.close = changed.high;
  rig.signals.clear();
  rig.requests.clear();
  rig.candle(m5, changed, CandleState::revised, start + minutes(5 * 1'000 + 1));
  // 560 candles are kept, from 440 on: only from 939 on are there whole windows.
  EXPECT_EQ(newest_of(rig).begin()->first, 939);
  ASSERT_EQ(rig.requests.size(), 1U);
  EXPECT_EQ(index_of(rig.requests.front().from), 700 - 499);

  Candles again = candles;
  again[700] = changed;
  rig.history(m5, part(again, 201, 1'000));
  auto made = newest_of(rig);
  EXPECT_EQ(made.begin()->first, 700) << "201 + 499";
  EXPECT_EQ(made.size(), 300U);
  for (const auto& [index, values] : made)
    EXPECT_EQ(std::get<std::uint32_t>(values), 1U) << index;
  // Once is enough: what a full series has had before is not scored again.
  rig.signals.clear();
  rig.history(m5, part(again, 201, 1'000));
  EXPECT_TRUE(rig.signals.empty());
  // The same as if the changed candle had been known from the first: only the revision differs.
  Rig fresh(rarity_5m());
  fresh.history(m5, again);
  auto expected = newest_of(fresh);
  for (const auto& [index, values] : made)
    EXPECT_EQ(std::get<0>(values), std::get<0>(expected.at(index))) << index;
}

TEST(ScannerHistory, ALongHoleThatIsExplainedIsScoredOnce) {
  Candles candles = rig::random_walk(4, 1'000, start, m5);
  Rig rig(rarity_5m());
  rig.history(m5, part(candles, 0, 900));
  rig.clock(start + minutes(5 * 950));
  for (std::size_t i = 950; i < 1'000; ++i)
    rig.stream(m5, candles[i]);
  EXPECT_EQ(rig.counters().gaps, 1U);
  rig.signals.clear();
  rig.history(m5, part(candles, 900, 950));
  std::map<std::int64_t, int> times;
  for (const PersistSignal& s : rig.signals) {
    ++times[index_of(s.signal.open_time)];
    EXPECT_EQ(s.signal.coverage(), 1);
  }
  for (const auto& [index, count] : times)
    EXPECT_EQ(count, 1) << index;
  EXPECT_EQ(times.rbegin()->first, 999);
}

TEST(ScannerHistory, WhatWasStoredAndWhatTheExchangeSaysAfterARestartAreTwoVersions) {
  // After a restart the stored candles come first, then the exchange's.
  Candles stored = rig::random_walk(5, 700, start, m5);
  Candles exchange = stored;
  exchange[650].volume *= 2;
  Rig rig(rarity_5m());
  rig.history(m5, stored);
  rig.candles.clear();
  rig.signals.clear();
  rig.history(m5, exchange);
  ASSERT_EQ(rig.candles.size(), 1U);
  EXPECT_EQ(rig.candles[0].candle.revision, 1U);
  EXPECT_EQ(rig.candles[0].candle.state, CandleState::revised);
  EXPECT_EQ(newest_of(rig).begin()->first, 650);

  // A stored revision is kept as such, and the exchange's equal values change nothing.
  Candles revised = exchange;
  revised[650].revision = 1;
  revised[650].state = CandleState::revised;
  Rig again(rarity_5m());
  again.history(m5, revised);
  auto before = newest_of(again);
  again.history(m5, exchange);
  EXPECT_EQ(newest_of(again), before);
  EXPECT_EQ(std::get<std::uint32_t>(before.at(699)), 1U);
}

TEST(ScannerHistory, AListingKnownLaterScoresItsYouth) {
  Candles candles = rig::random_walk(6, 300, start, m5);
  Rig at_once(rarity_5m()), later(rarity_5m());
  at_once.history(m5, candles, 0, true);
  later.history(m5, candles);
  EXPECT_TRUE(later.signals.empty());
  later.history(m5, candles, 0, true);
  EXPECT_EQ(newest_of(later), newest_of(at_once));
  EXPECT_EQ(newest_of(later).begin()->first, 218);
  EXPECT_EQ(later.signals.back().signal.history_n, 300);
}

}  // namespace
}  // namespace cscan
