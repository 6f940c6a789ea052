#include "indicator/stochastic.hpp"

namespace cscan {

void Stochastic::update(const Candle& candle) {
  range_.update(candle);
  auto range = range_.value();
  if (!range)
    return;
  double one_percent = (range->high - range->low) / 100;
  k_.update(one_percent > 0 ? (candle.close - range->low) / one_percent : 0);
  if (auto k = k_.value())
    d_.update(*k);
}

std::optional<StochasticValue> Stochastic::value() const {
  auto d = d_.value();
  return d ? std::optional(StochasticValue{*k_.value(), *d}) : std::nullopt;
}

}  // namespace cscan
