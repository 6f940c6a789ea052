#include "series/candle_rollup.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace cscan {

void add_part(Candle& sum, const Candle& part) {
  if (part.volume > 0) {
    const bool first = sum.volume == 0;
    sum.open = first ? part.open : sum.open;
    sum.high = first ? part.high : std::max(sum.high, part.high);
    sum.low = first ? part.low : std::min(sum.low, part.low);
    sum.close = part.close;
    sum.volume += part.volume;
  } else if (sum.volume == 0) {
    sum.open = sum.high = sum.low = sum.close = part.close;
  }
  if (part.state != CandleState::no_trade)
    sum.state = CandleState::final;
}

std::optional<Candle> roll_up(std::span<const Candle> candles, Timeframe from, Timeframe to,
                              Timestamp open_time) {
  CHECK(length(to).ms % length(from).ms == 0 && from < to);
  auto begin = std::ranges::lower_bound(candles, open_time, {}, &Candle::open_time);
  auto expected = static_cast<std::ptrdiff_t>(length(to) / length(from));
  if (candles.end() - begin < expected)
    return std::nullopt;
  Candle sum = flat_candle(open_time, 0);
  for (std::ptrdiff_t i = 0; i < expected; ++i) {
    const Candle& part = begin[i];
    if (part.open_time != open_time + length(from) * i || part.state == CandleState::unknown)
      return std::nullopt;
    add_part(sum, part);
  }
  return sum;
}

bool same_rollup(const Candle& a, const Candle& b) {
  return a.open == b.open && a.high == b.high && a.low == b.low && a.close == b.close &&
         std::abs(a.volume - b.volume) <= 1e-9 * std::max(a.volume, b.volume);
}

}  // namespace cscan
