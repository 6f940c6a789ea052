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
Instrument swap(std::string exchange, std::string base) {
  return {std::move(exchange), std::move(base), "USDT", "USDT"};
}

/// A market of any exchange; thin ones are as likely as not.
Instrument any_instrument() {
  std::vector<Instrument> all;
  for (const char* exchange : {"binance", "binanceusdm", "kucoinfutures"})
    for (const Instrument& instrument : market().instruments(exchange))
      all.push_back(instrument);
  if (*rc::gen::arbitrary<bool>())
    std::erase_if(all, [](const Instrument& i) { return find_market(i)->quiet_share < 0.1; });
  return *rc::gen::elementOf(all);
}

Timestamp any_time() {
  return {*rc::gen::inRange(SyntheticMarket::genesis.ms, SyntheticMarket::horizon.ms)};
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

TEST(SyntheticMarket, ListsDifferByExchange) {
  EXPECT_EQ(market().instruments("binance").size(), synthetic_bases().size());
  EXPECT_LT(market().instruments("binanceusdm").size(), synthetic_bases().size());
  EXPECT_NE(market().instruments("kucoinfutures").size(),
            market().instruments("binanceusdm").size());
  EXPECT_TRUE(market().instruments("nasdaq").empty());
  for (const char* base : {"BTC", "ETH", "SOL", "BNB", "XRP", "DOGE", "ADA", "TRX", "LINK", "AVAX"})
    for (const char* exchange : {"binanceusdm", "kucoinfutures"}) {
      EXPECT_TRUE(market().lists(spot(base)));
      EXPECT_TRUE(market().lists(swap(exchange, base)));
    }
  EXPECT_FALSE(market().lists(swap("binance", "BTC")));
  EXPECT_FALSE(market().lists({"binanceusdm", "BTC", "USDT", ""}));
  EXPECT_FALSE(market().lists({"binance", "BTC", "EUR", ""}));
  EXPECT_FALSE(market().lists(spot("NOPE")));
}

TEST(SyntheticMarket, ListedInstrumentsAreUniqueAndReadable) {
  for (const char* exchange : {"binance", "binanceusdm", "kucoinfutures"}) {
    std::set<std::string> symbols;
    for (const Instrument& instrument : market().instruments(exchange)) {
      EXPECT_TRUE(market().lists(instrument));
      EXPECT_EQ(parse_symbol(exchange, instrument.symbol()), instrument);
      EXPECT_TRUE(symbols.insert(instrument.symbol()).second);
    }
  }
}

TEST(SyntheticMarketDeathTest, RefusesAnUnlistedInstrument) {
  EXPECT_DEATH((void)market().price(spot("NOPE"), noon), "not listed");
}

RC_GTEST_PROP(SyntheticMarketHistory, IsAContiguousGridOfSoundCandles, ()) {
  const Instrument instrument = any_instrument();
  const Timeframe timeframe = any_timeframe();
  const Timestamp end = any_time();
  const auto count = *rc::gen::inRange<std::size_t>(0, 300);
  const std::vector<Candle> candles = market().history(instrument, timeframe, end, count);

  const Timestamp last_close = floor_to(end, length(timeframe));
  const auto possible =
      static_cast<std::size_t>((last_close - SyntheticMarket::genesis) / length(timeframe));
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

RC_GTEST_PROP(SyntheticMarketHistory, OpensAtTheCloseBeforeExceptAfterSilence, ()) {
  const Instrument instrument = any_instrument();
  const auto candles = market().history(instrument, Timeframe::m5, any_time(), 600);
  for (std::size_t i = 1; i < candles.size(); ++i)
    if (candles[i - 1].volume > 0)
      RC_ASSERT(candles[i].open == candles[i - 1].close);  // across midnight, too
}

RC_GTEST_PROP(SyntheticMarketHistory, DoesNotDependOnHowItIsAsked, ()) {
  const Instrument instrument = any_instrument();
  const Timeframe timeframe = any_timeframe();
  const Timestamp end = any_time();
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
  const Timestamp end = any_time();
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
  const Timestamp end = floor_to(any_time(), days(1));
  RC_PRE(end > SyntheticMarket::genesis);
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
  const Timestamp open_time = floor_to(any_time(), step);
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
  const Timestamp now = any_time();
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
    for (const Candle& candle : market().history(instrument, Timeframe::h1, noon, 50))
      for (const double value : {candle.open, candle.high, candle.low, candle.close, candle.volume})
        EXPECT_LE(format_decimal(value).size(), 16U) << instrument.symbol();
}

TEST(SyntheticMarket, PricesDifferLittleBetweenExchanges) {
  for (const Instrument& instrument : market().instruments("kucoinfutures")) {
    // A silent market shows an older price: that difference is not basis.
    if (find_market(instrument)->quiet_share > 0)
      continue;
    const Instrument on_spot = spot(instrument.base);
    double basis_max = 0;
    for (int day = 0; day < 300; ++day) {
      const Timestamp t = noon - days(day);
      const double ratio = market().price(instrument, t) / market().price(on_spot, t);
      basis_max = std::max(basis_max, std::abs(ratio - 1));
    }
    EXPECT_LT(basis_max, 0.005) << instrument.symbol();
    EXPECT_GT(basis_max, 0.0001) << instrument.symbol();
  }
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

/// All bits of a slice of every market: candles of all kinds, forming ones, prices.
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
  for (const char* exchange : {"binance", "binanceusdm", "kucoinfutures"})
    for (const Instrument& instrument : sliced.instruments(exchange)) {
      for (const auto& candles : sliced.history_all(instrument, all_timeframes, noon, 30))
        std::ranges::for_each(candles, add_candle);
      std::ranges::for_each(
          sliced.forming_all(instrument, all_timeframes, noon + milliseconds(7'654'321)),
          add_candle);
      add(sliced.price(instrument, noon + seconds(4'321)));
      add(sliced.quote_volume_24h(instrument, noon));
    }
  return to_hex(sha.finish());
}

// If this changes on purpose, everything golden that was made from the synthetic market changes
// with it; say so in the commit.
TEST(SyntheticMarket, SameSeedGivesTheSameBytesEverywhere) {
  EXPECT_EQ(slice_digest(42), "a1ff2ed3dd0c8c0871497f18182a77829d8668b17cd180c0cce3203aa7b5fc3b");
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
