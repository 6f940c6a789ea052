// Sums of decimals, against hand-worked ones and whole-number arithmetic.

#include "base/exact_decimal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "base/decimal.hpp"

namespace cscan {
namespace {

double sum_of(std::initializer_list<double> values) {
  DecimalSum sum;
  for (double value : values)
    sum.add(value);
  return sum.value();
}

void expect_parts(double value, std::int64_t mantissa, int exponent) {
  ExactDecimal decimal = shortest_decimal(value);
  EXPECT_TRUE(decimal.mantissa == mantissa) << value;
  EXPECT_EQ(decimal.exponent, exponent) << value;
}

TEST(ExactDecimal, IsTheShortestOneThatReadsBack) {
  expect_parts(0, 0, 0);
  expect_parts(0.1, 1, -1);
  expect_parts(-12.25, -1225, -2);
  expect_parts(67123.5, 671235, -1);
  expect_parts(4e20, 4, 20);
  expect_parts(std::numeric_limits<double>::max(), 17976931348623157, 292);
  expect_parts(5e-324, 5, -324);
}

TEST(ExactDecimal, ComesBackRoundedOnce) {
  EXPECT_EQ(nearest_double({3, -1}), 0.3);
  EXPECT_EQ(nearest_double({-1225, -2}), -12.25);
  // Halfway between two doubles, and just above: the digits behind decide.
  EXPECT_EQ(nearest_double({9007199254740993, 0}), 9007199254740992.0);
  EXPECT_EQ(nearest_double({Wide{9007199254740993} * 10 + 1, -1}), 9007199254740994.0);
  EXPECT_FALSE(nearest_double({1, 309}));
  EXPECT_FALSE(nearest_double({1, -400}));
}

TEST(DecimalSum, IsTheDecimalNotTheBinarySum) {
  EXPECT_NE(0.1 + 0.2, 0.3);  // what it is for
  EXPECT_EQ(sum_of({0.1, 0.2}), 0.3);
  EXPECT_EQ(sum_of({}), 0);
  EXPECT_EQ(sum_of({0.1, 0.2, -0.3}), 0);
  EXPECT_EQ(sum_of({1e12, 0.00000001, -1e12}), 1e-8);
  EXPECT_EQ(sum_of({250, 0.5, 1e20}), 100000000000000000250.5);
}

TEST(DecimalSum, BeyondItsRangeItGoesOnAsADouble) {
  EXPECT_EQ(sum_of({1e30, 1e-30}), 1e30);
  EXPECT_EQ(sum_of({1e30, 1e-30, 1e30}), 2e30);
  EXPECT_EQ(sum_of({1.5e38, 1e38, 0.5}), 1.5e38 + 1e38);
  EXPECT_EQ(sum_of({1e300, 1e300}), 2e300);
}

RC_GTEST_PROP(DecimalSum, OfWholeSatoshisIsTheirSum, ()) {
  DecimalSum sum;
  std::int64_t expected = 0;
  for (auto satoshis : *rc::gen::container<std::vector<std::int64_t>>(
           rc::gen::inRange<std::int64_t>(1, 1'000'000'000'000))) {
    sum.add(*parse_decimal(std::to_string(satoshis) + "e-8"));
    expected += satoshis;
  }
  RC_ASSERT(sum.value() == *parse_decimal(std::to_string(expected) + "e-8"));
}

}  // namespace
}  // namespace cscan
