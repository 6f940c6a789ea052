#pragma once
// Do the timeframes of one market agree?

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/signal.hpp"

namespace cscan {

/// The newest fresh closed signal of one timeframe.
struct ConfluenceVote {
  Timeframe timeframe{};
  Direction direction = Direction::neutral;
  Score score;
};

enum class Recommendation : std::uint8_t { weak, moderate, strong };

struct Confluence {
  bool confluence = false;
  Direction dominant = Direction::neutral;
  std::int64_t analyzed = 0;
  std::int64_t bullish = 0;
  std::int64_t bearish = 0;
  std::int64_t aligned = 0;             ///< votes in the dominant direction
  std::optional<double> average_score;  ///< over all analysed, rounded to 0.01
  std::optional<double> aligned_score;  ///< over the aligned
  std::vector<Timeframe> conflicts;     ///< timeframes that oppose at min_score or above
  Recommendation recommendation = Recommendation::weak;
};

/// Confluence: at least `min_aligned` agree, none opposes at `min_score` or above, and the mean
/// score of the aligned is at least `min_score`. STRONG: with three or more aligned at a mean of
/// 70; MODERATE: other confluence; else WEAK.
[[nodiscard]] Confluence find_confluence(std::span<const ConfluenceVote> votes, Score min_score,
                                         std::int64_t min_aligned);

/// One timeframe's past votes: signed scores (bearish negative) at candle closes, ascending.
struct VoteHistory {
  std::vector<Timestamp> times;
  std::vector<double> signed_scores;
};

/// Four timeframes of one price are not four votes. The participation ratio n² / Σ r² of the
/// correlation matrix of the signed scores, sampled as known at each close of the fastest
/// timeframe: n when independent, 1 when identical. Empty with fewer than 30 common samples or two
/// timeframes that ever vote.
[[nodiscard]] std::optional<double> effective_timeframes(std::span<const VoteHistory> histories);

[[nodiscard]] constexpr std::string_view to_string(Recommendation recommendation) {
  return recommendation == Recommendation::strong     ? "STRONG"
         : recommendation == Recommendation::moderate ? "MODERATE"
                                                      : "WEAK";
}

}  // namespace cscan
