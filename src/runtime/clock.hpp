#pragma once
// The only clock of the program. Market time is the wall clock at start plus the time since, sleep
// of the machine included,
// so that a wall clock that jumps cannot move a candle; it may run faster for a demonstration, and
// it follows an exchange's clock where this machine's is wrong. Real time drives sockets and
// limits.

#include <atomic>
#include <chrono>

#include "base/time.hpp"

namespace cscan {

/// Any thread.
class Clock {
 public:
  /// `speed` (> 0) seconds of market time pass per second.
  explicit Clock(double speed = 1);

  /// Market time. Never goes back, unless it is set back.
  [[nodiscard]] Timestamp now() const;
  /// Sets market time forward by `by`; or, where it is negative, lets it stand still that long.
  void steer(Duration by);
  /// Moves market time back at once. Only before anybody relies on its going forward.
  void set_back(Duration by);
  /// How far now() is ahead of where it was steered to: while it stands still, else 0.
  [[nodiscard]] Duration ahead() const;
  /// The wall clock at start plus steady time since: one second a second, never steered.
  [[nodiscard]] Timestamp real_now() const;
  [[nodiscard]] double speed() const { return speed_; }
  /// Real time in which `market` passes; at least a millisecond.
  [[nodiscard]] std::chrono::milliseconds real(Duration market) const;

 private:
  /// Market time as it was steered, which may have gone back; had it not been set back.
  [[nodiscard]] std::int64_t steered_now_ms() const;

  double speed_;
  Timestamp wall_start_;
  std::chrono::nanoseconds start_;
  std::atomic<std::int64_t> steered_ms_ = 0;
  std::atomic<std::int64_t> set_back_ms_ = 0;
  mutable std::atomic<std::int64_t> newest_ms_;  ///< that now() ever gave, had it not been set back
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
