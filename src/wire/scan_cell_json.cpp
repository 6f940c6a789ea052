#include "wire/scan_cell_json.hpp"

#include <type_traits>
#include <variant>

namespace cscan {

void append_scan_cell(JsonWriter& json, const ScanCell& cell) {
  std::visit(
      [&](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
          json.null();
        else
          json.value(value);
      },
      cell);
}

}  // namespace cscan
