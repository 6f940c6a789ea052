// Any sequence of candles that may enter a series, extremes and holes included: no number that
// comes out is NaN or infinite, percentages stay percentages, and a peek leaves no trace.

#include <algorithm>
#include <cstring>

#include "analysis/scan_indicators.hpp"
#include "analysis/scan_test_support.hpp"
#include "analysis/scan_verdict.hpp"
#include "base/check.hpp"

namespace {

using namespace cscan;

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  [[nodiscard]] bool empty() const { return left_ == 0; }
  std::uint8_t byte() {
    if (left_ == 0)
      return 0;
    --left_;
    return *data_++;
  }
  /// Mostly near 100; sometimes a power of two from end to end of what a double holds, or any bits.
  double number() {
    std::uint8_t kind = byte();
    if (kind < 220)
      return 100 + (kind - 110) / 4.0;
    if (kind < 240)
      return std::ldexp(1.0, (byte() - 128) * 8);
    double value = 0;
    std::uint8_t raw[sizeof value];
    for (std::uint8_t& b : raw)
      b = byte();
    std::memcpy(&value, raw, sizeof value);
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

Candle read_candle(Bytes& in, Timestamp& next) {
  std::uint8_t move = in.byte();
  if (move >= 250)
    next = next + minutes(move - 249);
  Candle candle{.open_time = next, .open = in.number(), .close = in.number()};
  std::uint8_t shape = in.byte();
  candle.high = std::max(candle.open, candle.close) * (1 + (shape & 15) / 256.0);
  candle.low = std::min(candle.open, candle.close) * (1 - (shape >> 4) / 256.0);
  candle.volume = shape == 255 ? in.number() : in.byte();
  next = next + minutes(1);
  if (candle_defect(candle) != nullptr || move == 249)
    return unknown_candle(candle.open_time);
  return candle;
}

bool within(const std::optional<double>& value, double low, double high) {
  return !value || (*value >= low - 1e-9 && *value <= high + 1e-9);
}

void check(const ScanIndicators& indicators) {
  ScanValues values = indicators.value();
  ScanVerdict verdict = judge_scan(values);
  CHECK(scan_test::all_finite(values, verdict));
  for (const auto& percent : {values.rsi_14, values.stoch_k_14, values.stoch_d_14, values.adx_14,
                              values.plus_di_14, values.minus_di_14})
    CHECK(within(percent, 0, 100), "{}", *percent);
  CHECK(within(values.obv_slope_20, -1, 1));
  CHECK(within(values.fib_retracement_100, 0, 1));
  CHECK(within(verdict.trend_score, -100, 100));
  CHECK(!verdict.stop || (*verdict.stop > 0 && *verdict.target > 0 && *verdict.reward_risk > 0));
  CHECK(!verdict.opportunity || *verdict.opportunity <= points(100));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes in(data, size);
  ScanIndicators indicators(Timeframe::m1);
  Timestamp next = Timestamp{} + days(20'000);
  while (!in.empty()) {
    // One description stands for up to eight candles, so that short inputs get past the warm-up.
    Candle candle = read_candle(in, next);
    for (int repeat = in.byte() % 8; repeat >= 0; --repeat) {
      ScanValues peeked = indicators.peek(candle);
      indicators.update(candle);
      CHECK(peeked == indicators.value());
      check(indicators);
      if (repeat > 0) {
        candle.open_time = next;
        next = next + minutes(1);
      }
    }
  }
  return 0;
}
