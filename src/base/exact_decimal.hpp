#pragma once
// Arithmetic on doubles that stand for decimals. An exchange writes "0.1" and "0.2"; what it makes
// of them is 0.3, which is neither the sum of the two doubles nor the double nearest to the exact
// sum of their binary values. Here a double is what its shortest decimal says, and a result is
// rounded once, at the end.

#include "base/result.hpp"

namespace cscan {

__extension__ using Wide = __int128;

/// mantissa × 10^exponent.
struct ExactDecimal {
  Wide mantissa = 0;
  int exponent = 0;
};

/// The shortest decimal that reads back as `value` (finite); at most 17 digits.
[[nodiscard]] ExactDecimal shortest_decimal(double value);

/// The double nearest to it. invalid_argument when it is beyond the range of a double, in either
/// direction.
[[nodiscard]] Result<double> nearest_double(const ExactDecimal& decimal);

/// A sum of decimals. Exact while all digits between the smallest and the largest fit into 38, and
/// so for any sum of quantities that people trade; beyond that it goes on as a sum of doubles.
class DecimalSum {
 public:
  /// Precondition: finite.
  void add(double value);

  /// The double nearest to the sum.
  [[nodiscard]] double value() const;

 private:
  bool is_exact_ = true;
  ExactDecimal exact_;
  double rounded_ = 0;
};

}  // namespace cscan
