#include "indicator/session_vwap.hpp"

#include "indicator/typical_price.hpp"

namespace cscan {

void SessionVwap::update(const Candle& candle) {
  Timestamp day = floor_to(candle.open_time, days(1));
  if (count_++ == 0 || day != day_) {
    // The first candles of a series may be the rest of a session whose beginning nobody saw.
    whole_ = count_ > 1 || day == candle.open_time;
    day_ = day;
    value_ = volume_ = 0;
  }
  value_ += typical_price(candle) * candle.volume;
  volume_ += candle.volume;
}

}  // namespace cscan
