#include "exchange/market_listing.hpp"

#include <array>

#include "exchange/decimal_product.hpp"

namespace cscan {

std::string_view to_string(MarketKind kind) {
  constexpr std::array<std::string_view, 5> names = {"spot", "linear_perpetual",
                                                     "inverse_perpetual", "dated", "other"};
  return names[static_cast<std::size_t>(kind)];
}

std::string dated_settle(std::string_view settle, Timestamp ends_at) {
  std::string day = format_day(ends_at);  // 2026-12-25
  return std::string(settle) + "-" + day.substr(2, 2) + day.substr(5, 2) + day.substr(8, 2);
}

double to_base_units(const ListedContract& contract, double volume) {
  if (contract.lot_size == 1)
    return volume;
  return decimal_product(volume, contract.lot_size).value_or(volume * contract.lot_size);
}

}  // namespace cscan
