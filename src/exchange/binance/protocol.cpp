#include "exchange/binance/protocol.hpp"

#include "exchange/binance/endpoints.hpp"
#include "exchange/binance/listing.hpp"
#include "exchange/binance_family/family_protocol.hpp"

namespace cscan::binance {

std::unique_ptr<Protocol> make_protocol() {
  return binance_family::make_family_protocol(table, &parse_listing);
}

}  // namespace cscan::binance
