#pragma once
// For tests only: candles for indicators, and the oracles' small words.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "model/candle.hpp"

namespace cscan::indicator_test {

using Candles = std::vector<Candle>;

/// A Monday at midnight UTC.
inline constexpr Timestamp start = Timestamp{} + days(20'002);

/// The n-th hourly candle.
inline Candle candle_at(std::size_t n, double open, double high, double low, double close,
                        double volume = 1) {
  return {start + hours(static_cast<std::int64_t>(n)), open, high, low, close, volume};
}

/// A candle without a body.
inline Candle candle_at(std::size_t n, double high, double low, double close) {
  return candle_at(n, close, high, low, close);
}

/// Hourly candles that wander in whole steps, with stretches where nothing moves or trades. Small
/// whole numbers, so that equal extremes, equal closes and ties happen often.
inline Candles arbitrary_candles(std::size_t at_least, std::size_t at_most) {
  auto n = *rc::gen::inRange(at_least, at_most + 1);
  Candles candles;
  int price = *rc::gen::inRange(100, 1000);
  for (std::size_t i = 0; i < n; ++i) {
    // 0: nothing happens, as in a halt.
    int mood = *rc::gen::inRange(0, 5);
    int open = price, close = mood == 0 ? open : open + *rc::gen::inRange(-6, 7);
    close = std::max(close, 20);
    int high = std::max(open, close) + (mood == 0 ? 0 : *rc::gen::inRange(0, 4));
    int low = std::min(open, close) - (mood == 0 ? 0 : *rc::gen::inRange(0, 4));
    int volume = mood == 0 ? 0 : *rc::gen::inRange(0, 50);
    candles.push_back(candle_at(i, open, high, low, close, volume));
    price = close;
  }
  return candles;
}

/// The same market seen in a mirror that lies at `level`, above all prices halved: what rose falls.
inline Candle mirrored(const Candle& c, double level) {
  Candle image = c;
  image.open = 2 * level - c.open;
  image.high = 2 * level - c.low;
  image.low = 2 * level - c.high;
  image.close = 2 * level - c.close;
  return image;
}

/// Equal to nine digits; numbers below `scale` × 1e-12 count as zero.
inline bool near(double a, double b, double scale = 1) {
  return std::abs(a - b) <= 1e-9 * std::abs(b) + 1e-12 * scale;
}

/// An indicator that took all of them.
template <class Indicator>
Indicator fed(Indicator indicator, const Candles& candles) {
  for (const Candle& candle : candles) {
    if constexpr (requires { indicator.update(candle); })
      indicator.update(candle);
    else
      indicator.update(candle.close);
  }
  return indicator;
}

}  // namespace cscan::indicator_test
