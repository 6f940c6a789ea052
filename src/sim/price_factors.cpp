#include "sim/price_factors.hpp"

#include <algorithm>

namespace cscan {

void add_octaves(std::span<const Octave> octaves, const CounterRandom& random,
                 std::int64_t first_hour, std::span<double> out) {
  for (std::size_t layer = 0; layer < octaves.size(); ++layer) {
    const auto [period, sigma] = octaves[layer];
    std::int64_t knot = -1;
    double left = 0;
    double right = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::int64_t hour = first_hour + static_cast<std::int64_t>(i);
      if (hour / period != knot) {  // a day crosses few knots of a long period: draw only then
        knot = hour / period;
        const std::uint64_t counter = (static_cast<std::uint64_t>(knot) << 8) | layer;
        left = random.normal(counter);
        right = random.normal(counter + 256);
      }
      const double part = static_cast<double>(hour % period) / static_cast<double>(period);
      out[i] += sigma * (left + (right - left) * part);
    }
  }
}

Runs::Runs() {
  drift.fill(0);
  noise.fill(1);
  volume.fill(1);
}

void add_bursts(Runs& runs, const CounterRandom& random, std::int64_t day, double chance) {
  constexpr std::size_t block_bars = 24;
  for (std::size_t block = 0; block < 288 / block_bars; ++block) {
    const std::uint64_t bits = random.bits(static_cast<std::uint64_t>(day) * 12 + block);
    if (to_uniform(bits) >= chance)
      continue;
    const std::uint64_t shape = mix_bits(bits);
    const std::size_t length = 4 + shape % 6;
    const std::size_t first = block * block_bars + (shape >> 8) % (block_bars - length);
    const double direction = (shape >> 16) % 2 == 0 ? 1 : -1;
    const double strength = 0.7 + static_cast<double>((shape >> 24) % 256) * (1.0 / 256);
    for (std::size_t k = 0; k < length; ++k) {
      const double u = (static_cast<double>(k) + 0.5) / static_cast<double>(length);
      runs.drift[first + k] += direction * strength;
      runs.noise[first + k] *= 0.45;
      runs.volume[first + k] *= 1.6 + 10 * strength * u * (1 - u);
    }
    if ((shape >> 17) % 2 == 0)
      continue;
    double fading = 1.1;
    for (std::size_t i = first + length; i < std::min<std::size_t>(first + length + 3, 288); ++i) {
      runs.drift[i] -= 0.7 * direction * strength;
      runs.volume[i] *= fading;
      fading *= 0.75;
    }
  }
}

void add_marches(Runs& runs, const CounterRandom& random, std::int64_t day, double chance) {
  constexpr std::size_t block_bars = 144;
  for (std::size_t block = 0; block < 288 / block_bars; ++block) {
    const std::uint64_t bits =
        random.bits((1ULL << 40) + static_cast<std::uint64_t>(day) * 2 + block);
    if (to_uniform(bits) >= chance)
      continue;
    const std::uint64_t shape = mix_bits(bits);
    const std::size_t length = 36 + shape % 61;
    const std::size_t first = block * block_bars + (shape >> 8) % (block_bars - length);
    const double direction = (shape >> 16) % 2 == 0 ? 1 : -1;
    for (std::size_t i = first; i < first + length; ++i) {
      runs.drift[i] += 0.25 * direction;
      runs.volume[i] *= 1.8;
    }
  }
}

DayRun day_run(const CounterRandom& random, std::int64_t day, double chance) {
  constexpr std::int64_t block_days = 8;
  const std::uint64_t bits =
      random.bits((1ULL << 41) + static_cast<std::uint64_t>(day / block_days));
  if (to_uniform(bits) >= chance)
    return {};
  const std::uint64_t shape = mix_bits(bits);
  const auto length = static_cast<std::int64_t>(3 + shape % 4);
  const auto first = static_cast<std::int64_t>((shape >> 8) % 3);
  const std::int64_t place = day % block_days;
  if (place < first || place >= first + length)
    return {};
  return {(shape >> 16) % 2 == 0 ? 0.7 : -0.7, 1.8};
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
