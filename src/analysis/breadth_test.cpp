// Breadth: each base counts once, and verdicts change where analysis.md says.

#include "analysis/breadth.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace cscan {
namespace {

TEST(Breadth, TheBriefsExampleIsBullish) {
  std::vector<std::string> bases;
  for (int i = 0; i < 127 + 89 + 10; ++i)
    bases.push_back("COIN" + std::to_string(i));
  std::vector<BreadthRow> rows;
  for (std::size_t i = 0; i < bases.size(); ++i)
    rows.push_back({bases[i], 0, i < 127 ? 0.01 : i < 216 ? -0.01 : 0.0});
  BreadthCount count = count_breadth(rows);
  EXPECT_EQ(count.advancing, 127);
  EXPECT_EQ(count.declining, 89);
  EXPECT_EQ(count.unchanged, 10);
  ASSERT_TRUE(count.ratio());
  EXPECT_NEAR(*count.ratio(), 0.588, 0.0005);
  EXPECT_EQ(market_bias(count.ratio()), MarketBias::bullish);
}

TEST(Breadth, ABaseCountsOnceByItsFirstExchangeThatHasItFresh) {
  BreadthCount count = count_breadth({{"BTC", 1, -0.02}, {"BTC", 0, 0.01}, {"BTC", 2, -0.5}});
  EXPECT_EQ(count.bases, 1);
  EXPECT_EQ(count.advancing, 1);
  EXPECT_EQ(count.declining, 0);
  count = count_breadth({{"BTC", 1, -0.02}, {"BTC", 0, std::nullopt}});
  EXPECT_EQ(count.declining, 1);
  count = count_breadth({{"BTC", 1, std::nullopt}, {"BTC", 0, std::nullopt}, {"ETH", 0, 0.0}});
  EXPECT_EQ(count.bases, 2);
  EXPECT_EQ(count.covered(), 1);
}

TEST(Breadth, WithoutAMoverThereIsNoRatioAndNoBias) {
  EXPECT_FALSE(count_breadth({}).ratio());
  EXPECT_FALSE(count_breadth({{"BTC", 0, 0.0}}).ratio());
  EXPECT_EQ(market_bias(std::nullopt), MarketBias::neutral);
  EXPECT_EQ(market_trend(std::nullopt, MarketBias::bullish), MarketBias::neutral);
}

TEST(Breadth, BiasTurnsAtFiftyFiveAndFortyFivePercent) {
  EXPECT_EQ(market_bias(0.55), MarketBias::bullish);
  EXPECT_EQ(market_bias(0.5499), MarketBias::neutral);
  EXPECT_EQ(market_bias(0.4501), MarketBias::neutral);
  EXPECT_EQ(market_bias(0.45), MarketBias::bearish);
}

TEST(Breadth, TrendIsEnteredAtSeventyAndLeftFiveBelow) {
  using enum MarketBias;
  EXPECT_EQ(market_trend(0.69, neutral), neutral);
  EXPECT_EQ(market_trend(0.70, neutral), bullish);
  EXPECT_EQ(market_trend(0.66, bullish), bullish);
  EXPECT_EQ(market_trend(0.64, bullish), neutral);
  EXPECT_EQ(market_trend(0.66, bearish), neutral);
  EXPECT_EQ(market_trend(0.31, neutral), neutral);
  EXPECT_EQ(market_trend(0.30, neutral), bearish);
  EXPECT_EQ(market_trend(0.34, bearish), bearish);
  EXPECT_EQ(market_trend(0.36, bearish), neutral);
  EXPECT_EQ(market_trend(0.10, bullish), bearish);
}

RC_GTEST_PROP(Breadth, EqualsACountBaseByBaseInAnyOrder, ()) {
  static constexpr std::array names = {"BTC", "ETH", "SOL", "XRP", "ADA"};
  auto n = *rc::gen::inRange(0, 30);
  std::vector<BreadthRow> rows;
  std::map<std::string_view, std::map<std::size_t, int>> voices;  // base → rank → sign
  std::map<std::string_view, bool> bases;
  for (int i = 0; i < n; ++i) {
    std::string_view base = names[*rc::gen::inRange<std::size_t>(0, names.size())];
    auto rank = static_cast<std::size_t>(i);  // one row per rank, so that no order matters
    int sign = *rc::gen::inRange(-1, 2);
    bool fresh = *rc::gen::arbitrary<bool>();
    rows.push_back({base, rank, fresh ? std::optional(sign * 0.01) : std::nullopt});
    bases[base] = true;
    if (fresh)
      voices[base][rank] = sign;
  }
  std::array<std::int64_t, 3> expected{};
  for (const auto& [base, ranks] : voices)
    ++expected[static_cast<std::size_t>(ranks.begin()->second + 1)];
  if (*rc::gen::arbitrary<bool>())
    std::ranges::reverse(rows);
  BreadthCount count = count_breadth(rows);
  RC_ASSERT(count.declining == expected[0]);
  RC_ASSERT(count.unchanged == expected[1]);
  RC_ASSERT(count.advancing == expected[2]);
  RC_ASSERT(count.bases == std::ssize(bases));
}

}  // namespace
}  // namespace cscan
