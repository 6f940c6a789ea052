#include "sim/intrabar_path.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace cscan {

/// A step at which the price is given.
struct IntrabarPath::Anchor {
  std::size_t step = 0;
  std::int64_t price = 0;
};

namespace {

/// A wave in [-1, 1] with knots every `period` steps.
double wave(const CounterRandom& random, std::uint64_t lane, std::size_t step, std::size_t period) {
  const std::uint64_t knot = (lane << 32) + step / period;
  const double left = random.uniform(knot);
  const double right = random.uniform(knot + 1);
  const double part = static_cast<double>(step % period) / static_cast<double>(period);
  return 2 * (left + (right - left) * part) - 1;
}

}  // namespace

IntrabarPath::IntrabarPath(const TickBar& bar, const CounterRandom& random, std::uint64_t counter) {
  CHECK(bar.volume >= 5, "volume {}", bar.volume);
  const std::uint64_t bits = random.bits(counter);
  const CounterRandom noise(bits, {});
  split_volume(bar.volume, mix_bits(bits));

  std::array<Anchor, 4> anchors;
  std::size_t count = 0;
  anchors[count++] = {0, bar.open};
  // An extreme that is the open or the close is touched there; the others get a step of their own.
  const bool has_high = bar.high > std::max(bar.open, bar.close);
  const bool has_low = bar.low < std::min(bar.open, bar.close);
  // Rising candles mostly make their low first.
  const bool low_first = (bits % 4 != 0) == (bar.close >= bar.open);
  const std::array<std::size_t, 2> steps = {20 + (bits >> 8) % 120, 160 + (bits >> 20) % 115};
  for (const bool first : {true, false}) {
    const bool is_low = first == low_first;
    if (is_low ? has_low : has_high)
      anchors[count++] = {steps[first ? 0 : 1], is_low ? bar.low : bar.high};
  }
  anchors[count++] = {last_step, bar.close};
  for (std::size_t i = 0; i + 1 < count; ++i)
    draw_segment(anchors[i], anchors[i + 1], bar, noise);
}

void IntrabarPath::draw_segment(const Anchor& from, const Anchor& to, const TickBar& bar,
                                const CounterRandom& random) {
  const auto high = static_cast<double>(bar.high);
  const auto low = static_cast<double>(bar.low);
  const auto start = static_cast<double>(from.price);
  const double rise = static_cast<double>(to.price) - start;
  const auto length = static_cast<double>(to.step - from.step);
  for (std::size_t step = from.step; step <= to.step; ++step) {
    const double u = static_cast<double>(step - from.step) / length;
    const double line = start + rise * u;
    const double shake = 4 * u * (1 - u) *
                         (0.45 * wave(random, 0, step, 37) + 0.25 * wave(random, 1, step, 9) +
                          0.10 * wave(random, 2, step, 1));
    // Scaled by the room on its side, so the price never leaves the candle.
    const double price = line + shake * (shake > 0 ? high - line : line - low);
    prices_[step] = static_cast<std::int64_t>(price + 0.5);
  }
}

void IntrabarPath::split_volume(std::int64_t volume, std::uint64_t bits) {
  std::int64_t weight_sum = 0;
  for (int minute = 0; minute < 5; ++minute)
    weight_sum += 2 + static_cast<std::int64_t>((bits >> (8 * minute)) % 8);
  const std::int64_t per_weight = (volume - 5) / weight_sum;
  for (std::size_t minute = 0; minute < 5; ++minute) {
    const std::int64_t weight = 2 + static_cast<std::int64_t>((bits >> (8 * minute)) % 8);
    minute_volume_[minute + 1] = minute_volume_[minute] + 1 + per_weight * weight;
  }
  minute_volume_[5] = volume;
}

std::int64_t IntrabarPath::volume_until(std::size_t step) const {
  const std::size_t minute = step / minute_steps;
  const auto inside = static_cast<std::int64_t>(step % minute_steps);
  if (inside == 0)
    return minute_volume_[minute];
  const std::int64_t volume = minute_volume_[minute + 1] - minute_volume_[minute];
  // Rounded up: whenever the price may have moved, something was traded.
  const auto steps = static_cast<std::int64_t>(minute_steps);
  return minute_volume_[minute] + (volume * inside + steps - 1) / steps;
}

TickBar IntrabarPath::part(std::size_t from, std::size_t to) const {
  CHECK(from < to && to <= last_step, "steps {} to {}", from, to);
  const auto [low, high] =
      std::minmax_element(prices_.begin() + static_cast<std::ptrdiff_t>(from),
                          prices_.begin() + static_cast<std::ptrdiff_t>(to) + 1);
  return {prices_[from], *high, *low, prices_[to], volume_until(to) - volume_until(from)};
}

}  // namespace cscan
