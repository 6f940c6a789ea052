#pragma once
// One of the four fixed-rate streams: due at multiples of its interval since the epoch. A run that
// comes late is run once; the ones it missed are counted, never caught up.

#include "model/market_view.hpp"

namespace cscan {

class StreamTimer {
 public:
  /// Due at once, then at every multiple of `interval` (> 0).
  void start(Duration interval) {
    stats_ = {};
    stats_.interval = interval;
    due_.reset();
    early_ = true;
  }

  /// Asks for a run before the next multiple because there is news; at most once a second.
  void hurry() { early_ = true; }

  /// Whether to run now; counts the run and what was skipped.
  bool take(Timestamp now) {
    bool on_time = due_ && now >= *due_;
    bool early = early_ && (!stats_.last_run || now - *stats_.last_run >= seconds(1));
    if (!on_time && !early)
      return false;
    if (on_time)
      stats_.skipped += static_cast<std::uint64_t>((now - *due_) / stats_.interval);
    due_ = floor_to(now, stats_.interval) + stats_.interval;
    early_ = false;
    stats_.last_run = now;
    ++stats_.runs;
    return true;
  }

  [[nodiscard]] std::optional<Timestamp> due() const { return due_; }
  [[nodiscard]] const StreamStats& stats() const { return stats_; }

 private:
  StreamStats stats_;
  std::optional<Timestamp> due_;
  bool early_ = true;
};

}  // namespace cscan
