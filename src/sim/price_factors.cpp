#include "sim/price_factors.hpp"

namespace cscan {

void add_octaves(std::span<const Octave> octaves, const CounterRandom& random,
                 std::int64_t first_hour, std::span<double> out, std::int64_t stride_hours) {
  for (std::size_t layer = 0; layer < octaves.size(); ++layer) {
    const auto [period, sigma] = octaves[layer];
    const auto knot_value = [&random, layer, scale = sigma](std::int64_t knot) {
      return scale * random.normal((static_cast<std::uint64_t>(knot) << 8) | layer);
    };
    std::int64_t knot = first_hour / period;
    std::int64_t place = first_hour % period;
    double left = knot_value(knot);
    double right = knot_value(knot + 1);
    double slope = (right - left) / static_cast<double>(period);
    for (double& value : out) {
      value += left + slope * static_cast<double>(place);
      place += stride_hours;
      while (place >= period) {
        place -= period;
        left = right;
        right = knot_value(++knot + 1);
        slope = (right - left) / static_cast<double>(period);
      }
    }
  }
}

BarValues at_bars(const HourValues& hours) {
  BarValues bars;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    const double step = (hours[hour + 1] - hours[hour]) * (1.0 / bars_per_hour);
    for (std::size_t k = 0; k < bars_per_hour; ++k)
      bars[hour * bars_per_hour + k] = hours[hour] + step * static_cast<double>(k);
  }
  return bars;
}

HourValues shock(std::uint64_t bits, double peak) {
  HourValues factor;
  factor.fill(1);
  const std::size_t start = 1 + bits % 18;
  for (std::size_t hour = start; hour < factor.size(); ++hour) {
    const double left = static_cast<double>(24 - hour) / static_cast<double>(24 - start);
    factor[hour] = 1 + (peak - 1) * left;
  }
  return factor;
}

}  // namespace cscan
