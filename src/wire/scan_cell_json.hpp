#pragma once
// One value of the full scan as JSON.

#include "model/scan_columns.hpp"
#include "wire/json_writer.hpp"

namespace cscan {

/// null where it is not known.
void append_scan_cell(JsonWriter& json, const ScanCell& cell);

}  // namespace cscan
