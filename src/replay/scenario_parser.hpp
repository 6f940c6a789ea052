#pragma once
// Reads the text of a scenario (docs/scenarios.md).

#include <string_view>

#include "base/result.hpp"
#include "replay/scenario.hpp"

namespace cscan {

/// invalid_argument, "FILE:7: …", at the first line that is not understood; `file` is only its
/// name. Text longer than a megabyte is refused, and so is one without an expectation.
[[nodiscard]] Result<Scenario> parse_scenario(std::string_view text, std::string_view file);

}  // namespace cscan
