#pragma once
// Who is listed where in the synthetic market, and what each market is like: a table of bases with
// round figures of about 2025, a long tail of made-up ones (synthetic_tail.hpp), and three
// exchanges that differ as real ones do. The same for every seed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "model/candle.hpp"
#include "model/instrument.hpp"

namespace cscan {

inline constexpr std::size_t synthetic_exchanges = 3;
inline constexpr Timestamp never{INT64_MAX};

/// One base asset. Prices and turnover are in USDT.
struct BaseProfile {
  std::string_view name;
  double price_level = 0;         ///< around which the price wanders
  int price_decimals = 0;         ///< the increment is 10^-decimals
  int volume_decimals = 0;        ///< likewise the step of volume, in base units
  double daily_quote_volume = 0;  ///< over all exchanges, on an average day
  double daily_volatility = 0;    ///< standard deviation of a calm day's log return
  double market_share = 0;        ///< share of its variance that the common factor explains, 0..1
  double quiet_share = 0;         ///< chance that a 5m candle has no trade
  /// Its first trade on each exchange, on the hour; `never` where it is not listed. What was there
  /// from the beginning says genesis.
  std::array<Timestamp, synthetic_exchanges> listed_at{};

  [[nodiscard]] Timestamp first_listed() const;
};

/// One exchange: how its markets differ from the others'.
struct ExchangeProfile {
  std::string_view name;
  std::size_t index = 0;
  bool swaps = false;         ///< linear swaps settled in the quote, else spot
  double volume_share = 0;    ///< of a base's daily_quote_volume
  double quiet_extra = 0;     ///< added to quiet_share of bases that are thin at all
  CandleState quiet_state{};  ///< how a candle without trades is reported: final or no_trade
};

/// A market of the universe, with the figures that hold on its exchange.
struct MarketProfile {
  const BaseProfile* base = nullptr;
  const ExchangeProfile* exchange = nullptr;
  std::size_t base_index = 0;      ///< in synthetic_bases()
  double increments_per_unit = 1;  ///< a power of ten: price × this is a whole number
  double steps_per_unit = 1;       ///< likewise for volume
  double daily_quote_volume = 0;
  double quiet_share = 0;
  double basis_scale = 1;  ///< of the basis against a liquid market's
  double halt_chance = 0;  ///< that it halts once in 16 days
  Timestamp listed_at;     ///< its first trade
};

/// The hand-written bases, without their listings: liquid ones, and samples of the tail.
[[nodiscard]] std::span<const BaseProfile> synthetic_table();
/// Liquid ones first: the table, then the tail by turnover, then what is listed later.
[[nodiscard]] std::span<const BaseProfile> synthetic_bases();
/// nullptr for an unknown name.
[[nodiscard]] const ExchangeProfile* find_exchange(std::string_view name);
[[nodiscard]] std::span<const ExchangeProfile> synthetic_exchange_profiles();
[[nodiscard]] bool is_listed(const ExchangeProfile& exchange, const BaseProfile& base);
/// nullopt when the universe has no such market.
[[nodiscard]] std::optional<MarketProfile> find_market(const Instrument& instrument);

/// The instrument of a listed pair: BASE/USDT or BASE/USDT:USDT.
[[nodiscard]] Instrument to_instrument(const ExchangeProfile& exchange, const BaseProfile& base);

}  // namespace cscan
