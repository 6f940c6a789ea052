#include "indicator/ichimoku.hpp"

#include <algorithm>

namespace cscan {

void Ichimoku::update(const Candle& candle) {
  conversion_.update(candle);
  base_.update(candle);
  span_b_.update(candle);
  close_ = candle.close;
  if (auto wide = span_b_.value()) {
    double span_a = (conversion_.value()->middle() + base_.value()->middle()) / 2;
    drawn_[(count() - 1) % displacement] = {span_a, wide->middle()};
  }
}

std::optional<IchimokuValue> Ichimoku::value() const {
  if (count() < 52 + displacement - 1)
    return std::nullopt;
  // The slot that is written next holds the oldest spans: those of 25 candles ago.
  const Spans& cloud = drawn_[count() % displacement];
  CloudState state = close_ > std::max(cloud.a, cloud.b)   ? CloudState::above
                     : close_ < std::min(cloud.a, cloud.b) ? CloudState::below
                                                           : CloudState::inside;
  return IchimokuValue{conversion_.value()->middle(), base_.value()->middle(), cloud.a, cloud.b,
                       state};
}

}  // namespace cscan
