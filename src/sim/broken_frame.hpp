#pragma once
// What a fault makes of a message before it is sent.

#include <string>
#include <string_view>

#include "sim/exchange_fault.hpp"

namespace cscan {

/// malformed: no JSON; truncated: its first half; not_a_number: "NaN" for every price; absurd:
/// prices below zero. `frame` is JSON as one of the exchanges writes it; other kinds leave it as it
/// is.
[[nodiscard]] std::string break_frame(std::string_view frame, FaultKind kind);

}  // namespace cscan
