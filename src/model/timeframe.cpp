#include "model/timeframe.hpp"

namespace cscan {
namespace {
constexpr std::array<std::string_view, all_timeframes.size()> names = {
    "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d"};
}  // namespace

std::string_view to_string(Timeframe timeframe) {
  return names[static_cast<std::size_t>(timeframe)];
}

std::optional<Timeframe> parse_timeframe(std::string_view text) {
  for (Timeframe timeframe : all_timeframes)
    if (to_string(timeframe) == text)
      return timeframe;
  return std::nullopt;
}

}  // namespace cscan
