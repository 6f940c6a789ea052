#pragma once
// The rarity scale: 50 points per decade of rarity in a series' own history (analysis.md). With p
// the mid-rank percentile of a strength among n strengths (itself included), the score is
// clamp(−50 log10(1 − p), 0, 100): 50 means one candle in ten is this extreme, 100 one in a
// hundred.
//
// Mid-ranks are half integers, so 1 − p = u / 2n with u = 2 × greater + equal, a whole number. The
// logarithms of whole numbers come from a table that the compiler computes with + − × ÷ alone: no
// two machines can disagree about a score.

#include <cstddef>
#include <cstdint>

#include "model/score.hpp"

namespace cscan {

/// Strengths a score is ranked among, itself included: the newest 380 candles'.
inline constexpr std::size_t rarity_ranked = 380;
/// Fewer than these do not make a percentile.
inline constexpr std::size_t rarity_ranked_min = 100;

/// Where a strength stands among n (itself included).
struct MidRank {
  std::int64_t greater = 0;  ///< strictly greater than it
  std::int64_t equal = 1;    ///< equal to it, itself included
  std::int64_t n = 1;        ///< all of them
};

/// Score of a strength with this rank. Precondition: 1 <= equal, greater + equal <= n,
/// n <= rarity_ranked.
[[nodiscard]] Score rarity_score(const MidRank& rank);

}  // namespace cscan
