#include "indicator/obv.hpp"

namespace cscan {

void Obv::update(const Candle& candle) {
  if (count_++ == 0) {
    level_ = candle.volume;
  } else {
    double flow = candle.close > close_   ? candle.volume
                  : candle.close < close_ ? -candle.volume
                                          : 0;
    level_ += flow;
    window_.push({flow, candle.volume});
  }
  close_ = candle.close;
}

std::optional<ObvValue> Obv::value() const {
  if (count_ == 0)
    return std::nullopt;
  ObvValue value{level_, std::nullopt};
  if (window_.full()) {
    Flow flow = window_.fold();
    value.slope = flow.total > 0 ? flow.net / flow.total : 0;
  }
  return value;
}

}  // namespace cscan
