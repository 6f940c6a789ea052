#include "replay/scenario_market.hpp"

#include <algorithm>

namespace cscan {
namespace {

constexpr unsigned octaves = 16;
constexpr double first_octave = 0.0005;  // of the price
constexpr double root_of_two = 1.4142135623730951;
constexpr std::uint64_t volume_stream = 1'000;  // beside the octaves
constexpr double cents = 100;

/// Scrambles three numbers into 64 random bits: multiply, fold, again (the constants are odd and
/// without pattern: the golden ratio's and two primes').
std::uint64_t scramble(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  std::uint64_t bits = seed * 0x9e3779b97f4a7c15ULL + stream * 0xd6e8feb86659fd93ULL + index;
  for (int round = 0; round < 3; ++round) {
    bits ^= bits >> 32;
    bits *= 0xd6e8feb86659fd93ULL;
  }
  return bits ^ bits >> 32;
}

/// From -1 to 1.
double noise(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  constexpr double half_range = 4'503'599'627'370'496.0;  // 2^52
  return static_cast<double>(scramble(seed, stream, index) >> 11) / half_range - 1;
}

std::uint64_t minute_of(Timestamp time) {
  return static_cast<std::uint64_t>(time.ms / minutes(1).ms);
}

double minute_volume(const ScenarioPath& path, std::uint64_t minute) {
  if (!path.walks)
    return path.volume;
  std::uint64_t dice = scramble(path.seed, volume_stream, minute);
  return dice % 40 == 0 ? 200 : 1 + static_cast<double>(dice / 40 % 10);
}

}  // namespace

double path_price(const ScenarioPath& path, Timestamp time) {
  if (!path.walks)
    return path.price;
  std::uint64_t minute = minute_of(time);
  double move = 0, size = first_octave;
  for (unsigned octave = 0; octave < octaves; ++octave, size *= root_of_two) {
    std::uint64_t step = std::uint64_t{1} << octave, index = minute / step;
    double share = static_cast<double>(minute % step) / static_cast<double>(step);
    move += size * ((1 - share) * noise(path.seed, octave, index) +
                    share * noise(path.seed, octave, index + 1));
  }
  auto whole = static_cast<std::int64_t>(path.price * (1 + move) * cents + 0.5);
  return static_cast<double>(std::max<std::int64_t>(whole, 1)) / cents;
}

Candle path_candle(const ScenarioPath& path, Timeframe timeframe, Timestamp open_time) {
  double open = path_price(path, open_time);
  Candle candle{open_time, open, open, open, open, 0, 0, CandleState::final};
  for (Timestamp t = open_time; t < close_time(open_time, timeframe); t = t + minutes(1)) {
    candle.close = path_price(path, t + minutes(1));
    candle.high = std::max(candle.high, candle.close);
    candle.low = std::min(candle.low, candle.close);
    candle.volume += minute_volume(path, minute_of(t));
  }
  return candle;
}

}  // namespace cscan
