#pragma once
// A score of 0 to 100, kept in whole hundredths. Scores are rounded to 0.01 before anything is
// compared with them, so two compilers that differ in the last bit of a double still agree; and
// parts of a score add up exactly.

#include <algorithm>
#include <compare>
#include <cstdint>

namespace cscan {

struct Score {
  std::int32_t hundredths = 0;

  constexpr auto operator<=>(const Score&) const = default;
  constexpr Score operator-(Score o) const { return {hundredths - o.hundredths}; }
  constexpr Score operator+(Score o) const { return {hundredths + o.hundredths}; }
  /// The nearest double; prints as at most two decimals.
  [[nodiscard]] constexpr double value() const { return hundredths / 100.0; }
};

/// Rounds half up to 0.01 and clamps to 0..100. NaN becomes 0.
constexpr Score to_score(double points) {
  if (!(points > 0))
    return {0};
  return {static_cast<std::int32_t>(std::min(points, 100.0) * 100 + 0.5)};
}

/// A literal number of points, for thresholds.
constexpr Score points(std::int32_t whole) { return {whole * 100}; }

}  // namespace cscan
