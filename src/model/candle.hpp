#pragma once
// One candle (bar) of one series, and what is known about its finality.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace cscan {

/// How certain a candle is. Ordered from best to worst as evidence for a signal.
enum class CandleState : std::uint8_t {
  final,               ///< proven: closed flag plus settle delay, or confirmed over REST
  no_trade,            ///< proven: the exchange has no candle there; flat at the last close
  revised,             ///< the exchange changed a final candle; `revision` counts the changes
  closed_provisional,  ///< closed flag just seen, or its successor opened
  forming,             ///< still growing
  unknown,             ///< a hole nobody has explained; values are meaningless
};

/// Prices in quote units per base unit, volume in base units. `close = open + length`, exclusive.
struct Candle {
  Timestamp open_time;
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;
  std::uint32_t revision = 0;
  CandleState state = CandleState::final;

  bool operator==(const Candle&) const = default;
};

/// Whether the values of this candle may be used by a closed signal.
constexpr bool is_settled(CandleState state) {
  return state == CandleState::final || state == CandleState::no_trade ||
         state == CandleState::revised;
}

/// Whether prices and volume are equal, whatever the state and revision.
constexpr bool same_values(const Candle& a, const Candle& b) {
  return a.open == b.open && a.high == b.high && a.low == b.low && a.close == b.close &&
         a.volume == b.volume;
}

/// A candle of a stretch without trades: flat at `price`, volume 0, state no_trade.
constexpr Candle flat_candle(Timestamp open_time, double price) {
  return {open_time, price, price, price, price, 0, 0, CandleState::no_trade};
}

/// The place of a hole in the data: state unknown.
constexpr Candle unknown_candle(Timestamp open_time) {
  return {open_time, 0, 0, 0, 0, 0, 0, CandleState::unknown};
}

/// What is wrong with the values, or nullptr: finite, price > 0, volume >= 0, low <= open, close
/// <= high. Every candle from outside passes here before it enters a series.
[[nodiscard]] const char* candle_defect(const Candle& candle);

[[nodiscard]] std::string_view to_string(CandleState state);
[[nodiscard]] std::optional<CandleState> parse_candle_state(std::string_view text);

}  // namespace cscan
