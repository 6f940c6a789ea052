#include "analysis/full_scan.hpp"

#include <algorithm>
#include <tuple>

namespace cscan {

std::vector<ScanRow> rank_scan(std::vector<ScanCandidate> candidates) {
  std::ranges::sort(candidates, {}, [](const ScanCandidate& c) {
    return std::tuple(-c.combined.hundredths, -c.close_time.ms, c.row.instrument.value,
                      c.row.timeframe);
  });
  std::vector<ScanRow> ranking;
  ranking.reserve(candidates.size());
  for (const ScanCandidate& candidate : candidates) {
    ranking.push_back(candidate.row);
    ranking.back().rank = static_cast<std::uint32_t>(ranking.size());
  }
  return ranking;
}

}  // namespace cscan
