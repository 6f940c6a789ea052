// Events in a market's life: its listing, its halts, the outages of its exchange.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "sim/halts.hpp"
#include "sim/synthetic_market.hpp"
#include "sim/synthetic_universe.hpp"

namespace cscan {
namespace {

constexpr Timestamp end{1'761'264'000'000};  // 2025-10-24

const SyntheticMarket& market() {
  static const SyntheticMarket instance(42);
  return instance;
}

std::vector<Instrument> instruments_where(auto condition) {
  std::vector<Instrument> chosen;
  for (const ExchangeProfile& exchange : synthetic_exchange_profiles())
    for (const Instrument& instrument : market().instruments(exchange.name))
      if (condition(market().listed_at(instrument)))
        chosen.push_back(instrument);
  return chosen;
}

std::vector<Instrument> listed_late() {
  return instruments_where([](Timestamp t) { return t > SyntheticMarket::genesis && t < end; });
}

TEST(Listings, HistoryBeginsWithTheFirstTrade) {
  ASSERT_GT(listed_late().size(), 30U);
  for (const Instrument& instrument : listed_late()) {
    const Timestamp listed = market().listed_at(instrument);
    for (const Timeframe timeframe : all_timeframes) {
      const Timestamp first = floor_to(listed, length(timeframe));
      const auto candles =
          market().history(instrument, timeframe, first + length(timeframe) * 3, 99);
      ASSERT_EQ(candles.size(), 3U) << instrument.symbol() << to_string(timeframe);
      EXPECT_EQ(candles[0].open_time, first);
      EXPECT_GT(candles[0].volume, 0);
      EXPECT_EQ(candles[0].state, CandleState::final);
      // All begin with the same trade, for nothing was traded before it.
      EXPECT_EQ(candles[0].open,
                market().history(instrument, Timeframe::m1, listed + minutes(1), 1)[0].open);
      EXPECT_TRUE(market().history(instrument, timeframe, first, 9).empty());
      EXPECT_TRUE(market().history(instrument, timeframe, first - days(200), 9).empty());
    }
  }
}

TEST(Listings, TheFirstDayRollsUpFromWhatWasTraded) {
  for (const Instrument& instrument : listed_late()) {
    const Timestamp midnight = floor_to(market().listed_at(instrument), days(1)) + days(1);
    const auto day = market().history(instrument, Timeframe::d1, midnight, 9);
    ASSERT_EQ(day.size(), 1U);
    const auto parts = market().history(instrument, Timeframe::m5, midnight, 999);
    EXPECT_EQ(parts.size(),
              static_cast<std::size_t>((midnight - market().listed_at(instrument)) / minutes(5)));
    double high = 0;
    double volume = 0;
    for (const Candle& part : parts) {
      high = std::max(high, part.volume > 0 ? part.high : 0);
      volume += part.volume;
    }
    EXPECT_EQ(day[0].open, parts.front().open);
    EXPECT_EQ(day[0].high, high);
    EXPECT_EQ(day[0].close, parts.back().close);
    EXPECT_NEAR(day[0].volume, volume, volume * 1e-9);
  }
}

TEST(Listings, BeforeThemTimeIsMovedToTheFirstTrade) {
  const Instrument instrument = listed_late().front();
  const Timestamp listed = market().listed_at(instrument);
  const Candle early = market().forming(instrument, Timeframe::h1, listed - days(3));
  EXPECT_EQ(early.open_time, listed);
  EXPECT_EQ(early.volume, 0);
  EXPECT_EQ(market().price(instrument, listed - days(3)), market().price(instrument, listed));
}

TEST(Listings, FirstDaysAreWildAndBusy) {
  int wilder = 0;
  int busier = 0;
  int n = 0;
  for (const Instrument& instrument : listed_late()) {
    const Timestamp listed = market().listed_at(instrument);
    if (end - listed < days(30) || listed != find_market(instrument)->base->first_listed())
      continue;
    const auto spread = [&](Timestamp until, double& volume) {
      double sum = 0;
      for (const Candle& c : market().history(instrument, Timeframe::h1, until, 24)) {
        sum += std::log(c.high / c.low);
        volume += c.volume;
      }
      return sum;
    };
    double volume_first = 0;
    double volume_later = 0;
    const double first = spread(listed + hours(24), volume_first);
    wilder += first > spread(listed + days(25), volume_later) ? 1 : 0;
    busier += volume_first > volume_later ? 1 : 0;
    ++n;
  }
  ASSERT_GT(n, 10);
  EXPECT_GT(wilder, n * 7 / 10);
  EXPECT_GT(busier, n * 7 / 10);
}

/// Stretches of silent 5m candles of at least `bars`, as [first, end) in `candles`.
std::vector<std::pair<std::size_t, std::size_t>> silences(const std::vector<Candle>& candles,
                                                          std::size_t bars) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (std::size_t i = 0; i < candles.size(); ++i) {
    std::size_t last = i;
    while (last < candles.size() && candles[last].volume == 0)
      ++last;
    if (last - i >= bars)
      found.emplace_back(i, last);
    i = std::max(i, last);
  }
  return found;
}

/// The change of price over a silence.
double jump(const std::vector<Candle>& candles, std::size_t first, std::size_t last) {
  return std::abs(std::log(candles[last].open / candles[first - 1].close));
}

// Markets that are hardly ever silent otherwise, so that each long silence is a halt.
TEST(Halts, AreVisibleAndEndWithAJump) {
  std::size_t halts = 0;
  double jumps = 0;
  double usual = 0;
  std::size_t moves = 0;
  for (const Instrument& instrument : market().instruments("binance")) {
    if (find_market(instrument)->quiet_share > 0.04)
      continue;
    const auto candles = market().history(instrument, Timeframe::m5, end, 500 * 288);
    for (std::size_t i = 1; i < candles.size(); i += 50) {
      usual += std::abs(std::log(candles[i].close / candles[i - 1].close));
      ++moves;
    }
    for (const auto& [first, last] : silences(candles, 6)) {
      ++halts;
      EXPECT_LE(last - first, 72U + 48U);
      for (std::size_t i = first; i < last; ++i)
        EXPECT_EQ(candles[i].state, CandleState::final) << "flat candles, as Binance has them";
      jumps += jump(candles, first, last);
    }
  }
  EXPECT_GT(halts, 50U);
  EXPECT_LT(halts, 500U);
  EXPECT_GT(jumps / static_cast<double>(halts), 2 * usual / static_cast<double>(moves));
}

TEST(Halts, AreMissingCandlesOnKucoin) {
  std::size_t silent = 0;
  for (const Instrument& instrument : market().instruments("kucoinfutures")) {
    if (find_market(instrument)->quiet_share > 0)
      continue;
    const auto candles = market().history(instrument, Timeframe::m5, end, 700 * 288);
    for (const auto& [first, last] : silences(candles, 1)) {
      EXPECT_GE(last - first, 3U) << "15 minutes";
      for (std::size_t i = first; i < last; ++i) {
        ++silent;
        EXPECT_EQ(candles[i], flat_candle(candles[i].open_time, candles[first - 1].close));
      }
    }
  }
  EXPECT_GT(silent, 50U);
}

TEST(Halts, AnOutageStopsAWholeExchangeAndNoOther) {
  const std::vector<std::string_view> bases = {"BTC", "ETH", "XRP"};
  std::map<Timestamp, std::size_t> silent_on_kucoin;
  for (const std::string_view base : bases)
    for (const Candle& c : market().history({"kucoinfutures", std::string(base), "USDT", "USDT"},
                                            Timeframe::m5, end, 700 * 288))
      if (c.volume == 0)
        ++silent_on_kucoin[c.open_time];
  std::set<Timestamp> elsewhere;
  for (const Candle& c :
       market().history({"binanceusdm", "BTC", "USDT", "USDT"}, Timeframe::m5, end, 700 * 288))
    if (c.volume == 0)
      elsewhere.insert(c.open_time);
  std::size_t shared = 0;
  std::size_t at_both = 0;
  for (const auto& [open_time, silent] : silent_on_kucoin)
    if (silent == bases.size()) {
      ++shared;
      at_both += elsewhere.count(open_time);
    }
  EXPECT_GE(shared, 12U) << "at least one outage of an hour in two years";
  EXPECT_LE(shared, 20U * 48U);
  EXPECT_LT(at_both, shared / 2);
}

TEST(Halts, LeaveTheFirstAndTheLastBarOfADay) {
  int halts = 0;
  for (std::uint64_t key = 0; key < 40; ++key) {
    const CounterRandom random(key, {});
    for (std::int64_t day = 0; day < 1'600; ++day)
      for (const Halt& halt : {market_halt(random, day, 0.5), exchange_outage(random, day)}) {
        if (!halt.exists())
          continue;
        ++halts;
        EXPECT_GE(halt.first, 1U);
        EXPECT_LT(halt.end, bars_per_day);
        EXPECT_GE(halt.end - halt.first, 3U);
      }
  }
  // 40 × (1,600 / 16 × 0.5 + 1,600 / 90 × 0.35)
  EXPECT_NEAR(halts, 2'249, 150);
}

}  // namespace
}  // namespace cscan
