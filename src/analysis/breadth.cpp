#include "analysis/breadth.hpp"

#include <algorithm>
#include <tuple>

namespace cscan {

std::optional<double> BreadthCount::ratio() const {
  if (advancing + declining == 0)
    return std::nullopt;
  return static_cast<double>(advancing) / static_cast<double>(advancing + declining);
}

BreadthCount count_breadth(std::vector<BreadthRow> rows) {
  // Within a base, rows that have a change come first, best rank first.
  std::ranges::stable_sort(rows, {}, [](const BreadthRow& row) {
    return std::tuple(row.base, !row.change.has_value(), row.rank);
  });
  BreadthCount count;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && rows[i].base == rows[i - 1].base)
      continue;
    ++count.bases;
    if (!rows[i].change)
      continue;
    ++(*rows[i].change > 0   ? count.advancing
       : *rows[i].change < 0 ? count.declining
                             : count.unchanged);
  }
  return count;
}

MarketBias market_bias(std::optional<double> ratio) {
  if (!ratio)
    return MarketBias::neutral;
  return *ratio >= 0.55   ? MarketBias::bullish
         : *ratio <= 0.45 ? MarketBias::bearish
                          : MarketBias::neutral;
}

MarketBias market_trend(std::optional<double> ratio, MarketBias previous) {
  if (!ratio)
    return MarketBias::neutral;
  double bullish_from = previous == MarketBias::bullish ? 0.65 : 0.70;
  double bearish_to = previous == MarketBias::bearish ? 0.35 : 0.30;
  return *ratio >= bullish_from ? MarketBias::bullish
         : *ratio <= bearish_to ? MarketBias::bearish
                                : MarketBias::neutral;
}

}  // namespace cscan
