#include "analysis/confluence.hpp"

#include <algorithm>
#include <cmath>

namespace cscan {
namespace {

/// Mean of whole hundredths, rounded to 0.01.
std::optional<double> mean_score(std::int64_t hundredths, std::int64_t n) {
  if (n == 0)
    return std::nullopt;
  return static_cast<double>((hundredths * 2 + n) / (2 * n)) / 100.0;
}

/// The vote in force at `time`: the newest at or before it.
std::optional<double> vote_at(const VoteHistory& history, Timestamp time) {
  auto after = std::ranges::upper_bound(history.times, time);
  if (after == history.times.begin())
    return std::nullopt;
  return history.signed_scores[static_cast<std::size_t>(after - history.times.begin()) - 1];
}

/// Columns of votes at the common sample times, one per timeframe.
std::vector<std::vector<double>> sample_votes(std::span<const VoteHistory> histories) {
  std::vector<std::vector<double>> columns(histories.size());
  auto fastest =
      std::ranges::max_element(histories, {}, [](const VoteHistory& h) { return h.times.size(); });
  if (fastest == histories.end())
    return columns;
  std::vector<double> row(histories.size());
  for (Timestamp time : fastest->times) {
    bool complete = true;
    for (std::size_t i = 0; i < histories.size() && complete; ++i) {
      auto vote = vote_at(histories[i], time);
      complete = vote.has_value();
      row[i] = vote.value_or(0);
    }
    for (std::size_t i = 0; i < histories.size() && complete; ++i)
      columns[i].push_back(row[i]);
  }
  return columns;
}

/// Centres and scales to unit length; false for a constant column.
bool normalise(std::vector<double>& column) {
  double sum = 0, squares = 0;
  for (double x : column)
    sum += x;
  for (double& x : column) {
    x -= sum / static_cast<double>(column.size());
    squares += x * x;
  }
  if (squares == 0)
    return false;
  for (double& x : column)
    x /= std::sqrt(squares);
  return true;
}

}  // namespace

Confluence find_confluence(std::span<const ConfluenceVote> votes, Score min_score,
                           std::int64_t min_aligned) {
  Confluence result;
  std::int64_t total = 0;
  for (const ConfluenceVote& vote : votes) {
    ++result.analyzed;
    total += vote.score.hundredths;
    result.bullish += vote.direction == Direction::bullish;
    result.bearish += vote.direction == Direction::bearish;
  }
  result.average_score = mean_score(total, result.analyzed);
  if (result.bullish != result.bearish)
    result.dominant = result.bullish > result.bearish ? Direction::bullish : Direction::bearish;
  if (result.dominant == Direction::neutral)
    return result;

  std::int64_t aligned_total = 0;
  for (const ConfluenceVote& vote : votes) {
    if (vote.direction == result.dominant) {
      ++result.aligned;
      aligned_total += vote.score.hundredths;
    } else if (vote.direction != Direction::neutral && vote.score >= min_score) {
      result.conflicts.push_back(vote.timeframe);
    }
  }
  result.aligned_score = mean_score(aligned_total, result.aligned);
  result.confluence = result.aligned >= min_aligned && result.conflicts.empty() &&
                      aligned_total >= std::int64_t{min_score.hundredths} * result.aligned;
  if (result.confluence)
    result.recommendation =
        result.aligned >= 3 && aligned_total >= std::int64_t{70'00} * result.aligned
            ? Recommendation::strong
            : Recommendation::moderate;
  return result;
}

std::optional<double> effective_timeframes(std::span<const VoteHistory> histories) {
  auto columns = sample_votes(histories);
  if (columns.empty() || columns.front().size() < 30)
    return std::nullopt;
  std::erase_if(columns, [](std::vector<double>& column) { return !normalise(column); });
  if (columns.size() < 2)
    return std::nullopt;
  double sum = 0;
  for (const auto& a : columns)
    for (const auto& b : columns) {
      double correlation = 0;
      for (std::size_t i = 0; i < a.size(); ++i)
        correlation += a[i] * b[i];
      sum += correlation * correlation;
    }
  auto n = static_cast<double>(columns.size());
  return std::round(n * n / sum * 100) / 100;
}

}  // namespace cscan
