#pragma once
// How Binance USD-M futures is spoken to.

#include <memory>

#include "exchange/protocol.hpp"

namespace cscan::binanceusdm {

[[nodiscard]] std::unique_ptr<Protocol> make_protocol();

}  // namespace cscan::binanceusdm
