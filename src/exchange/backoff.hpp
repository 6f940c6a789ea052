#pragma once
// How long to wait before the next attempt: random up to a bound that doubles, so that many
// connections that fell together do not come back together.

#include <cstdint>

#include "base/time.hpp"

namespace cscan {

/// Deterministic for a seed. Real time is an argument.
class Backoff {
 public:
  explicit Backoff(std::uint64_t seed) : seed_(seed) {}

  /// The wait after one more failure: at least 0.25 s, at most 1, 2, 4 … 60 s.
  [[nodiscard]] Duration next();
  /// It works since `since`. Only what worked for a minute counts as healthy.
  void on_works(Timestamp since, Timestamp now);

 private:
  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
  int failures_ = 0;
};

}  // namespace cscan
