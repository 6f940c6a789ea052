#pragma once
// What is traded where. Symbols are unified (ccxt's form): "BTC/USDT" is spot, "BTC/USDT:USDT" a
// linear swap settled in USDT. The exchange's own spelling lives with the exchange.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/strong.hpp"

namespace cscan {

/// Index into the instruments of one run (UniverseChanged); meaningless outside it.
struct InstrumentTag {};
using InstrumentId = Strong<InstrumentTag>;

/// One market of one exchange. `settle` is empty for spot.
struct Instrument {
  std::string exchange;  ///< ccxt id: "binance", "kucoinfutures"; recordings may use any name
  std::string base;
  std::string quote;
  std::string settle;

  /// "BTC/USDT" or "BTC/USDT:USDT".
  [[nodiscard]] std::string symbol() const;
  auto operator<=>(const Instrument&) const = default;
};

/// Reads a unified symbol: BASE/QUOTE or BASE/QUOTE:SETTLE, each part non-empty, at most 40 bytes,
/// without control characters. Case is kept. invalid_argument otherwise.
[[nodiscard]] Result<Instrument> parse_symbol(std::string_view exchange, std::string_view symbol);

}  // namespace cscan
