#pragma once
// Who is listed where in the synthetic market, and what each market is like: a table of bases with
// round figures of about 2025, and three exchanges that differ as real ones do.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/candle.hpp"
#include "model/instrument.hpp"

namespace cscan {

/// One base asset. Prices and turnover are in USDT.
struct BaseProfile {
  std::string_view name;
  double price_level = 0;         ///< around which the price wanders
  int price_decimals = 0;         ///< the increment is 10^-decimals
  int volume_decimals = 0;        ///< likewise the step of volume, in base units
  double daily_quote_volume = 0;  ///< over all exchanges, on an average day
  double daily_volatility = 0;    ///< standard deviation of a day's log return
  double market_share = 0;        ///< share of its variance that the common factor explains, 0..1
  double quiet_share = 0;         ///< chance that a 5m candle has no trade
};

/// One exchange: what it lists and how its markets differ from the others'.
struct ExchangeProfile {
  std::string_view name;
  bool swaps = false;         ///< linear swaps settled in the quote, else spot
  double volume_share = 0;    ///< of a base's daily_quote_volume
  double quiet_extra = 0;     ///< added to quiet_share of bases that are thin at all
  CandleState quiet_state{};  ///< how a candle without trades is reported: final or no_trade
  std::span<const std::string_view> omitted;  ///< bases not listed here
};

/// A market of the universe, with the figures that hold on its exchange.
struct MarketProfile {
  const BaseProfile* base = nullptr;
  const ExchangeProfile* exchange = nullptr;
  double increments_per_unit = 1;  ///< a power of ten: price × this is a whole number
  double steps_per_unit = 1;       ///< likewise for volume
  double daily_quote_volume = 0;
  double quiet_share = 0;
};

[[nodiscard]] std::span<const BaseProfile> synthetic_bases();
/// nullptr for an unknown name.
[[nodiscard]] const ExchangeProfile* find_exchange(std::string_view name);
[[nodiscard]] bool is_listed(const ExchangeProfile& exchange, const BaseProfile& base);
/// nullopt when the universe has no such market.
[[nodiscard]] std::optional<MarketProfile> find_market(const Instrument& instrument);

/// The instrument of a listed pair: BASE/USDT or BASE/USDT:USDT.
[[nodiscard]] Instrument to_instrument(const ExchangeProfile& exchange, const BaseProfile& base);

}  // namespace cscan
