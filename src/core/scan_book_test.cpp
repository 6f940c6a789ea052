// How the scanner feeds the indicators of the full scan, seen through its ranking. What the
// indicators are: analysis/scan_indicators_test.cpp.

#include "core/scan_book.hpp"

#include <gtest/gtest.h>

#include "analysis/scan_verdict.hpp"
#include "core/scanner_rig.hpp"

namespace cscan {
namespace {

using rig::Rig;
using rig::start;
using Candles = std::vector<Candle>;

constexpr Timeframe m5 = Timeframe::m5;

Candles part(const Candles& candles, std::size_t begin, std::size_t end) {
  return {candles.begin() + static_cast<std::ptrdiff_t>(begin),
          candles.begin() + static_cast<std::ptrdiff_t>(end)};
}

ScanIndicators fed(const Candles& candles) {
  ScanIndicators indicators(m5);
  indicators.rebuild(candles);
  return indicators;
}

/// The one row of the next full scan.
ScanRow scanned(Rig& rig, Timestamp now) {
  rig.clock(now + minutes(2));
  EXPECT_TRUE(rig.views.back().ranking != nullptr && rig.views.back().ranking->size() == 1);
  return rig.views.back().ranking->at(0);
}

TEST(ScanBook, IsWarmedWithAllHistoryLoadedNotOnlyWithWhatIsKept) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(1, 1'000, start, m5);
  rig.history(m5, candles);
  ScanRow row = scanned(rig, start + minutes(5 * 1'000));
  EXPECT_EQ(row.values.candles, 1'000U);
  EXPECT_EQ(row.values, fed(candles).value());
  EXPECT_EQ(row.verdict, judge_scan(row.values));
  EXPECT_FALSE(row.forming);
  EXPECT_EQ(row.basis_open, candles.back().open_time);
}

TEST(ScanBook, TakesLiveCandlesAndPeeksAtTheFormingOne) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(2, 303, start, m5);
  rig.history(m5, part(candles, 0, 300));
  rig.stream(m5, candles[300]);
  rig.stream(m5, candles[301]);
  rig.candle(m5, candles[302], CandleState::forming, candles[302].open_time + minutes(1));
  ScanRow row = scanned(rig, candles[302].open_time);
  EXPECT_TRUE(row.forming);
  EXPECT_EQ(row.basis_open, candles[302].open_time);
  EXPECT_EQ(row.values, fed(candles).value());
  // The peek left no trace: another forming value, another answer.
  candles[302].close = candles[302].low;
  rig.candle(m5, candles[302], CandleState::forming, candles[302].open_time + minutes(3));
  EXPECT_EQ(scanned(rig, candles[302].open_time + minutes(2)).values, fed(candles).value());
}

TEST(ScanBook, IsRebuiltWhenAPastCandleIsRevised) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(3, 700, start, m5);
  rig.history(m5, candles);
  candles[650].close = candles[650].high = candles[650].high * 1.5;
  rig.history(m5, {candles[650]});
  // From the candles that are kept: 500 and the margin of the core.
  ScanRow row = scanned(rig, start + minutes(5 * 700));
  ASSERT_GE(row.values.candles, 500U);
  ASSERT_LT(row.values.candles, 700U);
  EXPECT_EQ(row.values, fed(part(candles, 700 - row.values.candles, 700)).value());
}

TEST(ScanBook, BeginsAgainAtAHoleAndIsWholeWhenItIsExplained) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(4, 400, start, m5);
  rig.history(m5, part(candles, 0, 250));
  rig.history(m5, part(candles, 253, 400));
  ScanRow row = scanned(rig, start + minutes(5 * 400));
  EXPECT_EQ(row.values.candles, 147U);
  EXPECT_EQ(row.values, fed(part(candles, 253, 400)).value());
  EXPECT_TRUE(row.values.warming_up);
  rig.history(m5, part(candles, 250, 253));
  row = scanned(rig, start + minutes(5 * 400 + 2));
  EXPECT_EQ(row.values, fed(candles).value());
}

TEST(ScanBook, TakesHistoryThatComesAfterLiveCandles) {
  Rig rig(rig::settings_of({m5}));
  Candles candles = rig::random_walk(5, 900, start, m5);
  for (std::size_t i = 890; i < 900; ++i)
    rig.stream(m5, candles[i]);
  rig.history(m5, part(candles, 0, 890));
  EXPECT_EQ(scanned(rig, start + minutes(5 * 900)).values, fed(candles).value());
}

TEST(ScanBook, NewInstrumentsStartFromNothing) {
  Rig rig(rig::settings_of({m5}));
  rig.history(m5, rig::random_walk(6, 300, start, m5));
  rig.say(UniverseChanged{{{"binance", "ETH", "USDT", ""}}, {"binance"}});
  Candles others = rig::random_walk(7, 150, start, m5);
  rig.history(m5, others);
  EXPECT_EQ(scanned(rig, start + minutes(5 * 300)).values, fed(others).value());
}

}  // namespace
}  // namespace cscan
