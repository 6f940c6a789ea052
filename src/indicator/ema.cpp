#include "indicator/ema.hpp"

#include "base/check.hpp"

namespace cscan {

Ema::Ema(std::size_t period) : period_(period) { CHECK(period > 0); }

void Ema::update(double value) {
  ++count_;
  if (count_ <= period_) {
    sum_ += value;
    ema_ = sum_ / static_cast<double>(count_);
  } else {
    ema_ += 2.0 / (static_cast<double>(period_) + 1) * (value - ema_);
  }
}

}  // namespace cscan
