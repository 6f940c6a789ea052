#pragma once
// The exchanges this program speaks with. A new one is added here, and nowhere else outside its
// corner.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/protocol.hpp"

namespace cscan {

/// ccxt's ids.
[[nodiscard]] const std::vector<std::string>& known_exchanges();
/// Null for an id that is not known.
[[nodiscard]] std::unique_ptr<Protocol> make_protocol(std::string_view exchange);

}  // namespace cscan
