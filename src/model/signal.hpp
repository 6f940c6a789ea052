#pragma once
// A signal: what three detectors saw on one candle, how rare that is, and every number compared.
// The body (everything here) is a pure function of the last L candles; what is known about its
// making (when, from where, stored or not) is the envelope and lives beside it (SignalEnvelope).

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "model/candle.hpp"
#include "model/instrument.hpp"
#include "model/score.hpp"
#include "model/timeframe.hpp"

namespace cscan {

enum class Direction : std::int8_t { bearish = -1, neutral = 0, bullish = 1 };

[[nodiscard]] constexpr Direction opposite(Direction direction) {
  return static_cast<Direction>(-static_cast<int>(direction));
}

enum class SignalType : std::uint8_t {
  momentum_buy,
  momentum_sell,
  reversion_bullish,
  reversion_bearish,
  strong_buy,
  strong_sell,
  weak_buy,
  weak_sell,
  neutral,
};
inline constexpr std::size_t signal_type_count = 9;

enum class ScoreModel : std::uint8_t { classic, rarity };

enum class Strength : std::uint8_t { weak, moderate, strong };

/// The brief's bands of a score: 80-100 excellent, 60-80 good, 40-60 fair, below weak.
enum class Quality : std::uint8_t { weak, fair, good, excellent };

/// One comparison that was made. The factor decides the name, the detector and the operator (see
/// wire/signal_json). Where models differ, classic stands first.
enum class Factor : std::uint8_t {
  price_change,           ///< momentum, classic: change over nine candles, as a fraction
  momentum_z,             ///< momentum, rarity: the same change in units of 3 σ
  volume_ratio,           ///< momentum: mean volume of 5 over mean of 20
  cluster_boost,          ///< momentum: strength of the trend formation that multiplies it
  momentum_exhaustion,    ///< reversion: consecutive moves
  volume_exhaustion,      ///< reversion: mean volume of 3 over mean of 10, or of 20
  volume_decline,         ///< reversion: mean change of the last volumes
  excessive_gain,         ///< reversion: |gain|
  excessive_gain_sigma,   ///< reversion, rarity: |gain| in units of √5 σ
  rsi_overbought,         ///< reversion: RSI
  rsi_oversold,           ///< reversion: RSI
  directional_ratio,      ///< clustering: share of clusters in the majority direction
  follow_through,         ///< clustering: share of the last 3 candles that followed
  last_cluster,           ///< clustering, rarity: its direction and the majority's (−1, 0, 1)
  directional_agreement,  ///< clustering, rarity: candles that agree, and how few a coin rarely has
  reversion_candidate,    ///< classic: reversion score > 50
  factors_met,            ///< rarity: reversion factors fully met
  reversion_score,        ///< rarity: >= 70
  momentum_score,         ///< rarity: > 70
  opposing_evidence,      ///< rarity: what discounts the thesis: r for momentum, F for reversion
  combined_score,         ///< rarity: >= 80
};
inline constexpr std::size_t factor_count = 21;

/// A double or nothing, in the space of a double.
class MaybeNumber {
 public:
  MaybeNumber() = default;
  MaybeNumber(double value) : value_(value) {}
  MaybeNumber(std::nullopt_t) : value_(std::numeric_limits<double>::quiet_NaN()) {}
  MaybeNumber(std::optional<double> value)
      : value_(value.value_or(std::numeric_limits<double>::quiet_NaN())) {}
  [[nodiscard]] bool has_value() const { return !std::isnan(value_); }
  operator std::optional<double>() const {
    return has_value() ? std::optional(value_) : std::nullopt;
  }

 private:
  double value_ = 0;
};

struct Reason {
  Factor factor{};
  bool met = false;
  MaybeNumber value;  ///< empty where a denominator was zero: undefined, and not met
  double threshold = 0;
  /// What this factor added: to its detector's score (classic), or in hundredths of its strength
  /// (rarity, grade × 25); 0 where it adds none.
  Score points{};
};

/// A fixed-size list: a signal is made for every closed candle, so it owns no heap memory.
class Reasons {
 public:
  void add(const Reason& reason) {
    CHECK(size_ < items_.size());
    items_[size_++] = reason;
  }
  [[nodiscard]] const Reason* begin() const { return items_.data(); }
  [[nodiscard]] const Reason* end() const { return items_.data() + size_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::array<Reason, 20> items_{};
  std::uint8_t size_ = 0;
};

/// Candle clustering over the newest 20 candles.
struct Clustering {
  std::uint8_t high_volume_candles = 0;
  std::uint8_t clusters = 0;
  std::uint8_t bullish_clusters = 0;
  std::uint8_t bearish_clusters = 0;
  std::uint8_t bullish_candles = 0;          ///< high-volume candles that rose (rarity)
  std::uint8_t bearish_candles = 0;          ///< and that fell
  Direction direction = Direction::neutral;  ///< of the last cluster
  bool trend_formation = false;
  double directional_ratio = 0;
  double follow_through = 0;
  double cluster_strength = 0;  ///< ratio × follow-through
};

struct Reversion {
  bool candidate = false;
  Direction expected_direction = Direction::neutral;
  std::uint8_t consecutive_moves = 0;
  std::uint8_t factors_met = 0;
  double gain = 0;  ///< C0/C4 − 1 (classic) or C0/C5 − 1 (rarity), as a fraction
  double rsi = 50;
  double strength = 0;    ///< rarity: mean of the four grades, 0..1
  double running_on = 0;  ///< rarity: F, how far the old move still runs, 0..1
  Score score;
};

struct Momentum {
  Direction direction = Direction::neutral;
  Strength classification = Strength::weak;
  bool cluster_validated = false;
  double change = 0;  ///< C0/C9 − 1
  double volume_ratio = 1;
  double z = 0;         ///< rarity: change / 3 σ
  double strength = 0;  ///< rarity: what is ranked
  Score score;
};

/// The body of a signal.
struct Signal {
  InstrumentId instrument;
  Timeframe timeframe{};
  ScoreModel model{};
  SignalType type = SignalType::neutral;
  Direction direction = Direction::neutral;
  CandleState candle_state{};   ///< worst state used; unknown candles are not used
  Timestamp open_time;          ///< of the judged candle; it closes at open + length
  double price = 0;             ///< close of the judged candle
  std::uint32_t revision = 0;   ///< 0, or how often candles of its window were revised
  std::uint16_t history_n = 0;  ///< candles the model could use, at most its window
  std::uint16_t unknown_n = 0;  ///< of these not known; they lie before its own window
  std::uint16_t revised_n = 0;  ///< of these changed by the exchange after they were final
  /// 0 for a window without holes and revisions, else a digest of which candles they are: together
  /// with `revision` what the model knew, and so part of the id.
  std::uint64_t window_mark = 0;
  bool conflict = false;  ///< momentum and reversion both high, in this model's terms
  Score combined;
  Score thesis;         ///< combined = thesis + adjustment, exactly
  Score adjustment;     ///< classic: the other detector's share; rarity: what the discount changed
  double discount = 0;  ///< rarity: share of the thesis' strength that opposing evidence took
  Momentum momentum;
  Reversion reversion;
  Clustering clustering;
  Reasons reasons;

  [[nodiscard]] Timestamp close_time() const { return cscan::close_time(open_time, timeframe); }
  /// Share of the window that is final or no_trade.
  [[nodiscard]] double coverage() const {
    return static_cast<double>(history_n - unknown_n - revised_n) / history_n;
  }
  [[nodiscard]] bool is_preview() const { return candle_state == CandleState::forming; }
};

/// Where a closed signal was computed from.
enum class Origin : std::uint8_t { live, backfill, replay };

/// What surrounds a body; never part of the digest.
struct SignalEnvelope {
  Timestamp computed_at;   ///< market time of the step that computed it
  Timestamp available_at;  ///< when its last candle was known to be final
  Origin origin = Origin::live;
  bool durable = false;  ///< its transaction is on disk
  std::string source;    ///< "synthetic", "live", "recorded"
};

[[nodiscard]] constexpr Quality quality_of(Score score) {
  if (score >= points(80))
    return Quality::excellent;
  if (score >= points(60))
    return Quality::good;
  return score >= points(40) ? Quality::fair : Quality::weak;
}

/// Bullish for *_BUY and REVERSION_BULLISH, bearish for the opposite, else neutral.
[[nodiscard]] Direction direction_of(SignalType type);

[[nodiscard]] std::string_view to_string(Direction direction);
[[nodiscard]] std::string_view to_string(SignalType type);  ///< "MOMENTUM_BUY"
[[nodiscard]] std::string_view to_string(ScoreModel model);
[[nodiscard]] std::string_view to_string(Strength strength);
[[nodiscard]] std::string_view to_string(Quality quality);
[[nodiscard]] std::string_view to_string(Origin origin);
[[nodiscard]] std::optional<SignalType> parse_signal_type(std::string_view text);
[[nodiscard]] std::optional<Direction> parse_direction(std::string_view text);
[[nodiscard]] std::optional<ScoreModel> parse_score_model(std::string_view text);

}  // namespace cscan
