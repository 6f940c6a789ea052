#include "exchange/market_listing.hpp"

#include <array>

namespace cscan {

std::string_view to_string(MarketKind kind) {
  constexpr std::array<std::string_view, 5> names = {"spot", "linear_perpetual",
                                                     "inverse_perpetual", "dated", "other"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace cscan
