#include "analysis/volatility_regime.hpp"

#include <algorithm>
#include <cmath>

namespace cscan {
namespace {

/// Realised volatility of the 24 hours that end `back` hours before the newest close.
std::optional<double> realised_24h(const HourlyCloses& closes, std::size_t back) {
  if (closes.size() < back + 25)
    return std::nullopt;
  const double* last = closes.data() + closes.size() - back;
  double sum = 0;
  for (const double* close = last - 24; close != last; ++close) {
    if (!(close[-1] > 0) || !(close[0] > 0))
      return std::nullopt;
    double hourly_return = close[0] / close[-1] - 1;
    sum += hourly_return * hourly_return;
  }
  return std::sqrt(sum);
}

/// Medians over assets, oldest hour first; hours without any asset are left out.
std::vector<double> median_history(std::span<const HourlyCloses> assets) {
  std::vector<double> history;
  std::vector<double> values;
  for (std::size_t back = volatility_hours; back-- > 0;) {
    values.clear();
    for (const HourlyCloses& closes : assets)
      if (auto realised = realised_24h(closes, back))
        values.push_back(*realised);
    if (auto middle = median(values))
      history.push_back(*middle);
  }
  return history;
}

/// Mid-rank percentile of `value` among `sorted`, 0 to 100.
double percentile_of(double value, const std::vector<double>& sorted) {
  auto [first, last] = std::ranges::equal_range(sorted, value);
  auto below = static_cast<double>(first - sorted.begin());
  auto equal = static_cast<double>(last - first);
  return 100 * (below + equal / 2) / static_cast<double>(sorted.size());
}

VolatilityRegime next_regime(double percentile, VolatilityRegime previous) {
  double low_below = previous == VolatilityRegime::low ? 38 : 33;
  double high_from = previous == VolatilityRegime::high ? 62 : 67;
  return percentile < low_below    ? VolatilityRegime::low
         : percentile >= high_from ? VolatilityRegime::high
                                   : VolatilityRegime::medium;
}

}  // namespace

std::optional<double> median(std::vector<double>& values) {
  if (values.empty())
    return std::nullopt;
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1)
    return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

Volatility volatility_regime(std::span<const HourlyCloses> assets) {
  Volatility result;
  for (const HourlyCloses& closes : assets)
    result.hours_of_history =
        std::max(result.hours_of_history, static_cast<std::int64_t>(closes.size()) - 1);
  std::vector<double> history = median_history(assets);
  if (history.empty())
    return result;
  result.realised_24h = history.back();
  if (result.hours_of_history < 48)
    return result;
  std::vector<double> sorted = history;
  std::ranges::sort(sorted);
  for (double value : history) {
    result.percentile = percentile_of(value, sorted);
    result.regime = next_regime(*result.percentile, result.regime);
  }
  return result;
}

}  // namespace cscan
