#pragma once
// The columns of the full scan as readers see them. One table (scan_columns) drives the JSON of a
// row, sorting, the choice of columns, error messages and the API's document.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "model/scan_row.hpp"
#include "model/settings.hpp"

namespace cscan {

/// What turns ids into names. References are only read during the call.
struct ScanNames {
  std::span<const Instrument> instruments;
  const Settings& settings;
};

/// One value of one row; monostate where it is not known or undefined. Doubles are finite.
using ScanCell = std::variant<std::monostate, double, std::int64_t, bool, Timestamp,
                              std::string_view, std::string>;

enum class ScanKind : std::uint8_t { number, whole, flag, time, text };

struct ScanColumn {
  std::string_view name;  ///< snake_case, with its period: "rsi_14"
  ScanKind kind{};
  bool optional = false;  ///< whether it may be monostate
  std::string_view unit;  ///< empty where there is none
  std::string_view meaning;
  ScanCell (*cell)(const ScanRow& row, const ScanNames& names) = nullptr;
};

/// In the order in which they are shown.
[[nodiscard]] std::span<const ScanColumn> scan_columns();
/// nullptr when there is none of that name.
[[nodiscard]] const ScanColumn* find_scan_column(std::string_view name);

}  // namespace cscan
