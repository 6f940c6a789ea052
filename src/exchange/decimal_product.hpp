#pragma once
// Lots times contract size, exactly. 12785 lots of 0.001 are 12.785; the product of the two doubles
// is not always the double nearest to that, and a stored volume should be the text's value.

#include "base/result.hpp"

namespace cscan {

/// The double nearest to the product of the shortest decimals of `a` and `b` (finite). Rounded
/// once. invalid_argument when it is beyond the range of a double.
[[nodiscard]] Result<double> decimal_product(double a, double b);

}  // namespace cscan
