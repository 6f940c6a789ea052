#pragma once
// At most so many of something in any window of time, not only in aligned ones.

#include <deque>

#include "exchange/exchange_table.hpp"

namespace cscan {

/// Real time, which never goes back, is an argument.
class RateLimit {
 public:
  /// `limit.max` > 0.
  explicit RateLimit(WindowLimit limit) : limit_(limit) {}

  /// The earliest time, `now` or later, at which one more is allowed.
  [[nodiscard]] Timestamp free_at(Timestamp now) const;
  /// Takes one now, if it is allowed.
  bool take(Timestamp now);

 private:
  WindowLimit limit_;
  std::deque<Timestamp> taken_;  ///< at most limit_.max
};

}  // namespace cscan
