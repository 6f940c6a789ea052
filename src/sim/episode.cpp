#include "sim/episode.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace cscan {
namespace {

constexpr std::int64_t day_bars = static_cast<std::int64_t>(bars_per_day);
constexpr std::uint64_t crash_stream = 5ULL << 40;
constexpr std::uint64_t shock_stream = 6ULL << 40;

/// The parameters of an episode are drawn from one counter, a lane each.
class Lanes {
 public:
  explicit Lanes(std::uint64_t bits) : random_(bits, {}) {}
  double uniform() { return random_.uniform(next_++); }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(
                       random_.below(next_++, static_cast<std::uint64_t>(most - least + 1)));
  }
  double sign() { return (random_.bits(next_++) >> 63) == 0 ? 1 : -1; }

 private:
  CounterRandom random_;
  std::uint64_t next_ = 0;
};

}  // namespace

double Episode::displacement(std::int64_t bar) const {
  const std::int64_t t = bar - first_bar;
  if (t <= 0)
    return 0;
  if (t < rise) {
    const double u = static_cast<double>(t) / static_cast<double>(rise);
    return height * u * (gathers_speed ? 0.3 + 0.7 * u : 1.25 - 0.25 * u);
  }
  const double v =
      t >= rise + retrace ? 1 : static_cast<double>(t - rise) / static_cast<double>(retrace);
  return height * (1 - (1 - kept) * v * (1.5 - 0.5 * v));
}

double Episode::intensity(std::int64_t bar) const {
  const double t = static_cast<double>(bar - first_bar) + 0.5;
  const double u = t / static_cast<double>(rise);
  const double v = (t - static_cast<double>(rise)) / static_cast<double>(retrace);
  if (u < 0 || v > 1)
    return 0;
  if (gathers_speed)
    return u < 1 ? 0.4 + 0.6 * u : (1 - v) * (1 - v);
  constexpr double peak = 0.625;
  if (u < peak)
    return (u / peak) * (u / peak);
  return u < 1 ? 1 - (u - peak) * (0.6 / (1 - peak)) : 0.4 * (1 - v);
}

void Episodes::add(const std::optional<Episode>& episode, std::int64_t day) {
  const std::int64_t first = first_bar_of(day);
  if (!episode || episode->end_bar() <= first || episode->first_bar >= first + day_bars)
    return;
  CHECK(count_ < items_.size());
  items_[count_++] = *episode;
}

double Episodes::move(std::int64_t day) const {
  const std::int64_t first = first_bar_of(day);
  double sum = 0;
  for (const Episode& episode : all())
    sum += episode.displacement(first + day_bars) - episode.displacement(first);
  return sum;
}

double Episodes::day_noise() const {
  double factor = 1;
  for (const Episode& episode : all())
    factor *= episode.day_noise;
  return factor;
}

EpisodeBars::EpisodeBars() {
  drift.fill(0);
  noise.fill(1);
  volume.fill(1);
  sigma.fill(1);
}

void EpisodeBars::apply(const Episode& episode, std::int64_t day, double weight) {
  const std::int64_t origin = first_bar_of(day);
  const std::int64_t first = std::max(origin, episode.first_bar);
  const std::int64_t last = std::min(origin + day_bars, episode.end_bar());
  double before = episode.displacement(first);
  for (std::int64_t bar = first; bar < last; ++bar) {
    const auto i = static_cast<std::size_t>(bar - origin);
    const double after = episode.displacement(bar + 1);
    drift[i] += weight * (after - before);
    before = after;
    const double intensity = episode.intensity(bar);
    noise[i] *= episode.noise;
    volume[i] *= 1 + episode.volume * intensity;
    sigma[i] *= 1 + episode.sigma * intensity;
  }
}

Episode make_swing(const SwingScale& scale, std::uint64_t bits, std::int64_t block,
                   double daily_sigma) {
  Lanes lanes(bits);
  const std::int64_t rise = lanes.between(6, 9);
  const std::int64_t retrace = lanes.between(2, 4);
  const std::int64_t start = lanes.between(0, scale.block_candles - rise - retrace);
  const double per_candle = 0.75 + 0.45 * lanes.uniform();
  const double candle_sigma =
      daily_sigma * std::sqrt(static_cast<double>(scale.candle_bars) / day_bars);
  Episode episode;
  episode.first_bar = (block * scale.block_candles + start) * scale.candle_bars;
  episode.rise = rise * scale.candle_bars;
  episode.retrace = retrace * scale.candle_bars;
  episode.height = lanes.sign() * per_candle * candle_sigma * static_cast<double>(rise);
  episode.kept = lanes.uniform() < 0.75 ? 0.15 + 0.4 * lanes.uniform() : 1 + 0.3 * lanes.uniform();
  episode.volume = 4 + 3 * lanes.uniform();
  episode.noise = scale.noise;
  episode.day_noise = scale.day_noise;
  return episode;
}

std::int64_t crash_day(const CounterRandom& random, std::int64_t day) {
  const std::int64_t block = day / crash_block_days;
  const std::uint64_t bits = random.bits(crash_stream + static_cast<std::uint64_t>(block));
  return block * crash_block_days + static_cast<std::int64_t>((bits & 0xff) % 6);
}

std::optional<Episode> crash_of(const CounterRandom& random, std::int64_t day, double chance) {
  const std::int64_t block = day / crash_block_days;
  const std::uint64_t bits = random.bits(crash_stream + static_cast<std::uint64_t>(block));
  if (to_uniform(bits) >= chance)
    return std::nullopt;
  Lanes lanes(bits);
  const double depth = lanes.uniform();
  Episode episode;
  episode.first_bar = first_bar_of(crash_day(random, day)) + lanes.between(0, day_bars - 1);
  episode.rise = lanes.between(12, 84);
  episode.retrace = lanes.between(48, 360);
  episode.height = -(0.12 + 0.22 * depth * depth);
  episode.kept = 0.45 + 0.35 * lanes.uniform();
  episode.volume = 3 + 4 * lanes.uniform();
  episode.sigma = 1;
  episode.gathers_speed = true;
  return episode;
}

std::optional<Episode> shock_of(const CounterRandom& random, std::int64_t day, double chance) {
  const std::int64_t block = day / shock_block_days;
  const std::uint64_t bits = random.bits(shock_stream + static_cast<std::uint64_t>(block));
  if (to_uniform(bits) >= chance)
    return std::nullopt;
  Lanes lanes(bits);
  const bool pump = lanes.uniform() < 0.45;
  const double size = lanes.uniform();
  Episode episode;
  episode.rise = lanes.between(6, 60);
  episode.retrace = lanes.between(48, 288);
  episode.first_bar = first_bar_of(block * shock_block_days) +
                      lanes.between(0, shock_block_days * day_bars - 72 - 288);
  episode.height = pump ? 0.12 + 0.35 * size * size : -(0.12 + 0.3 * size * size);
  episode.kept = pump ? 0.1 + 0.5 * lanes.uniform() : 0.5 + 0.3 * lanes.uniform();
  episode.volume = 6 + 6 * lanes.uniform();
  episode.sigma = 1;
  episode.gathers_speed = true;
  return episode;
}

}  // namespace cscan
