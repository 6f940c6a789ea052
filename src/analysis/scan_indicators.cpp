#include "analysis/scan_indicators.hpp"

namespace cscan {
namespace {

bool is_usable(const Candle& candle) {
  // Written so that a number that is none is refused as well.
  return candle.state != CandleState::unknown && candle.low >= ScanIndicators::smallest &&
         candle.high <= ScanIndicators::largest && candle.volume <= ScanIndicators::largest;
}

}  // namespace

void ScanIndicators::update(const Candle& candle) {
  bool follows = count() == 0 || candle.open_time == newest_open_ + length(timeframe_);
  if (!follows || !is_usable(candle))
    *this = ScanIndicators(timeframe_);
  if (!is_usable(candle))
    return;
  newest_open_ = candle.open_time;
  take_close(candle.close);
  take_candle(candle);
}

void ScanIndicators::rebuild(std::span<const Candle> candles) {
  *this = ScanIndicators(timeframe_);
  for (const Candle& candle : candles)
    update(candle);
}

ScanValues ScanIndicators::peek(const Candle& candle) const { return peek_value(*this, candle); }

void ScanIndicators::take_close(double close) {
  close_ = close;
  for (Ema* ema : {&ema_5_, &ema_9_, &ema_13_, &ema_21_, &ema_50_, &ema_200_})
    ema->update(close);
  macd_.update(close);
  rsi_.update(close);
  bollinger_.update(close);
  sma_50_.update(close);
}

void ScanIndicators::take_candle(const Candle& candle) {
  stochastic_.update(candle);
  atr_14_.update(candle);
  atr_100_.update(candle);
  adx_.update(candle);
  obv_.update(candle);
  vwap_.update(candle);
  ichimoku_.update(candle);
  profile_.update(candle);
  range_20_.update(candle);
  swing_.update(candle);
}

ScanValues ScanIndicators::value() const {
  ScanValues values;
  values.candles = count();
  values.warming_up = values.candles < candles_needed;
  values.close = close_;
  put_averages(values);
  put_oscillators(values);
  put_volume(values);
  put_structure(values);
  return values;
}

void ScanIndicators::put_averages(ScanValues& values) const {
  values.ema_5 = ema_5_.value();
  values.ema_9 = ema_9_.value();
  values.ema_13 = ema_13_.value();
  values.ema_21 = ema_21_.value();
  values.ema_50 = ema_50_.value();
  values.ema_200 = ema_200_.value();
  values.sma_50 = sma_50_.value();
  if (auto bands = bollinger_.value()) {
    values.sma_20 = bands->middle;
    values.bb_upper_20 = bands->upper;
    values.bb_lower_20 = bands->lower;
    values.bb_position_20 = bands->position;
    values.bb_width_20 = bands->width;
  }
  if (auto macd = macd_.value()) {
    values.macd_12_26 = macd->macd;
    values.macd_signal_9 = macd->signal;
    values.macd_histogram = macd->histogram;
  }
}

void ScanIndicators::put_oscillators(ScanValues& values) const {
  values.rsi_14 = rsi_.value();
  if (auto stochastic = stochastic_.value()) {
    values.stoch_k_14 = stochastic->k;
    values.stoch_d_14 = stochastic->d;
  }
  values.atr_14 = atr_14_.value();
  values.atr_100 = atr_100_.value();
  if (auto movement = adx_.value()) {
    values.adx_14 = movement->adx;
    values.plus_di_14 = movement->plus_di;
    values.minus_di_14 = movement->minus_di;
  }
}

void ScanIndicators::put_volume(ScanValues& values) const {
  if (auto obv = obv_.value()) {
    values.obv = obv->level;
    values.obv_slope_20 = obv->slope;
  }
  values.vwap = vwap_.value();
  values.poc_100 = profile_.value();
}

void ScanIndicators::put_structure(ScanValues& values) const {
  if (auto range = range_20_.value()) {
    values.high_20 = range->high;
    values.low_20 = range->low;
  }
  if (auto swing = swing_.value()) {
    values.high_100 = swing->high;
    values.low_100 = swing->low;
    values.fib_swing_100 = swing->swing;
    values.fib_retracement_100 = swing->position;
  }
  if (auto cloud = ichimoku_.value()) {
    values.ichimoku_conversion_9 = cloud->conversion;
    values.ichimoku_base_26 = cloud->base;
    values.ichimoku_span_a = cloud->span_a;
    values.ichimoku_span_b = cloud->span_b;
    values.ichimoku_state = cloud->state;
  }
}

}  // namespace cscan
