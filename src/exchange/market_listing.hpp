#pragma once
// What an exchange lists: every market with its own id, its unified name and what it takes to read
// its numbers. The one source of the mapping between the two spellings; nothing cuts strings.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/instrument.hpp"

namespace cscan {

enum class MarketKind : std::uint8_t {
  spot,
  linear_perpetual,   ///< settled in its quote asset
  inverse_perpetual,  ///< settled in its base asset; volumes are money, not coins
  dated,              ///< expires; its unified settle part ends in "-YYMMDD"
  other,              ///< stocks, metals, pre-market: sessions and prices of another kind
};

[[nodiscard]] std::string_view to_string(MarketKind kind);

struct ListedContract {
  std::string id;  ///< the exchange's spelling
  Instrument instrument;
  MarketKind kind{};
  bool is_trading = false;
  std::string status;  ///< the exchange's word
  double price_increment = 0;
  double quantity_increment = 0;  ///< base units or lots
  double lot_size = 1;            ///< base units in one unit of volume
  std::optional<Timestamp> listed_at;
  std::optional<Timestamp> ends_at;  ///< expiry or announced delisting
  double last_price = 0;             ///< 0 where the listing has none
  double quote_volume_24h = 0;

  bool operator==(const ListedContract&) const = default;
};

/// Whether the scanner can follow this market: it trades, and volumes are in base units.
[[nodiscard]] inline bool is_watchable(const ListedContract& contract) {
  return contract.is_trading &&
         (contract.kind == MarketKind::spot || contract.kind == MarketKind::linear_perpetual);
}

/// The settle part of a dated contract's name: "USDT-261225" for 2026-12-25.
[[nodiscard]] std::string dated_settle(std::string_view settle, Timestamp ends_at);

/// A volume as the exchange gives it, in base units.
[[nodiscard]] double to_base_units(const ListedContract& contract, double volume);

struct MarketListing {
  std::vector<ListedContract> contracts;      ///< in the exchange's order
  std::optional<std::uint32_t> weight_limit;  ///< per window, when the exchange says it here
  std::vector<Error> rejects;                 ///< entries that could not be read
};

}  // namespace cscan
