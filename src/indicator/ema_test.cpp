// EMA against its definition: seeded with the simple mean, then ema += 2 / (n + 1) × (x − ema).

#include "indicator/ema.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace cscan {
namespace {

TEST(Ema, WorksAsByHand) {
  // Period 3, k = 0.5: mean(1, 2, 6) = 3; then 3 + 0.5 × (7 − 3) = 5; 5 + 0.5 × (1 − 5) = 3.
  Ema ema(3);
  ema.update(1);
  ema.update(2);
  EXPECT_FALSE(ema.value());
  EXPECT_EQ(ema.peek(6), 3);
  EXPECT_FALSE(ema.value());
  ema.update(6);
  EXPECT_EQ(ema.value(), 3);
  EXPECT_EQ(ema.peek(7), 5);
  EXPECT_EQ(ema.value(), 3);
  ema.update(7);
  EXPECT_EQ(ema.value(), 5);
  ema.update(1);
  EXPECT_EQ(ema.value(), 3);
  EXPECT_EQ(ema.count(), 5U);
}

TEST(Ema, OfPeriodOneIsTheNewestValue) {
  Ema ema(1);
  ema.update(4);
  EXPECT_EQ(ema.value(), 4);
  ema.update(9);
  EXPECT_EQ(ema.value(), 9);
}

RC_GTEST_PROP(Ema, EqualsTheWeightedSumOfItsValues, ()) {
  auto period = *rc::gen::inRange<std::size_t>(1, 30);
  auto values = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 100'000));
  RC_PRE(values.size() >= period);
  Ema ema(period);
  for (int value : values)
    ema.update(value);
  // Closed form: a value's weight is k (1−k)^(values after it), the seed has what is left.
  long double k = 2.0L / (static_cast<long double>(period) + 1), weight = k, sum = 0, left = 1;
  for (std::size_t i = values.size(); i-- > period; weight *= 1 - k, left *= 1 - k)
    sum += weight * values[i];
  for (std::size_t i = 0; i < period; ++i)
    sum += left * values[i] / static_cast<long double>(period);
  RC_ASSERT(std::abs(*ema.value() - static_cast<double>(sum)) <= 1e-9 * *ema.value());
}

}  // namespace
}  // namespace cscan
