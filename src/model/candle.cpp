#include "model/candle.hpp"

#include <array>
#include <cmath>

namespace cscan {
namespace {
constexpr std::array<std::string_view, 6> names = {
    "final", "no_trade", "revised", "closed_provisional", "forming", "unknown"};
}  // namespace

const char* candle_defect(const Candle& c) {
  for (double value : {c.open, c.high, c.low, c.close, c.volume})
    if (!std::isfinite(value))
      return "a value is not finite";
  if (c.low <= 0)
    return "a price is not positive";
  if (c.volume < 0)
    return "volume is negative";
  if (c.high < c.open || c.high < c.close || c.low > c.open || c.low > c.close || c.high < c.low)
    return "high and low do not enclose open and close";
  return nullptr;
}

std::string_view to_string(CandleState state) { return names[static_cast<std::size_t>(state)]; }

std::optional<CandleState> parse_candle_state(std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text)
      return static_cast<CandleState>(i);
  return std::nullopt;
}

}  // namespace cscan
