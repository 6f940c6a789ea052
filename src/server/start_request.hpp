#pragma once
// Reads the body of POST /api/scanner/continuous/start.

#include <string_view>

#include "server/ports.hpp"

namespace cscan {

/// An empty body asks for the defaults. invalid_argument names the field, the value and what would
/// be accepted; keys that nobody knows are refused.
[[nodiscard]] Result<StartRequest> parse_start_request(std::string_view body);

}  // namespace cscan
