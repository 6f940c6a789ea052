#include "analysis/full_scan.hpp"

#include <algorithm>
#include <tuple>

namespace cscan {

std::vector<ScanRow> rank_scan(std::vector<ScanRow> rows) {
  std::ranges::sort(rows, {}, [](const ScanRow& row) {
    return std::tuple(-row.combined.hundredths, -row.close_time.ms, row.instrument, row.timeframe);
  });
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i].rank = static_cast<std::uint32_t>(i + 1);
  return rows;
}

}  // namespace cscan
