#pragma once
// The full scan: every watched instrument and timeframe in one ranking, best combined score first.

#include <vector>

#include "model/scan_row.hpp"

namespace cscan {

/// Ranks by combined score, then newer close, then instrument order, then timeframe. Sets
/// ScanRow::rank from 1.
[[nodiscard]] std::vector<ScanRow> rank_scan(std::vector<ScanRow> rows);

}  // namespace cscan
