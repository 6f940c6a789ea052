// Larger candles from smaller ones, by hand and against a brute-force reading of the rule.

#include "series/candle_rollup.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace cscan {
namespace {

Candle part(std::int64_t n, double open, double high, double low, double close, double volume) {
  return {Timestamp{} + minutes(15 * n), open, high, low, close, volume};
}

std::optional<Candle> to_hour(const std::vector<Candle>& parts, std::int64_t hour = 0) {
  return roll_up(parts, Timeframe::m15, Timeframe::h1, Timestamp{} + hours(hour));
}

TEST(CandleRollup, TakesFirstOpenExtremesLastCloseAndTheSumOfVolumes) {
  auto sum = to_hour({part(0, 10, 12, 9, 11, 1), part(1, 11, 15, 11, 14, 2),
                      part(2, 14, 14, 8, 9, 3), part(3, 9, 10, 9, 10, 4)});
  ASSERT_TRUE(sum);
  EXPECT_EQ(*sum, (Candle{Timestamp{}, 10, 15, 8, 10, 10}));
}

TEST(CandleRollup, ACandleWithoutVolumeTouchesNoPrice) {
  // The first stands at the last close (20), far from where trading began.
  auto sum = to_hour({part(0, 20, 20, 20, 20, 0), part(1, 11, 15, 11, 14, 2),
                      part(2, 14, 14, 8, 9, 3), part(3, 9, 9, 9, 9, 0)});
  ASSERT_TRUE(sum);
  EXPECT_EQ(*sum, (Candle{Timestamp{}, 11, 15, 8, 9, 5}));
}

TEST(CandleRollup, WithoutAnyTradeItIsFlatAtTheLastClose) {
  std::vector<Candle> parts;
  for (std::int64_t n = 0; n < 4; ++n)
    parts.push_back(flat_candle(Timestamp{} + minutes(15 * n), 7));
  auto sum = to_hour(parts);
  ASSERT_TRUE(sum);
  EXPECT_EQ(*sum, flat_candle(Timestamp{}, 7));
}

TEST(CandleRollup, AMissingOrUnknownPartMakesNoCandle) {
  std::vector<Candle> parts = {part(0, 1, 1, 1, 1, 1), part(1, 1, 1, 1, 1, 1),
                               part(2, 1, 1, 1, 1, 1), part(3, 1, 1, 1, 1, 1)};
  EXPECT_TRUE(to_hour(parts));
  EXPECT_FALSE(to_hour(parts, 1));
  auto missing = parts;
  missing.erase(missing.begin() + 2);
  missing.push_back(part(4, 1, 1, 1, 1, 1));
  EXPECT_FALSE(to_hour(missing));
  parts[1] = unknown_candle(parts[1].open_time);
  EXPECT_FALSE(to_hour(parts));
  EXPECT_FALSE(to_hour({}));
}

TEST(CandleRollup, GrowsPartByPart) {
  Candle hour = flat_candle(Timestamp{}, 20);
  add_part(hour, flat_candle(Timestamp{}, 20));
  EXPECT_EQ(hour, flat_candle(Timestamp{}, 20)) << "the exchange has no candle so far";
  add_part(hour, part(1, 21, 21, 21, 21, 0));
  EXPECT_EQ(hour, (Candle{Timestamp{}, 21, 21, 21, 21, 0})) << "now it has one, without a trade";
  add_part(hour, part(2, 11, 15, 11, 14, 2));
  EXPECT_EQ(hour, (Candle{Timestamp{}, 11, 15, 11, 14, 2}));
  add_part(hour, part(3, 13, 13, 9, 10, 3));
  EXPECT_EQ(hour, (Candle{Timestamp{}, 11, 15, 9, 10, 5}));
}

TEST(CandleRollup, AgreementForgivesOnlyTheRoundingOfVolume) {
  Candle a = part(0, 10, 12, 9, 11, 1e6);
  Candle b = a;
  b.volume *= 1 + 5e-10;
  EXPECT_TRUE(same_rollup(a, b));
  b.volume = a.volume * (1 + 2e-9);
  EXPECT_FALSE(same_rollup(a, b));
  b = a;
  b.high = 12.000001;
  EXPECT_FALSE(same_rollup(a, b));
}

/// The rule, word by word: extremes over the candles that traded.
Candle brute_force(const std::vector<Candle>& parts) {
  std::vector<Candle> traded;
  for (const Candle& c : parts)
    if (c.volume > 0)
      traded.push_back(c);
  Candle sum = parts.front();
  double last = parts.back().close;
  sum.open = traded.empty() ? last : traded.front().open;
  sum.close = traded.empty() ? last : traded.back().close;
  sum.high = traded.empty() ? last : std::ranges::max_element(traded, {}, &Candle::high)->high;
  sum.low = traded.empty() ? last : std::ranges::min_element(traded, {}, &Candle::low)->low;
  sum.volume = 0;
  for (const Candle& c : parts)
    sum.volume += c.volume;
  return sum;
}

RC_GTEST_PROP(CandleRollup, EqualsTheRuleOnRandomDays, ()) {
  auto small = *rc::gen::element(Timeframe::m5, Timeframe::m15, Timeframe::h1);
  auto large = *rc::gen::element(Timeframe::h4, Timeframe::h12, Timeframe::d1);
  std::vector<Candle> day;
  double last = 100;
  for (std::int64_t n = 0; n < days(1) / length(small); ++n) {
    double volume = *rc::gen::element(0.0, 0.0, 0.1, 2.5, 30.0);
    double open = volume > 0 ? last + *rc::gen::inRange(-2, 3) : last;
    double close = volume > 0 ? std::max(1.0, open + *rc::gen::inRange(-5, 6)) : last;
    open = std::max(1.0, open);
    day.push_back({Timestamp{} + length(small) * n, open, std::max(open, close) + (volume > 0),
                   std::min(open, close) * (volume > 0 ? 0.9 : 1), close, volume});
    last = close;
  }
  auto n = static_cast<std::size_t>(length(large) / length(small));
  for (std::size_t first = 0; first < day.size(); first += n) {
    auto rolled = roll_up(day, small, large, day[first].open_time);
    RC_ASSERT(rolled.has_value());
    std::vector<Candle> parts(day.begin() + static_cast<std::ptrdiff_t>(first),
                              day.begin() + static_cast<std::ptrdiff_t>(first + n));
    Candle expected = brute_force(parts);
    RC_ASSERT(same_values(*rolled, expected));
    RC_ASSERT(rolled->open_time == expected.open_time);
  }
}

}  // namespace
}  // namespace cscan
