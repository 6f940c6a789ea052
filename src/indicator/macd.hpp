#pragma once
// Moving average convergence/divergence (Gerald Appel): fast EMA − slow EMA, its EMA as the signal
// line, and the histogram between the two.
//
// Seeded as TA-Lib does: both averages have their first value on the same candle, the slow one's
// `slow`th, so the fast one leaves out the first slow − fast values. The signal line is seeded with
// the mean of the first `signal` differences. All three are known from value slow + signal − 1 on.

#include <optional>

#include "indicator/ema.hpp"

namespace cscan {

struct MacdValue {
  double macd = 0;  ///< in price units, as are the other two
  double signal = 0;
  double histogram = 0;  ///< macd − signal
  bool operator==(const MacdValue&) const = default;
};

class Macd {
 public:
  /// 1 <= fast <= slow, 1 <= signal, in values.
  explicit Macd(std::uint32_t fast = 12, std::uint32_t slow = 26, std::uint32_t signal = 9)
      : fast_(fast), slow_(slow), signal_(signal), skipped_(slow - fast) {
    CHECK(fast <= slow, "fast {} slow {}", fast, slow);
  }

  void update(double value) {
    slow_.update(value);
    if (slow_.count() > skipped_)
      fast_.update(value);
    if (slow_.value()) {
      macd_ = *fast_.value() - *slow_.value();
      signal_.update(macd_);
    }
  }
  [[nodiscard]] std::optional<MacdValue> value() const {
    auto signal = signal_.value();
    return signal ? std::optional(MacdValue{macd_, *signal, macd_ - *signal}) : std::nullopt;
  }
  [[nodiscard]] std::optional<MacdValue> peek(double value) const {
    return peek_value(*this, value);
  }
  [[nodiscard]] std::size_t count() const { return slow_.count(); }

 private:
  Ema fast_;
  Ema slow_;
  Ema signal_;
  double macd_ = 0;
  std::uint32_t skipped_;
};

}  // namespace cscan
