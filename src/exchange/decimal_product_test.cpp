// Lots times contract size as decimals, against hand-worked products and whole-number arithmetic.

#include "exchange/decimal_product.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/decimal.hpp"

namespace cscan {
namespace {

TEST(DecimalProduct, IsTheDecimalNotTheBinaryProduct) {
  EXPECT_EQ(decimal_product(12'785, 0.001), 12.785);
  EXPECT_EQ(decimal_product(3, 0.1), 0.3);
  EXPECT_NE(3 * 0.1, 0.3);  // what it is for
  EXPECT_EQ(decimal_product(1.1, 1.1), 1.21);
  EXPECT_EQ(decimal_product(21, 520'000), 10'920'000);
  EXPECT_EQ(decimal_product(0, 0.001), 0);
  EXPECT_EQ(decimal_product(-5, 0.2), -1);
  EXPECT_EQ(decimal_product(7, 2.0e-4), 0.0014);
}

TEST(DecimalProduct, AtTheEndsOfTheRange) {
  EXPECT_FALSE(decimal_product(1e200, 1e200));
  EXPECT_EQ(decimal_product(1e-200, 1e-200), 0);
  EXPECT_EQ(decimal_product(123456789.12345679, 1), 123456789.12345679);
}

RC_GTEST_PROP(DecimalProduct, OfLotsAndAPowerOfTenMovesThePoint, ()) {
  auto lots = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  auto places = *rc::gen::inRange(0, 9);
  auto size = parse_decimal("1e-" + std::to_string(places));
  auto expected = parse_decimal(std::to_string(lots) + "e-" + std::to_string(places));
  RC_ASSERT(*decimal_product(static_cast<double>(lots), *size) == *expected);
}

}  // namespace
}  // namespace cscan
