#pragma once
// How Binance spot is spoken to.

#include <memory>

#include "exchange/protocol.hpp"

namespace cscan::binance {

[[nodiscard]] std::unique_ptr<Protocol> make_protocol();

}  // namespace cscan::binance
