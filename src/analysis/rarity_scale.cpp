#include "analysis/rarity_scale.hpp"

#include <array>

#include "base/check.hpp"

namespace cscan {
namespace {

/// ln(x) for x in [1, 2) by the series of the inverse hyperbolic tangent: 2 (t + t³/3 + t⁵/5 + …)
/// with t = (x − 1) / (x + 1) <= 1/3, so that 20 terms leave less than a bit.
constexpr double log_of_mantissa(double x) {
  double t = (x - 1) / (x + 1), square = t * t, power = t, sum = 0;
  for (int k = 0; k < 20; ++k) {
    sum += power / (2 * k + 1);
    power *= square;
  }
  return 2 * sum;
}

constexpr double natural_log(double x) {
  constexpr double ln2 = 0.69314718055994530942;
  int halvings = 0;
  for (; x >= 2; x /= 2)
    ++halvings;
  return halvings * ln2 + log_of_mantissa(x);
}

/// points_of[k] = 50 log10(k); [0] is not used.
constexpr auto points_of = [] {
  std::array<double, 2 * rarity_ranked + 1> table{};
  constexpr double per_decade = 50 / 2.30258509299404568402;
  for (std::size_t k = 1; k < table.size(); ++k)
    table[k] = per_decade * natural_log(static_cast<double>(k));
  return table;
}();

}  // namespace

Score rarity_score(const MidRank& rank) {
  std::int64_t rest = 2 * rank.greater + rank.equal, all = 2 * rank.n;
  CHECK(rank.equal >= 1 && rest <= all && all < static_cast<std::int64_t>(points_of.size()),
        "greater {} equal {} of {}", rank.greater, rank.equal, rank.n);
  return to_score(points_of[static_cast<std::size_t>(all)] -
                  points_of[static_cast<std::size_t>(rest)]);
}

}  // namespace cscan
