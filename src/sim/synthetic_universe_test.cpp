// Who is listed where and since when, and that the tail is one.

#include "sim/synthetic_universe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "sim/synthetic_calendar.hpp"
#include "sim/synthetic_market.hpp"

namespace cscan {
namespace {

constexpr Timestamp autumn_2025{1'761'264'000'000};

const SyntheticMarket& market() {
  static const SyntheticMarket instance(42);
  return instance;
}

std::size_t listed_by(const ExchangeProfile& exchange, Timestamp t) {
  return static_cast<std::size_t>(std::ranges::count_if(
      synthetic_bases(), [&](const BaseProfile& b) { return b.listed_at[exchange.index] <= t; }));
}

TEST(SyntheticUniverse, HoldsHundredsOfMarkets) {
  EXPECT_GE(listed_by(*find_exchange("binance"), autumn_2025), 300U);
  EXPECT_GE(listed_by(*find_exchange("binanceusdm"), autumn_2025), 250U);
  EXPECT_GE(listed_by(*find_exchange("kucoinfutures"), autumn_2025), 250U);
  EXPECT_LE(market().instruments("binance").size(), 450U);
  EXPECT_TRUE(market().instruments("nasdaq").empty());
}

TEST(SyntheticUniverse, TheLiquidBasesComeFirstAndWereAlwaysThere) {
  const auto names = {"BTC", "ETH", "SOL",  "BNB",  "XRP", "DOGE",
                      "ADA", "TRX", "LINK", "AVAX", "TON"};
  std::size_t i = 0;
  for (const char* name : names)
    EXPECT_EQ(synthetic_bases()[i++].name, name);
  for (const BaseProfile& row : synthetic_table()) {
    const auto& base = *std::ranges::find(synthetic_bases(), row.name, &BaseProfile::name);
    EXPECT_EQ(base.first_listed(), synthetic_genesis) << row.name;
  }
  for (const char* name :
       {"BTC", "ETH", "SOL", "BNB", "XRP", "DOGE", "ADA", "TRX", "LINK", "AVAX"}) {
    EXPECT_TRUE(market().lists({"binance", name, "USDT", ""}));
    for (const char* exchange : {"binanceusdm", "kucoinfutures"})
      EXPECT_TRUE(market().lists({exchange, name, "USDT", "USDT"}));
  }
}

TEST(SyntheticUniverse, ListsNothingElse) {
  EXPECT_FALSE(market().lists({"binance", "BTC", "USDT", "USDT"}));
  EXPECT_FALSE(market().lists({"binanceusdm", "BTC", "USDT", ""}));
  EXPECT_FALSE(market().lists({"binance", "BTC", "EUR", ""}));
  EXPECT_FALSE(market().lists({"binance", "NOPE", "USDT", ""}));
  EXPECT_FALSE(market().lists({"binance", "", "USDT", ""}));
  EXPECT_FALSE(market().lists({"binanceusdm", "SHIB", "USDT", "USDT"})) << "left out there";
}

TEST(SyntheticUniverse, SymbolsAreUniqueAndReadable) {
  std::set<std::string_view> names;
  std::size_t with_digits = 0;
  for (const BaseProfile& base : synthetic_bases()) {
    EXPECT_TRUE(names.insert(base.name).second) << base.name;
    EXPECT_LE(base.name.size(), 8U);
    EXPECT_GE(base.name.size(), 2U);
    for (const char c : base.name)
      EXPECT_TRUE((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) << base.name;
    with_digits += std::ranges::any_of(base.name, [](char c) { return c >= '0' && c <= '9'; });
  }
  EXPECT_GE(with_digits, 5U);
  for (const ExchangeProfile& exchange : synthetic_exchange_profiles())
    for (const Instrument& instrument : market().instruments(exchange.name)) {
      EXPECT_TRUE(market().lists(instrument));
      EXPECT_EQ(parse_symbol(exchange.name, instrument.symbol()), instrument);
    }
}

/// The slope of log turnover over log rank. A power law is a straight line there.
double tail_exponent(std::size_t from, std::size_t to) {
  std::vector<double> turnovers;
  for (const BaseProfile& base : synthetic_bases())
    if (base.first_listed() == synthetic_genesis)
      turnovers.push_back(base.daily_quote_volume);
  std::ranges::sort(turnovers, std::greater{});
  return std::log(turnovers[from] / turnovers[to]) /
         std::log(static_cast<double>(to + 1) / static_cast<double>(from + 1));
}

TEST(SyntheticUniverse, TurnoverFollowsAPowerLaw) {
  EXPECT_NEAR(tail_exponent(3, 50), 2, 0.8) << "round figures of real ones";
  EXPECT_NEAR(tail_exponent(50, 120), 1.5, 0.6);
  EXPECT_NEAR(tail_exponent(120, 250), 1.5, 0.6);
}

TEST(SyntheticUniverse, PricesHaveEnoughDigitsAndStepsAreSmall) {
  for (const BaseProfile& base : synthetic_bases()) {
    EXPECT_GE(base.price_level * std::pow(10, base.price_decimals), 400) << base.name;
    const double step_worth = base.price_level * std::pow(10, -base.volume_decimals);
    EXPECT_LT(step_worth, 1.5) << base.name << ": a lot must be small beside a candle's turnover";
  }
}

TEST(SyntheticUniverse, EveryQuarterBringsListings) {
  for (int quarter = 0; quarter < 20; ++quarter) {
    const Timestamp start = Timestamp{1'735'689'600'000} + days(91 * quarter);  // from 2025 on
    std::size_t events = 0;
    for (const ExchangeProfile& exchange : synthetic_exchange_profiles())
      events += listed_by(exchange, start + days(91)) - listed_by(exchange, start);
    EXPECT_GE(events, 4U) << format_day(start);
  }
  for (const BaseProfile& base : synthetic_bases())
    for (const Timestamp t : base.listed_at) {
      EXPECT_TRUE(t == never || t < synthetic_horizon);
      EXPECT_TRUE(t == never || t == floor_to(t, hours(1)));
    }
}

TEST(SyntheticUniverse, AnotherExchangeFollowsWithinMonths) {
  int together = 0;
  int later = 0;
  for (const BaseProfile& base : synthetic_bases())
    for (const Timestamp t : base.listed_at) {
      if (base.first_listed() == synthetic_genesis || t == never)
        continue;
      EXPECT_LE(t - base.first_listed(), days(122));
      (t == base.first_listed() ? together : later) += 1;
    }
  EXPECT_GT(together, 100);
  EXPECT_GT(later, 100);
}

}  // namespace
}  // namespace cscan
