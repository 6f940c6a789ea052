// Prices, samples and changes of one instrument.

#include "core/price_book.hpp"

#include <gtest/gtest.h>

namespace cscan {
namespace {

constexpr InstrumentId btc{0};
constexpr Timestamp start = Timestamp{} + days(20'000);
constexpr Duration fresh = seconds(60);

PriceBook sampled(std::initializer_list<double> prices) {
  PriceBook book(1);
  Timestamp now = start;
  for (double price : prices) {
    book.on_price(btc, price, now, now);
    book.sample(now, fresh);
    now = now + seconds(5);
  }
  return book;
}

TEST(PriceBook, ChangeIsTakenFromTheOldestSampleInsideTheWindow) {
  PriceBook book = sampled({100, 50, 80, 88, 110});  // at 0, 5, 10, 15 and 20 s
  auto change = book.change(btc, start + seconds(20), seconds(10), fresh);
  ASSERT_TRUE(change);
  EXPECT_NEAR(change->change, 0.375, 1e-12);
  EXPECT_EQ(change->span, seconds(10));
  change = book.change(btc, start + seconds(20), hours(1), fresh);
  EXPECT_NEAR(change->change, 0.1, 1e-12);
  EXPECT_EQ(change->span, seconds(20));
}

TEST(PriceBook, OneSampleOrAStaleOneIsNoChange) {
  EXPECT_FALSE(sampled({}).change(btc, start, seconds(10), fresh));
  EXPECT_FALSE(sampled({100}).change(btc, start, seconds(10), fresh));
  PriceBook book = sampled({100, 101});
  EXPECT_TRUE(book.change(btc, start + seconds(65), seconds(495), fresh));
  EXPECT_FALSE(book.change(btc, start + seconds(66), seconds(495), fresh));
}

TEST(PriceBook, AnOlderEventDoesNotReplaceANewerPrice) {
  PriceBook book(1);
  book.on_price(btc, 100, start + seconds(10), start + seconds(11));
  book.on_price(btc, 99, start + seconds(9), start + seconds(12));
  EXPECT_EQ(book.price(btc), 100);
  book.on_price(btc, 101, start + seconds(10), start + seconds(12));
  EXPECT_EQ(book.price(btc), 101);
}

TEST(PriceBook, AKnownPastPriceComesBeforeTheFirstSampleOnly) {
  PriceBook book(1);
  book.seed(btc, {start - minutes(5), 90});
  book.seed(btc, {start - minutes(10), 80});  // too late: the order of samples is their time
  book.on_price(btc, 99, start, start);
  book.sample(start, fresh);
  book.seed(btc, {start - minutes(1), 70});
  EXPECT_EQ(book.ticks(), 2U);
  EXPECT_NEAR(book.change(btc, start, minutes(8), fresh)->change, 0.1, 1e-12);
}

}  // namespace
}  // namespace cscan
