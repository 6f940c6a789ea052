#include "indicator/adx.hpp"

#include <cmath>

#include "indicator/atr.hpp"

namespace cscan {

void Adx::update(const Candle& candle) {
  if (count_++ > 0) {
    bool seeded = count_ > period_;
    if (seeded)
      fade();
    add(candle);
    if (seeded)
      take_dx();
  }
  before_ = {candle.high, candle.low, candle.close};
}

std::optional<DirectionalMovement> Adx::value() const {
  if (count_ <= period_)
    return std::nullopt;
  return DirectionalMovement{di(plus_), di(minus_),
                             count_ < 2 * period_ ? std::nullopt : std::optional(adx_)};
}

void Adx::fade() {
  plus_ -= plus_ / period_;
  minus_ -= minus_ / period_;
  range_ -= range_ / period_;
}

void Adx::add(const Candle& candle) {
  double up = candle.high - before_.high;
  double down = before_.low - candle.low;
  if (down > 0 && up < down)
    minus_ += down;
  else if (up > 0 && up > down)
    plus_ += up;
  range_ += true_range(candle, before_.close);
}

void Adx::take_dx() {
  constexpr double nothing = 1e-14;
  double plus = di(plus_), minus = di(minus_);
  bool says_something = plus + minus >= nothing;
  double dx = says_something ? 100 * (std::abs(minus - plus) / (minus + plus)) : 0;
  if (count_ < std::size_t{2} * period_)
    adx_ += dx;
  else if (count_ == std::size_t{2} * period_)
    adx_ = (adx_ + dx) / period_;
  else if (says_something)
    adx_ = (adx_ * (period_ - 1) + dx) / period_;
}

}  // namespace cscan
