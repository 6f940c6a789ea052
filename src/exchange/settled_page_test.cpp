// What an answer proves about the candles asked for.

#include "exchange/settled_page.hpp"

#include <gtest/gtest.h>

namespace cscan {
namespace {

constexpr Timestamp start{1'760'000'400'000};  // on the grid of an hour
constexpr Duration step = minutes(5);

Timestamp at(std::int64_t n) { return start + step * n; }

Candle row(std::int64_t n, double close = 10) {
  return {at(n), close, close, close, close, 3, 0, CandleState::final};
}

CandlePage page(std::initializer_list<std::int64_t> rows) {
  CandlePage page;
  for (std::int64_t n : rows)
    page.candles.push_back(row(n, 10 + static_cast<double>(n)));
  return page;
}

/// States by position from the start: F final, N no trade, '-' hole.
std::string states(const SettledPage& settled, std::int64_t count) {
  std::string text(static_cast<std::size_t>(count), '-');
  for (const Candle& candle : settled.candles)
    text[static_cast<std::size_t>((candle.open_time - start) / step)] =
        candle.state == CandleState::final ? 'F' : 'N';
  return text;
}

PageQuestion question(std::int64_t settled, std::uint32_t rows = 10) {
  return {Timeframe::m5, start, rows, at(settled), std::nullopt, {}};
}

TEST(SettledPage, TheFormingCandleIsNotFinal) {
  EXPECT_EQ(states(settle_page(question(3), page({0, 1, 2, 3})), 5), "FFF--");
}

TEST(SettledPage, WhatClosedWithinTheSettleDelayIsNotFinal) {
  PageQuestion asked = question(3);
  asked.settled_before = at(3) - milliseconds(1);
  EXPECT_EQ(states(settle_page(asked, page({0, 1, 2, 3})), 5), "FF---");
}

TEST(SettledPage, MissingRowsHadNoTradesAndStandAtTheLastClose) {
  SettledPage settled = settle_page(question(6), page({0, 1, 4}));
  EXPECT_EQ(states(settled, 6), "FFNNFN");
  EXPECT_EQ(settled.candles[2].close, 11);
  EXPECT_EQ(settled.candles[2].volume, 0);
  EXPECT_EQ(settled.candles[5].close, 14);
  EXPECT_FALSE(settled.more);
}

TEST(SettledPage, BeforeTheFirstRowNothingIsKnownUnlessTheCloseBeforeIs) {
  EXPECT_EQ(states(settle_page(question(4), page({2})), 4), "--FN");
  PageQuestion asked = question(4);
  asked.close_before = 7;
  EXPECT_EQ(states(settle_page(asked, page({2})), 4), "NNFN");
  EXPECT_EQ(states(settle_page(asked, page({})), 4), "NNNN");
  EXPECT_EQ(states(settle_page(question(4), page({})), 4), "----");
}

TEST(SettledPage, ACandleWithTradesIsNotCalledQuietForBeingAbsent) {
  PageQuestion asked = question(4);
  asked.traded = {at(1)};
  EXPECT_EQ(states(settle_page(asked, page({0, 3})), 4), "F--F");
}

TEST(SettledPage, ARowOfNonsenseIsAHoleAndSoIsWhatFollowsIt) {
  CandlePage rows = page({0, 1, 4});
  rows.candles[1].state = CandleState::unknown;
  EXPECT_EQ(states(settle_page(question(6), rows), 6), "F---FN");
}

TEST(SettledPage, AFullPageEndsWithItsLastRow) {
  SettledPage settled = settle_page(question(9, 3), page({0, 1, 2}));
  EXPECT_EQ(states(settled, 9), "FFF------");
  EXPECT_TRUE(settled.more);
  EXPECT_EQ(settled.next, at(3));
}

TEST(SettledPage, APageThatIsNotFullEndsWithTheRowsAskedFor) {
  SettledPage settled = settle_page(question(9, 5), page({0, 1}));
  EXPECT_EQ(states(settled, 9), "FFNNN----");
  EXPECT_TRUE(settled.more);
  EXPECT_EQ(settled.next, at(5));
}

TEST(SettledPage, AFullPageAfterAGapGoesOnBehindIt) {
  SettledPage settled = settle_page(question(20, 3), page({10, 11, 12}));
  EXPECT_EQ(settled.candles.size(), 3u);
  EXPECT_EQ(settled.next, at(13));
  EXPECT_TRUE(settled.more);
}

}  // namespace
}  // namespace cscan
