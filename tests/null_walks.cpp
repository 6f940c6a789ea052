#include "null_walks.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/counter_random.hpp"

namespace cscan {
namespace {

constexpr double usual_return = 0.004;
constexpr double usual_volume = 100;

/// The draws of one walk, one stream for each thing that is drawn.
struct Draws {
  CounterRandom move, upper, lower, volume;
  explicit Draws(std::uint64_t seed)
      : move(seed, {1}), upper(seed, {2}), lower(seed, {3}), volume(seed, {4}) {}

  /// Candle `i` that moves by `change` (a fraction) in a market of this standard deviation.
  [[nodiscard]] Candle candle(std::size_t i, const WalkShape& shape, double open, double change,
                              double sigma, double traded) const {
    // A bounded draw, so that no price can cross zero.
    double close = open * (1 + std::clamp(change, -0.3, 0.3));
    auto wick = [&](const CounterRandom& draw) {
      return 1 + 0.5 * std::min(sigma * std::abs(draw.normal(i)), 0.3);
    };
    return {.open_time = shape.first + length(shape.timeframe) * static_cast<std::int64_t>(i),
            .open = open,
            .high = std::max(open, close) * wick(upper),
            .low = std::min(open, close) / wick(lower),
            .close = close,
            .volume = traded};
  }
};

/// A candle's prices as multiples of the close before it.
struct Shape {
  double open, high, low, close, volume;

  static Shape of(const Candle& candle, double before) {
    return {candle.open / before, candle.high / before, candle.low / before, candle.close / before,
            candle.volume};
  }
  [[nodiscard]] Shape upside_down() const {
    return {1 / open, 1 / low, 1 / high, 1 / close, volume};
  }
  [[nodiscard]] Candle after(const Candle& before, Timestamp open_time) const {
    Candle candle{.open_time = open_time,
                  .open = open * before.close,
                  .high = high * before.close,
                  .low = low * before.close,
                  .close = close * before.close,
                  .volume = volume};
    // Rounding must not lift an open or close over its high.
    candle.high = std::max({candle.high, candle.open, candle.close});
    candle.low = std::min({candle.low, candle.open, candle.close});
    return candle;
  }
};

std::vector<Shape> shapes_of(std::span<const Candle> candles) {
  std::vector<Shape> shapes;
  for (std::size_t i = 1; i < candles.size(); ++i)
    shapes.push_back(Shape::of(candles[i], candles[i - 1].close));
  return shapes;
}

std::vector<Candle> candles_of(const std::vector<Shape>& shapes, std::span<const Candle> like) {
  std::vector<Candle> candles(like.begin(),
                              like.begin() + std::min<std::ptrdiff_t>(1, like.size()));
  for (std::size_t i = 1; i < like.size(); ++i)
    candles.push_back(shapes[i - 1].after(candles.back(), like[i].open_time));
  return candles;
}

}  // namespace

std::vector<Candle> iid_walk(std::uint64_t seed, const WalkShape& shape, double volume_log_sd) {
  Draws draws(seed);
  std::vector<Candle> candles;
  double price = 100;
  for (std::size_t i = 0; i < shape.n; ++i) {
    double volume = usual_volume * draws.volume.lognormal(i, volume_log_sd);
    double change = usual_return * draws.move.normal(i);
    candles.push_back(draws.candle(i, shape, price, change, usual_return, volume));
    price = candles.back().close;
  }
  return candles;
}

std::vector<Candle> garch_walk(std::uint64_t seed, const WalkShape& shape) {
  Draws draws(seed);
  std::vector<Candle> candles;
  double price = 100, variance = usual_return * usual_return;
  for (std::size_t i = 0; i < shape.n; ++i) {
    double sigma = std::sqrt(variance), change = sigma * draws.move.normal(i);
    double volume = usual_volume * (sigma / usual_return) * draws.volume.lognormal(i, 0.8);
    candles.push_back(draws.candle(i, shape, price, change, sigma, volume));
    price = candles.back().close;
    variance = 0.02 * usual_return * usual_return + 0.10 * change * change + 0.88 * variance;
  }
  return candles;
}

std::vector<Candle> shuffled(std::span<const Candle> candles, std::uint64_t seed) {
  CounterRandom random(seed, {5});
  std::vector<Shape> shapes = shapes_of(candles);
  for (std::size_t i = shapes.size(); i > 1; --i)
    std::swap(shapes[i - 1], shapes[random.below(i, i)]);
  return candles_of(shapes, candles);
}

std::vector<Candle> sign_randomised(std::span<const Candle> candles, std::uint64_t seed) {
  CounterRandom random(seed, {6});
  std::vector<Shape> shapes = shapes_of(candles);
  for (std::size_t i = 0; i < shapes.size(); ++i)
    if (random.below(i, 2) == 1)
      shapes[i] = shapes[i].upside_down();
  return candles_of(shapes, candles);
}

}  // namespace cscan
