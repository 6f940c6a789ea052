#pragma once
// The weight of all requests to one host. It stays under 80 % of the exchange's limit in any
// window, follows what the exchange says was used (others may share the address), and is silent
// for as long as the exchange wants it.

#include <cstdint>
#include <deque>

#include "exchange/exchange_table.hpp"

namespace cscan {

/// What goes first. History leaves a part of the budget to candles that are overdue.
enum class Urgency : std::uint8_t { repair, upkeep, history };

/// Real time is an argument. Single-threaded value.
class RequestBudget {
 public:
  explicit RequestBudget(WindowLimit limit) : limit_(limit) {}

  /// The limit the exchange itself names.
  void set_limit(std::uint32_t weight) { limit_.max = weight; }
  /// When a request of that weight may be sent: `now` or later.
  [[nodiscard]] Timestamp free_at(std::uint32_t weight, Urgency urgency, Timestamp now) const;
  void on_sent(std::uint32_t weight, Timestamp now);
  /// What the exchange has counted in its current window.
  void on_used(std::uint32_t weight, Timestamp now);
  /// Nothing is sent before `until`, whatever the urgency. Never shortens a pause.
  void pause(Timestamp until);

  [[nodiscard]] Timestamp paused_until() const { return paused_until_; }
  /// Weight in the window that ends now.
  [[nodiscard]] std::uint32_t used(Timestamp now) const;
  /// What may be used at most in a window.
  [[nodiscard]] std::uint32_t allowance(Urgency urgency) const;

 private:
  struct Spent {
    Timestamp at;
    std::uint32_t weight = 0;
  };

  WindowLimit limit_;
  std::deque<Spent> spent_;  ///< of the last window, oldest first
  Timestamp paused_until_{};
};

}  // namespace cscan
