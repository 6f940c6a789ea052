#pragma once
// The exchange's side of its limits: counts what a client asks for, refuses what is too much, bans
// who goes on, and remembers how close it came. Real time is an argument.

#include <algorithm>
#include <cstdint>

#include "sim/exchange_dialect.hpp"

namespace cscan {

class RequestMeter {
 public:
  enum class Verdict : std::uint8_t { served, too_many, banned };

  /// If they are not `enforced`, everything is counted and served.
  RequestMeter(const DialectLimits& limits, bool enforced) : limits_(limits), enforced_(enforced) {}

  Verdict take(std::uint32_t weight, Timestamp now) {
    ++requests_;
    if (now < silent_until_) {
      asked_in_silence_ += now - silent_since_ > under_way;
      if (!enforced_)
        return Verdict::served;
      if (++offences_ >= offences_max_)
        silent_until_ = std::max(silent_until_, now + ban_length);
      return offences_ >= offences_max_ ? Verdict::banned : Verdict::too_many;
    }
    if (now >= window_ends_) {
      used_ = 0;
      offences_ = 0;
      window_ends_ = limits_.calendar_window ? floor_to(now, limits_.window) + limits_.window
                                             : now + limits_.window;
    }
    used_ += weight;
    used_most_ = std::max(used_most_, used_);
    if (used_ <= limits_.weight || !enforced_)
      return Verdict::served;
    demand_silence(window_ends_, now);
    return Verdict::too_many;
  }
  /// It was told to be silent for that long, for whatever reason.
  void demand_silence(Timestamp until, Timestamp now) {
    if (now >= silent_until_)
      silent_since_ = now;
    silent_until_ = std::max(silent_until_, until);
  }

  [[nodiscard]] std::uint32_t used() const { return used_; }
  [[nodiscard]] std::uint32_t used_most() const { return used_most_; }
  [[nodiscard]] std::uint64_t requests() const { return requests_; }
  /// Requests that came although silence was demanded.
  [[nodiscard]] std::uint64_t asked_in_silence() const { return asked_in_silence_; }
  [[nodiscard]] Duration until_reset(Timestamp now) const {
    return std::max(window_ends_ - now, milliseconds(0));
  }
  [[nodiscard]] OverLimit over(bool is_ban, Timestamp now) const {
    return {used_, std::max(silent_until_ - now, milliseconds(0)), silent_until_, is_ban};
  }

 private:
  static constexpr Duration ban_length = minutes(2);
  /// Requests that were sent before the demand was heard.
  static constexpr Duration under_way = seconds(1);
  static constexpr int offences_max_ = 10;

  const DialectLimits& limits_;
  bool enforced_;
  std::uint32_t used_ = 0;
  std::uint32_t used_most_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t asked_in_silence_ = 0;
  int offences_ = 0;
  Timestamp window_ends_{};
  Timestamp silent_since_{};
  Timestamp silent_until_{};
};

}  // namespace cscan
