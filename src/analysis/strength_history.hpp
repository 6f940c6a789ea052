#pragma once
// The strengths of the candles before the judged one, among which the rarity model ranks it. A memo
// of what the same candles would give again, never an input of its own.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/rarity_scale.hpp"
#include "model/signal.hpp"

namespace cscan {

/// What one candle's own window says, before it is compared with other candles.
struct Strengths {
  double momentum = 0;    ///< >= 0
  double reversion = 0;   ///< 0..1
  double running_on = 0;  ///< F, 0..1: how far the old move still runs
};

[[nodiscard]] inline Strengths strengths_of(const Signal& signal) {
  return {signal.momentum.strength, signal.reversion.strength, signal.reversion.running_on};
}

/// The newest 379 candles' strengths. Order does not matter for a rank, so a full history replaces
/// its oldest in place. Memory: 9 KB, allocated with the first push.
class StrengthHistory {
 public:
  static constexpr std::size_t capacity = rarity_ranked - 1;

  /// One more candle; nullopt for one whose own window is not known: it takes a place and counts
  /// nowhere.
  void push(const std::optional<Strengths>& strengths);
  void clear();

  /// Asks for the memory that ranks will read, to arrive while the caller does something else.
  void prefetch() const;

  /// How many strengths there are (candles without one left out).
  [[nodiscard]] std::size_t known() const { return known_; }

  /// Rank of a further candle's strength among these and itself.
  [[nodiscard]] MidRank rank_momentum(double strength) const;
  [[nodiscard]] MidRank rank_reversion(double strength) const;
  /// The same for discounted strengths: momentum × (1 − weight × reversion), and
  /// reversion × (1 − weight × running_on).
  [[nodiscard]] MidRank rank_discounted_momentum(double strength, double weight) const;
  [[nodiscard]] MidRank rank_discounted_reversion(double strength, double weight) const;

 private:
  enum Column : std::uint8_t { momentum, reversion, running_on };

  [[nodiscard]] const double* column(std::size_t index) const;
  [[nodiscard]] MidRank rank(std::size_t of, double strength) const;
  [[nodiscard]] MidRank rank_discounted(std::size_t of, std::size_t by, double strength,
                                        double weight) const;

  std::vector<double> columns_;  ///< one after the other; NaN where there is no strength
  std::size_t next_ = 0;
  std::size_t known_ = 0;
};

/// A strength that the other side's evidence (0..1) takes from.
constexpr double discounted(double strength, double weight, double evidence) {
  return strength * (1 - weight * evidence);
}

}  // namespace cscan
