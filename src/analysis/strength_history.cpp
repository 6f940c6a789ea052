#include "analysis/strength_history.hpp"

#include <cmath>

namespace cscan {

void StrengthHistory::push(const std::optional<Strengths>& strengths) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (momentum_.empty()) {
    momentum_.assign(capacity, none);
    reversion_.assign(capacity, none);
    running_on_.assign(capacity, none);
  }
  known_ -= !std::isnan(momentum_[next_]);
  known_ += strengths.has_value();
  momentum_[next_] = strengths ? strengths->momentum : none;
  reversion_[next_] = strengths ? strengths->reversion : none;
  running_on_[next_] = strengths ? strengths->running_on : none;
  next_ = (next_ + 1) % capacity;
}

void StrengthHistory::clear() {
  momentum_.clear();
  reversion_.clear();
  running_on_.clear();
  next_ = 0;
  known_ = 0;
}

template <class Value>
MidRank StrengthHistory::rank(double strength, Value value) const {
  // 64-bit counters, as wide as the values, let the compiler compare several at once.
  std::int64_t greater = 0, equal = 0;
  for (std::size_t i = 0; i < momentum_.size(); ++i) {
    double other = value(i);
    greater += other > strength;
    equal += other == strength;
  }
  return {greater, equal + 1, static_cast<std::int64_t>(known_) + 1};
}

MidRank StrengthHistory::rank_momentum(double strength) const {
  return rank(strength, [m = momentum_.data()](std::size_t i) { return m[i]; });
}

MidRank StrengthHistory::rank_reversion(double strength) const {
  return rank(strength, [r = reversion_.data()](std::size_t i) { return r[i]; });
}

MidRank StrengthHistory::rank_discounted_momentum(double strength, double weight) const {
  return rank(strength, [m = momentum_.data(), r = reversion_.data(), weight](std::size_t i) {
    return discounted(m[i], weight, r[i]);
  });
}

MidRank StrengthHistory::rank_discounted_reversion(double strength, double weight) const {
  return rank(strength, [r = reversion_.data(), f = running_on_.data(), weight](std::size_t i) {
    return discounted(r[i], weight, f[i]);
  });
}

}  // namespace cscan
