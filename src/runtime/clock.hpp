#pragma once
// The only clock of the program. Market time is the wall clock at start plus steady time since,
// so that a wall clock that jumps cannot move a candle; it may run faster for a demonstration.

#include <chrono>

#include "base/time.hpp"

namespace cscan {

/// Immutable; any thread.
class Clock {
 public:
  /// `speed` (> 0) seconds of market time pass per second.
  explicit Clock(double speed = 1);

  /// Market time.
  [[nodiscard]] Timestamp now() const;
  [[nodiscard]] double speed() const { return speed_; }
  /// Real time in which `market` passes; at least a millisecond.
  [[nodiscard]] std::chrono::milliseconds real(Duration market) const;

 private:
  double speed_;
  Timestamp wall_start_;
  std::chrono::steady_clock::time_point steady_start_;
};

/// Measures real durations.
class Stopwatch {
 public:
  Stopwatch();
  [[nodiscard]] double elapsed_ms() const;

 private:
  std::chrono::steady_clock::time_point start_;
};

}  // namespace cscan
