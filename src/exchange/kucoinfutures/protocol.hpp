#pragma once
// How KuCoin Futures is spoken to.

#include <memory>

#include "exchange/protocol.hpp"

namespace cscan::kucoinfutures {

[[nodiscard]] std::unique_ptr<Protocol> make_protocol();

}  // namespace cscan::kucoinfutures
