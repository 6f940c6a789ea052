#include "exchange/decimal_product.hpp"

#include <cmath>

#include "base/exact_decimal.hpp"

namespace cscan {

Result<double> decimal_product(double a, double b) {
  // 17 digits by 17 digits: below 10^34, so it fits.
  ExactDecimal x = shortest_decimal(a), y = shortest_decimal(b);
  auto value = nearest_double({x.mantissa * y.mantissa, x.exponent + y.exponent});
  // An underflow is refused as text; the product of the doubles is then the answer (zero or
  // nearly).
  if (!value && std::isfinite(a * b))
    return a * b;
  return value;
}

}  // namespace cscan
