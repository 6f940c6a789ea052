#include "talib_bundle.hpp"

#include <ta_libc.h>

#include "base/check.hpp"

namespace cscan::bench {

TalibColumns to_columns(std::span<const Candle> candles) {
  TalibColumns columns;
  for (const Candle& candle : candles) {
    columns.high.push_back(candle.high);
    columns.low.push_back(candle.low);
    columns.close.push_back(candle.close);
    columns.volume.push_back(candle.volume);
  }
  return columns;
}

TalibBundle::TalibBundle(std::size_t window)
    : window_(window),
      end_(static_cast<int>(window) - 1),
      first_(window),
      second_(window),
      third_(window) {
  CHECK(TA_Initialize() == TA_SUCCESS);
}

TalibBundle::~TalibBundle() { TA_Shutdown(); }

double TalibBundle::newest(const Column& column) const {
  CHECK(code_ == TA_SUCCESS && count_ > 0);
  return column[static_cast<std::size_t>(count_) - 1];
}

double TalibBundle::averages(const double* close) {
  double sum = 0;
  for (int period : {5, 9, 13, 21, 50}) {
    code_ = TA_EMA(0, end_, close, period, &begin_, &count_, first_.data());
    sum += newest(first_);
  }
  code_ = TA_SMA(0, end_, close, 20, &begin_, &count_, first_.data());
  sum += newest(first_);
  code_ = TA_BBANDS(0, end_, close, 20, 2, 2, TA_MAType_SMA, &begin_, &count_, first_.data(),
                    second_.data(), third_.data());
  sum += newest(first_) + newest(third_);
  code_ = TA_MACD(0, end_, close, 12, 26, 9, &begin_, &count_, first_.data(), second_.data(),
                  third_.data());
  return sum + newest(third_);
}

double TalibBundle::oscillators(const double* high, const double* low, const double* close,
                                const double* volume) {
  code_ = TA_RSI(0, end_, close, 14, &begin_, &count_, first_.data());
  double sum = newest(first_);
  code_ = TA_STOCH(0, end_, high, low, close, 14, 3, TA_MAType_SMA, 3, TA_MAType_SMA, &begin_,
                   &count_, first_.data(), second_.data());
  sum += newest(first_) + newest(second_);
  code_ = TA_ATR(0, end_, high, low, close, 14, &begin_, &count_, first_.data());
  sum += newest(first_);
  code_ = TA_ADX(0, end_, high, low, close, 14, &begin_, &count_, first_.data());
  sum += newest(first_);
  code_ = TA_OBV(0, end_, close, volume, &begin_, &count_, first_.data());
  return sum + newest(first_);
}

double TalibBundle::rest_of_scan(const double* high, const double* low, const double* close) {
  code_ = TA_EMA(0, end_, close, 200, &begin_, &count_, first_.data());
  double sum = newest(first_);
  code_ = TA_SMA(0, end_, close, 50, &begin_, &count_, first_.data());
  sum += newest(first_);
  code_ = TA_ATR(0, end_, high, low, close, 100, &begin_, &count_, first_.data());
  sum += newest(first_);
  code_ = TA_PLUS_DI(0, end_, high, low, close, 14, &begin_, &count_, first_.data());
  sum += newest(first_);
  code_ = TA_MINUS_DI(0, end_, high, low, close, 14, &begin_, &count_, first_.data());
  return sum + newest(first_);
}

double TalibBundle::run(const TalibColumns& columns, std::size_t last) {
  CHECK(last + 1 >= window_ && last < columns.close.size());
  std::size_t first = last + 1 - window_;
  const double* close = columns.close.data() + first;
  return averages(close) + oscillators(columns.high.data() + first, columns.low.data() + first,
                                       close, columns.volume.data() + first);
}

double TalibBundle::run_scan(const TalibColumns& columns, std::size_t last) {
  double sum = run(columns, last);
  std::size_t first = last + 1 - window_;
  return sum + rest_of_scan(columns.high.data() + first, columns.low.data() + first,
                            columns.close.data() + first);
}

}  // namespace cscan::bench
