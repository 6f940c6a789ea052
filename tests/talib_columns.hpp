#pragma once
// For tests only: TA-Lib's functions over whole series of candles, aligned with them.
//
// Prices go in times 2^k, so that they lie near 2^40. That is exact and the functions are
// homogeneous, so what comes out is TA-Lib's own arithmetic, times 2^k where it is a price; only
// its absolute clause ("below 1e-14 is zero", ta_utility.h) no longer decides by the unit of price.

#include <ta_libc.h>

#include <cmath>
#include <optional>
#include <stdexcept>
#include <vector>

#include "model/candle.hpp"

namespace cscan::talib {

/// One output of one function: empty before the first value.
using Column = std::vector<std::optional<double>>;

class Columns {
 public:
  explicit Columns(std::span<const Candle> candles, bool scaled = true) {
    if (TA_Initialize() != TA_SUCCESS)
      throw std::runtime_error("TA_Initialize");
    if (scaled && !candles.empty())
      exponent_ = 40 - std::ilogb(candles.front().close);
    for (const Candle& candle : candles) {
      high_.push_back(std::ldexp(candle.high, exponent_));
      low_.push_back(std::ldexp(candle.low, exponent_));
      close_.push_back(std::ldexp(candle.close, exponent_));
      volume_.push_back(candle.volume);
    }
    for (auto& out : out_)
      out.resize(candles.size());
  }
  ~Columns() { TA_Shutdown(); }
  Columns(const Columns&) = delete;
  Columns& operator=(const Columns&) = delete;

  Column rsi() { return aligned(TA_RSI(0, end(), close(), 14, &begin_, &count_, out(0)), 0); }
  Column ema(int period) {
    return price(TA_EMA(0, end(), close(), period, &begin_, &count_, out(0)), 0);
  }
  Column sma(int period) {
    return price(TA_SMA(0, end(), close(), period, &begin_, &count_, out(0)), 0);
  }
  Column atr(int period) {
    return price(TA_ATR(0, end(), high(), low(), close(), period, &begin_, &count_, out(0)), 0);
  }
  Column adx() {
    return aligned(TA_ADX(0, end(), high(), low(), close(), 14, &begin_, &count_, out(0)), 0);
  }
  Column plus_di() {
    return aligned(TA_PLUS_DI(0, end(), high(), low(), close(), 14, &begin_, &count_, out(0)), 0);
  }
  Column minus_di() {
    return aligned(TA_MINUS_DI(0, end(), high(), low(), close(), 14, &begin_, &count_, out(0)), 0);
  }
  Column obv() {
    return aligned(TA_OBV(0, end(), close(), volume_.data(), &begin_, &count_, out(0)), 0);
  }
  /// Line, signal, histogram: which = 0, 1, 2.
  Column macd(std::size_t which) {
    return price(TA_MACD(0, end(), close(), 12, 26, 9, &begin_, &count_, out(0), out(1), out(2)),
                 which);
  }
  /// %K, %D: which = 0, 1.
  Column stochastic(std::size_t which) {
    return aligned(TA_STOCH(0, end(), high(), low(), close(), 14, 3, TA_MAType_SMA, 3,
                            TA_MAType_SMA, &begin_, &count_, out(0), out(1)),
                   which);
  }
  /// Upper, middle, lower: which = 0, 1, 2.
  Column bands(std::size_t which) {
    return price(TA_BBANDS(0, end(), close(), 20, 2, 2, TA_MAType_SMA, &begin_, &count_, out(0),
                           out(1), out(2)),
                 which);
  }

  struct Bands {
    double upper, middle, lower;
  };
  /// The bands of the 20 closes that end with `last`, as distances from that close: what they are,
  /// without the digits that a high price takes from a small spread.
  Bands bands_around_close(std::size_t last) {
    double window[20], upper = 0, middle = 0, lower = 0;
    for (std::size_t i = 0; i < 20; ++i)
      window[i] = close_[last - 19 + i] - close_[last];
    check(TA_BBANDS(19, 19, window, 20, 2, 2, TA_MAType_SMA, &begin_, &count_, &upper, &middle,
                    &lower));
    auto back = [&](double x) { return std::ldexp(x, -exponent_); };
    return {back(upper), back(middle), back(lower)};
  }

 private:
  [[nodiscard]] int end() const { return static_cast<int>(close_.size()) - 1; }
  [[nodiscard]] const double* high() const { return high_.data(); }
  [[nodiscard]] const double* low() const { return low_.data(); }
  [[nodiscard]] const double* close() const { return close_.data(); }
  double* out(std::size_t which) { return out_[which].data(); }

  static void check(int code) {
    if (code != TA_SUCCESS)
      throw std::runtime_error("TA-Lib refused: code " + std::to_string(code));
  }
  Column aligned(int code, std::size_t which) const {
    check(code);
    Column column(close_.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(count_); ++i)
      column[static_cast<std::size_t>(begin_) + i] = out_[which][i];
    return column;
  }
  Column price(int code, std::size_t which) const {
    Column column = aligned(code, which);
    for (auto& value : column)
      if (value)
        value = std::ldexp(*value, -exponent_);
    return column;
  }

  int exponent_ = 0;
  int begin_ = 0;
  int count_ = 0;
  std::vector<double> high_, low_, close_, volume_;
  std::vector<double> out_[3];
};

}  // namespace cscan::talib
