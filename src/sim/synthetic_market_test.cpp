// What must hold of every candle, whoever asks for it and when. How market-like the candles are is
// the subject of synthetic_statistics_test.cpp.

#include "sim/synthetic_market.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <string>
#include <thread>

#include "base/decimal.hpp"
#include "base/digest.hpp"
#include "sim/synthetic_universe.hpp"

namespace cscan {
namespace {

constexpr Timestamp noon{1'761'307'200'000};  // 2025-10-24T12:00Z

const SyntheticMarket& market() {
  static const SyntheticMarket instance(42);
  return instance;
}

Instrument spot(std::string base) { return {"binance", std::move(base), "USDT", ""}; }

/// A market of any exchange; thin ones and those listed late are as likely as all others.
Instrument any_instrument() {
  static const std::vector<Instrument> all = [] {
    std::vector<Instrument> listed;
    for (const ExchangeProfile& exchange : synthetic_exchange_profiles())
      for (const Instrument& instrument : market().instruments(exchange.name))
        listed.push_back(instrument);
    return listed;
  }();
  const auto kind = *rc::gen::inRange(0, 3);
  std::vector<Instrument> chosen = all;
  if (kind == 1)
    std::erase_if(chosen, [](const Instrument& i) { return find_market(i)->quiet_share < 0.2; });
  if (kind == 2)
    std::erase_if(chosen, [](const Instrument& i) {
      return market().listed_at(i) == SyntheticMarket::genesis;
    });
  return *rc::gen::elementOf(chosen);
}

/// A time in the life of `instrument`; shortly after its listing as likely as any other.
Timestamp any_time(const Instrument& instrument) {
  const std::int64_t listed = market().listed_at(instrument).ms;
  const std::int64_t end = SyntheticMarket::horizon.ms;
  const std::int64_t soon = std::min(end, listed + days(30).ms);
  return {*rc::gen::inRange(listed, *rc::gen::arbitrary<bool>() ? end : soon)};
}

Timeframe any_timeframe() {
  return *rc::gen::elementOf(std::vector<Timeframe>(all_timeframes.begin(), all_timeframes.end()));
}

/// Rolls candles up in the plainest way. `parts` make up one longer candle.
Candle rolled_up(const std::vector<Candle>& parts, const MarketProfile& profile) {
  Candle sum = parts.front();
  std::int64_t steps = 0;
  bool traded = false;
  for (const Candle& part : parts) {
    if (part.volume == 0)
      continue;
    if (!traded)
      sum.open = part.open;
    sum.high = traded ? std::max(sum.high, part.high) : part.high;
    sum.low = traded ? std::min(sum.low, part.low) : part.low;
    sum.close = part.close;
    steps += std::llround(part.volume * profile.steps_per_unit);
    traded = true;
  }
  sum.volume = static_cast<double>(steps) / profile.steps_per_unit;
  if (traded)
    sum.state = CandleState::final;
  return sum;
}

TEST(SyntheticMarketDeathTest, RefusesAnUnlistedInstrument) {
  EXPECT_DEATH((void)market().price(spot("NOPE"), noon), "not listed");
}

RC_GTEST_PROP(SyntheticMarketHistory, IsAContiguousGridOfSoundCandles, ()) {
  const Instrument instrument = any_instrument();
  const Timeframe timeframe = any_timeframe();
  const Timestamp end = any_time(instrument);
  const auto count = *rc::gen::inRange<std::size_t>(0, 300);
  const std::vector<Candle> candles = market().history(instrument, timeframe, end, count);

  const Timestamp last_close = floor_to(end, length(timeframe));
  // The first candle is the one that holds the listing.
  const Timestamp oldest = floor_to(market().listed_at(instrument), length(timeframe));
  const auto possible = static_cast<std::size_t>((last_close - oldest) / length(timeframe));
  RC_ASSERT(candles.size() == std::min(count, possible));
  const bool kucoin = instrument.exchange == "kucoinfutures";
  for (std::size_t i = 0; i < candles.size(); ++i) {
    const Candle& candle = candles[i];
    const auto back = static_cast<std::int64_t>(candles.size() - i);
    RC_ASSERT(candle.open_time == last_close - length(timeframe) * back);
    RC_ASSERT(candle_defect(candle) == nullptr);
    const bool silent = candle.volume == 0;
    RC_ASSERT(candle.state == (silent && kucoin ? CandleState::no_trade : CandleState::final));
    if (!silent)
      continue;
    RC_ASSERT(candle.high == candle.low);
    if (i > 0)
      RC_ASSERT(candle.close == candles[i - 1].close);
  }
}

TEST(SyntheticMarketHistory, SilenceRightAfterAnOutageRepeatsTheLastTrade) {
  // An outage of binance ended at 08:25 that day, and thin markets went on without a trade.
  const Timestamp end = *parse_timestamp("2034-12-08T10:00:00Z");
  int silent = 0;
  for (const Instrument& instrument : market().instruments("binance")) {
    const auto candles = market().history(instrument, Timeframe::m5, end, 60);
    for (std::size_t i = 1; i < candles.size(); ++i)
      if (candles[i].volume == 0) {
        ++silent;
        ASSERT_EQ(candles[i].close, candles[i - 1].close) << instrument.symbol();
      }
  }
  EXPECT_GT(silent, 1'000);
}

RC_GTEST_PROP(SyntheticMarketHistory, OpensAtTheCloseBeforeExceptAfterSilence, ()) {
  const Instrument instrument = any_instrument();
  const auto candles = market().history(instrument, Timeframe::m5, any_time(instrument), 600);
  for (std::size_t i = 1; i < candles.size(); ++i)
    if (candles[i - 1].volume > 0)
      RC_ASSERT(candles[i].open == candles[i - 1].close);  // across midnight, too
}

RC_GTEST_PROP(SyntheticMarketHistory, DoesNotDependOnHowItIsAsked, ()) {
  const Instrument instrument = any_instrument();
  const Timeframe timeframe = any_timeframe();
  const Timestamp end = any_time(instrument);
  const std::vector<Candle> whole = market().history(instrument, timeframe, end, 150);
  RC_PRE(whole.size() == 150U);
  const auto cut = *rc::gen::inRange<std::size_t>(1, 150);
  // From another object that was asked other things before, in two pieces, the newer first.
  static const SyntheticMarket other(42);
  const std::vector<Candle> newer = other.history(instrument, timeframe, end, 150 - cut);
  std::vector<Candle> pieces = other.history(instrument, timeframe, whole[cut].open_time, cut);
  pieces.insert(pieces.end(), newer.begin(), newer.end());
  RC_ASSERT(pieces == whole);
}

RC_GTEST_PROP(SyntheticMarketHistory, OfAllTimeframesEqualsEach, ()) {
  const Instrument instrument = any_instrument();
  const Timestamp end = any_time(instrument);
  const auto count = *rc::gen::inRange<std::size_t>(0, 40);
  const auto timeframes = *rc::gen::container<std::vector<Timeframe>>(
      rc::gen::elementOf(std::vector<Timeframe>(all_timeframes.begin(), all_timeframes.end())));
  const auto histories = market().history_all(instrument, timeframes, end, count);
  RC_ASSERT(histories.size() == timeframes.size());
  for (std::size_t i = 0; i < timeframes.size(); ++i)
    RC_ASSERT(histories[i] == market().history(instrument, timeframes[i], end, count));
}

/// Smaller timeframes whose candles make up larger ones, a day of each compared.
RC_GTEST_PROP(SyntheticMarketHistory, RollsUpExactly, ()) {
  const Instrument instrument = any_instrument();
  const MarketProfile profile = *find_market(instrument);
  // A day after the one of the listing, which has no candles before it.
  const Timestamp listed = floor_to(market().listed_at(instrument), days(1));
  const Timestamp end = floor_to(std::max(any_time(instrument), listed + days(2)), days(1));
  using Pair = std::pair<Timeframe, Timeframe>;
  for (const auto& [small, large] :
       {Pair{Timeframe::m1, Timeframe::m3}, Pair{Timeframe::m1, Timeframe::m5},
        Pair{Timeframe::m3, Timeframe::m15}, Pair{Timeframe::m5, Timeframe::m15},
        Pair{Timeframe::m5, Timeframe::h1}, Pair{Timeframe::h1, Timeframe::h4},
        Pair{Timeframe::h4, Timeframe::d1}, Pair{Timeframe::m5, Timeframe::d1}}) {
    const auto group = static_cast<std::size_t>(length(large) / length(small));
    const auto larges = static_cast<std::size_t>(days(1) / length(large));
    const std::vector<Candle> expected = market().history(instrument, large, end, larges);
    const std::vector<Candle> parts = market().history(instrument, small, end, larges * group);
    for (std::size_t i = 0; i < larges; ++i) {
      const auto first = parts.begin() + static_cast<std::ptrdiff_t>(i * group);
      const Candle sum = rolled_up({first, first + static_cast<std::ptrdiff_t>(group)}, profile);
      RC_ASSERT(sum == expected[i]);
    }
  }
}

RC_GTEST_PROP(SyntheticMarketForming, GrowsIntoTheFinalCandle, ()) {
  const Instrument instrument = any_instrument();
  const Timeframe timeframe = any_timeframe();
  const Duration step = length(timeframe);
  const Timestamp listed = market().listed_at(instrument);
  const Timestamp open_time = floor_to(std::max(any_time(instrument), listed + step), step);
  const Candle last = market().history(instrument, timeframe, open_time + step, 1).front();

  const Candle born = market().forming(instrument, timeframe, open_time);
  RC_ASSERT(born.open_time == open_time);
  RC_ASSERT(born.volume == 0);
  RC_ASSERT(born.high == born.low);
  RC_ASSERT(born.open == market().price(instrument, open_time));

  Candle previous = born;
  const std::int64_t stride = std::max<std::int64_t>(700, step.ms / 150);
  for (std::int64_t at = 0; at < step.ms; at += stride) {
    const Timestamp now = open_time + milliseconds(at);
    const Candle candle = market().forming(instrument, timeframe, now);
    RC_ASSERT(candle.state == CandleState::forming);
    RC_ASSERT(candle_defect(candle) == nullptr);
    RC_ASSERT(candle.close == market().price(instrument, now));
    RC_ASSERT(candle.volume >= previous.volume);
    if (previous.volume > 0) {
      RC_ASSERT(candle.open == last.open);
      RC_ASSERT(candle.high >= previous.high);
      RC_ASSERT(candle.low <= previous.low);
    }
    RC_ASSERT(candle.volume <= last.volume);
    previous = candle;
  }
  const Candle grown = market().forming(instrument, timeframe, open_time + step - milliseconds(1));
  RC_ASSERT(same_values(grown, last));
}

RC_GTEST_PROP(SyntheticMarketForming, OfAllTimeframesEqualsEach, ()) {
  const Instrument instrument = any_instrument();
  const Timestamp now = any_time(instrument);
  const std::vector<Candle> candles = market().forming_all(instrument, all_timeframes, now);
  for (std::size_t i = 0; i < all_timeframes.size(); ++i)
    RC_ASSERT(candles[i] == market().forming(instrument, all_timeframes[i], now));
}

TEST(SyntheticMarketForming, PathStaysBetweenHighAndLowAndTouchesBoth) {
  const Instrument btc = spot("BTC");
  for (const Candle& candle : market().history(btc, Timeframe::m5, noon, 50)) {
    std::set<double> prices;
    for (int second = 1; second < 300; ++second)
      prices.insert(market().price(btc, candle.open_time + seconds(second)));
    EXPECT_LE(*prices.rbegin(), candle.high);
    EXPECT_GE(*prices.begin(), candle.low);
    EXPECT_TRUE(prices.contains(candle.high) || candle.high == candle.open);
    EXPECT_TRUE(prices.contains(candle.low) || candle.low == candle.open);
    EXPECT_GT(prices.size(), 50U) << "a path, not a few jumps";
  }
}

TEST(SyntheticMarket, NumbersHaveShortText) {
  for (const Instrument& instrument : market().instruments("binance"))
    for (const Candle& candle : market().history(instrument, Timeframe::h1, noon, 12))
      for (const double value : {candle.open, candle.high, candle.low, candle.close, candle.volume})
        EXPECT_LE(format_decimal(value).size(), 16U) << instrument.symbol();
}

TEST(SyntheticMarket, QuoteVolumeIsThatOfTheNewestDay) {
  double sum = 0;
  for (const Candle& candle : market().history(spot("SOL"), Timeframe::m5, noon, 288))
    sum += candle.close * candle.volume;
  EXPECT_NEAR(market().quote_volume_24h(spot("SOL"), noon), sum, 1);
  EXPECT_EQ(market().quote_volume_24h(spot("SOL"), noon),
            market().quote_volume_24h(spot("SOL"), noon + seconds(299)));
  EXPECT_GT(market().quote_volume_24h(spot("BTC"), noon),
            100 * market().quote_volume_24h(spot("QUICK"), noon));
}

TEST(SyntheticMarket, TimeOutsideIsMovedToTheNearestInside) {
  const Instrument btc = spot("BTC");
  const Timestamp before = SyntheticMarket::genesis - days(9);
  EXPECT_TRUE(market().history(btc, Timeframe::h1, before, 10).empty());
  EXPECT_EQ(market().price(btc, before), market().price(btc, SyntheticMarket::genesis));
  const Timestamp after = SyntheticMarket::horizon + days(9);
  EXPECT_EQ(market().history(btc, Timeframe::h1, after, 10),
            market().history(btc, Timeframe::h1, SyntheticMarket::horizon, 10));
  EXPECT_EQ(market().forming(btc, Timeframe::d1, after).open_time,
            SyntheticMarket::horizon - days(1));
  EXPECT_EQ(market().history(btc, Timeframe::d1, after, SIZE_MAX).size(), 7'305U);
}

/// All bits of a slice of many markets: candles of all kinds, forming ones, prices.
std::string slice_digest(std::uint64_t seed) {
  const SyntheticMarket sliced(seed);
  Sha256 sha;
  const auto add = [&sha](double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int shift = 0; shift < 64; shift += 8) {
      const auto byte = static_cast<char>((bits >> shift) & 0xff);
      sha.update({&byte, 1});
    }
  };
  const auto add_candle = [&add](const Candle& candle) {
    add(static_cast<double>(candle.open_time.ms));
    for (const double value : {candle.open, candle.high, candle.low, candle.close, candle.volume})
      add(value);
    add(static_cast<double>(candle.state));
  };
  for (const ExchangeProfile& exchange : synthetic_exchange_profiles()) {
    const std::vector<Instrument> listed = sliced.instruments(exchange.name);
    for (std::size_t i = 0; i < listed.size(); i += i < 40 ? 5 : 23) {
      for (const auto& candles : sliced.history_all(listed[i], all_timeframes, noon, 30))
        std::ranges::for_each(candles, add_candle);
      std::ranges::for_each(
          sliced.forming_all(listed[i], all_timeframes, noon + milliseconds(7'654'321)),
          add_candle);
      add(sliced.price(listed[i], noon + seconds(4'321)));
      add(sliced.quote_volume_24h(listed[i], noon));
    }
  }
  return to_hex(sha.finish());
}

// If this changes on purpose, everything golden that was made from the synthetic market changes
// with it; say so in the commit.
TEST(SyntheticMarket, SameSeedGivesTheSameBytesEverywhere) {
  EXPECT_EQ(slice_digest(42), "e1fe6114092247bb4cc810525e979adc84411685a9f5d6930bebb9be491bee15");
  EXPECT_NE(slice_digest(43), slice_digest(42));
}

TEST(SyntheticMarket, AnswersSeveralThreadsAlike) {
  const auto ask = [] { return market().history(spot("DOGE"), Timeframe::h1, noon, 500); };
  const std::vector<Candle> expected = ask();
  std::vector<std::vector<Candle>> answers(3);
  {
    std::vector<std::jthread> threads;
    for (auto& answer : answers)
      threads.emplace_back([&answer, &ask] { answer = ask(); });
  }
  for (const auto& answer : answers)
    EXPECT_EQ(answer, expected);
}

}  // namespace
}  // namespace cscan
