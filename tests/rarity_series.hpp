#pragma once
// For the tests of the rarity model: random series of every mood, random settings, and the oracle
// over a whole series.

#include <array>
#include <cmath>
#include <optional>
#include <random>
#include <vector>

#include "core/scanner_rig.hpp"
#include "rarity_oracle.hpp"

namespace cscan::rarity {

using Candles = std::vector<Candle>;

struct Dice {
  std::mt19937_64 engine;
  explicit Dice(std::uint64_t seed) : engine(seed) {}
  std::size_t below(std::size_t n) { return engine() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  /// In [-1, 1], in steps of a hundredth.
  double swing() { return (static_cast<double>(below(201)) - 100) / 100; }
};

/// What a stretch of candles is like.
enum class Mood : std::uint8_t { wander, rise, fall, fade, stand, count };

inline double next_move(Dice& dice, Mood mood, double size) {
  if (dice.one_in(150))
    return dice.swing() * 0.6;  // a crash or a squeeze
  double move = dice.one_in(8) ? 0 : dice.swing() * size;
  return mood == Mood::rise ? std::abs(move) : mood == Mood::fall ? -std::abs(move) : move;
}

inline double next_volume(Dice& dice, Mood mood, const Candles& before) {
  if (mood == Mood::fade && !before.empty() && before.back().volume > 0)
    return before.back().volume * (dice.one_in(3) ? 1 : 0.75);  // drying up, with exact ties
  if (dice.one_in(12))
    return 0;
  return dice.one_in(6) ? 300 + static_cast<double>(dice.below(900)) / 4
                        : 1 + static_cast<double>(dice.below(80));
}

inline Candle next_candle(Dice& dice, Mood mood, double size, const Candles& before,
                          Timestamp open_time) {
  double last = before.back().close;
  if (mood == Mood::stand)
    return flat_candle(open_time, last);
  double open = dice.one_in(10) ? last * (1 + dice.swing() * 0.002) : last;
  double close = open * (1 + next_move(dice, mood, size));
  double wick = 1 + 0.001 * static_cast<double>(dice.below(4));
  return {.open_time = open_time,
          .open = open,
          .high = std::max(open, close) * wick,
          .low = std::min(open, close) / wick,
          .close = close,
          .volume = next_volume(dice, mood, before)};
}

/// `n` candles in stretches of one mood, so that runs, clusters, exhaustion and silence do occur.
inline Candles random_series(Dice& dice, std::size_t n) {
  double price = 0.0001 * static_cast<double>(1 + dice.below(1'000'000'000));
  double size = std::array{0.0002, 0.004, 0.03}[dice.below(3)];
  bool lively = dice.below(10) > 0;
  Candles candles = {{rig::start, price, price, price, price, 10}};
  Mood mood = Mood::wander;
  for (std::size_t left = 0; candles.size() < n; --left) {
    if (left == 0) {
      mood = static_cast<Mood>(dice.below(static_cast<std::size_t>(Mood::count)));
      if (mood == Mood::stand && lively && !dice.one_in(8))
        mood = Mood::wander;
      left = 1 + dice.below(12);
    }
    Timestamp open_time = rig::start + minutes(5 * std::ssize(candles));
    candles.push_back(next_candle(dice, mood, size, candles, open_time));
  }
  return candles;
}

inline void dig_holes(Dice& dice, Candles& candles, std::size_t one_in) {
  for (std::size_t i = 1; i + 1 < candles.size(); ++i)
    if (dice.one_in(one_in))
      candles[i] = unknown_candle(candles[i].open_time);
}

inline Settings default_settings() {
  Settings settings = rig::settings_of({Timeframe::m5});
  settings.score_model = ScoreModel::rarity;
  return settings;
}

inline Settings random_settings(Dice& dice) {
  Settings s = default_settings();
  if (dice.one_in(2))
    return s;
  s.momentum_bias = static_cast<double>(dice.below(11)) / 10;
  s.momentum_exhaustion_threshold = static_cast<double>(2 + dice.below(13)) / 2;
  s.volume_exhaustion_multiplier = 0.25 * static_cast<double>(1 + dice.below(8));
  s.volume_decline_threshold = -0.125 * static_cast<double>(dice.below(4));
  s.excessive_gain_threshold = 0.02 * static_cast<double>(1 + dice.below(10));
  s.excessive_gain_sigma = 0.5 * static_cast<double>(1 + dice.below(10));
  s.volume_threshold_multiplier = 0.5 * static_cast<double>(1 + dice.below(5));
  s.cluster_trend_threshold = 0.25 * static_cast<double>(dice.below(5));
  s.cluster_followthrough_threshold = 0.25 * static_cast<double>(dice.below(5));
  return s;
}

/// The oracle over a whole series. Evidence depends on a candle's own 120 candles alone, so it is
/// kept; everything else is done afresh for each candle.
class SeriesOracle {
 public:
  SeriesOracle(const Candles& candles, bool from_listing, const Settings& settings)
      : candles_(candles),
        from_listing_(from_listing),
        settings_(settings),
        kept_(candles.size()) {}

  /// Whether at(index) would give a verdict.
  [[nodiscard]] bool speaks_at(std::size_t index) const {
    std::size_t n = std::min(index + 1, rarity_oracle::window_max);
    return rarity_oracle::can_judge(std::span(candles_).subspan(index + 1 - n, n), from_listing_);
  }
  std::optional<rarity_oracle::Verdict> at(std::size_t index) {
    std::size_t n = std::min(index + 1, rarity_oracle::window_max), first = index + 1 - n;
    return rarity_oracle::judge(std::span(candles_).subspan(first, n), from_listing_, settings_,
                                [&](std::size_t i) { return evidence(first + i); });
  }

 private:
  const rarity_oracle::Evidence& evidence(std::size_t index) {
    auto& kept = kept_[index];
    if (!kept)
      kept = rarity_oracle::look_at(&candles_[index], settings_);
    return *kept;
  }

  const Candles& candles_;
  bool from_listing_;
  const Settings& settings_;
  std::vector<std::optional<rarity_oracle::Evidence>> kept_;
};

}  // namespace cscan::rarity
