#include "runtime/known_exchanges.hpp"

#include "exchange/binance/protocol.hpp"
#include "exchange/binanceusdm/protocol.hpp"
#include "exchange/kucoinfutures/protocol.hpp"

namespace cscan {
namespace {

struct Known {
  std::string_view id;
  std::unique_ptr<Protocol> (*make)() = nullptr;
};
constexpr Known known[] = {
    {"binance", binance::make_protocol},
    {"binanceusdm", binanceusdm::make_protocol},
    {"kucoinfutures", kucoinfutures::make_protocol},
};

}  // namespace

const std::vector<std::string>& known_exchanges() {
  static const std::vector<std::string> ids = [] {
    std::vector<std::string> all;
    for (const Known& one : known)
      all.emplace_back(one.id);
    return all;
  }();
  return ids;
}

std::unique_ptr<Protocol> make_protocol(std::string_view exchange) {
  for (const Known& one : known)
    if (one.id == exchange)
      return one.make();
  return nullptr;
}

}  // namespace cscan
