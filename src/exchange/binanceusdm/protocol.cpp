#include "exchange/binanceusdm/protocol.hpp"

#include "exchange/binance_family/family_protocol.hpp"
#include "exchange/binanceusdm/endpoints.hpp"
#include "exchange/binanceusdm/listing.hpp"

namespace cscan::binanceusdm {

std::unique_ptr<Protocol> make_protocol() {
  return binance_family::make_family_protocol(table, &parse_listing);
}

}  // namespace cscan::binanceusdm
