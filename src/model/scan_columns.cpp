#include "model/scan_columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cscan {
namespace {

ScanCell to_cell(double value) {
  return std::isfinite(value) ? ScanCell(value) : ScanCell(std::monostate());
}
ScanCell to_cell(std::uint32_t value) { return static_cast<std::int64_t>(value); }
ScanCell to_cell(bool value) { return value; }
ScanCell to_cell(Timestamp value) { return value; }
ScanCell to_cell(Score value) { return value.value(); }
ScanCell to_cell(Direction value) { return to_string(value); }
ScanCell to_cell(CloudState value) { return to_string(value); }
ScanCell to_cell(ScanRegime value) { return to_string(value); }
ScanCell to_cell(SignalType value) { return to_string(value); }
template <class T>
ScanCell to_cell(const std::optional<T>& value) {
  return value ? to_cell(*value) : ScanCell(std::monostate());
}

template <auto member>
ScanCell row(const ScanRow& r, const ScanNames&) {
  return to_cell(r.*member);
}
template <auto member>
ScanCell values(const ScanRow& r, const ScanNames&) {
  return to_cell(r.values.*member);
}
template <auto member>
ScanCell verdict(const ScanRow& r, const ScanNames&) {
  return to_cell(r.verdict.*member);
}

const Instrument& instrument_of(const ScanRow& r, const ScanNames& names) {
  return names.instruments[r.instrument.value];
}
ScanCell exchange(const ScanRow& r, const ScanNames& names) {
  return std::string_view(instrument_of(r, names).exchange);
}
ScanCell symbol(const ScanRow& r, const ScanNames& names) {
  return instrument_of(r, names).symbol();
}
ScanCell timeframe(const ScanRow& r, const ScanNames&) { return to_string(r.timeframe); }
ScanCell style(const ScanRow& r, const ScanNames& names) {
  return names.settings.style_of(r.timeframe);
}
ScanCell basis(const ScanRow& r, const ScanNames&) {
  return std::string_view(r.forming ? "forming" : "closed");
}

using enum ScanKind;
using R = ScanRow;
using V = ScanValues;
using D = ScanVerdict;
constexpr std::string_view price = "quote units";
constexpr std::string_view percent = "percent";

constexpr auto columns = std::to_array<ScanColumn>({
    {"rank", whole, false, "", "1 is the highest combined score", row<&R::rank>},
    {"exchange", text, false, "", "where it is traded", exchange},
    {"symbol", text, false, "", "what is traded", symbol},
    {"timeframe", text, false, "", "length of a candle", timeframe},
    {"style", text, false, "", "the trading style configured for the timeframe", style},
    {"price", number, false, price, "newest known price", row<&R::price>},
    {"change_24h", number, true, "fraction", "change of the price over 24 hours",
     row<&R::change_24h>},
    {"quote_volume_24h", number, true, price, "traded in 24 hours", row<&R::quote_volume_24h>},
    {"combined_score", number, false, "points", "of the newest closed signal, 0 to 100",
     row<&R::combined>},
    {"signal_type", text, false, "", "of the newest closed signal", row<&R::type>},
    {"candle_close_time", time, false, "", "close of that signal's candle", row<&R::close_time>},

    {"basis", text, false, "", "candle the columns below see: forming, or the newest closed",
     basis},
    {"basis_open_time", time, false, "", "open time of that candle", row<&R::basis_open>},
    {"candles", whole, false, "candles", "contiguous candles seen, that one included",
     values<&V::candles>},
    {"warming_up", flag, false, "", "fewer candles than the longest indicator needs (200)",
     values<&V::warming_up>},
    {"close", number, false, price, "close of that candle, so far", values<&V::close>},

    {"trend_score", number, true, "points",
     "-100 to 100: averages, directional movement, MACD and cloud, in equal parts",
     verdict<&D::trend_score>},
    {"trend", text, false, "", "bullish from 20 points on, bearish from -20 on, else neutral",
     verdict<&D::trend>},
    {"regime", text, true, "",
     "volatile (ATR 14 over 1.5 ATR 100), trending (ADX over 25), ranging", verdict<&D::regime>},
    {"opportunity_score", number, true, "points",
     "0 to 100: trend strength near its average price and not overextended",
     verdict<&D::opportunity>},
    {"stop", number, true, price, "suggestion: beyond 20 candles' extreme, 1 to 3 ATR away",
     verdict<&D::stop>},
    {"target", number, true, price, "suggestion: 100 candles' extreme, or 3 ATR away",
     verdict<&D::target>},
    {"reward_risk", number, true, "ratio", "way to the target over way to the stop",
     verdict<&D::reward_risk>},

    {"rsi_14", number, true, percent, "relative strength index, Wilder's; 0 while nothing moved",
     values<&V::rsi_14>},
    {"macd_12_26", number, true, price, "MACD line: EMA 12 less EMA 26", values<&V::macd_12_26>},
    {"macd_signal_9", number, true, price, "its EMA over 9", values<&V::macd_signal_9>},
    {"macd_histogram", number, true, price, "MACD line less its signal line",
     values<&V::macd_histogram>},
    {"ema_5", number, true, price, "exponential moving average", values<&V::ema_5>},
    {"ema_9", number, true, price, "exponential moving average", values<&V::ema_9>},
    {"ema_13", number, true, price, "exponential moving average", values<&V::ema_13>},
    {"ema_21", number, true, price, "exponential moving average", values<&V::ema_21>},
    {"ema_50", number, true, price, "exponential moving average", values<&V::ema_50>},
    {"ema_200", number, true, price, "exponential moving average", values<&V::ema_200>},
    {"sma_20", number, true, price, "simple moving average, the middle Bollinger band",
     values<&V::sma_20>},
    {"sma_50", number, true, price, "simple moving average", values<&V::sma_50>},
    {"bb_upper_20", number, true, price, "Bollinger band, two deviations above",
     values<&V::bb_upper_20>},
    {"bb_lower_20", number, true, price, "Bollinger band, two deviations below",
     values<&V::bb_lower_20>},
    {"bb_position_20", number, true, "share", "0 at the lower band, 1 at the upper",
     values<&V::bb_position_20>},
    {"bb_width_20", number, true, "fraction", "distance of the bands over the middle",
     values<&V::bb_width_20>},
    {"stoch_k_14", number, true, percent, "slow stochastic %K (14, 3)", values<&V::stoch_k_14>},
    {"stoch_d_14", number, true, percent, "slow stochastic %D, mean of 3 %K",
     values<&V::stoch_d_14>},
    {"atr_14", number, true, price, "average true range", values<&V::atr_14>},
    {"atr_100", number, true, price, "average true range", values<&V::atr_100>},
    {"adx_14", number, true, percent, "average directional index", values<&V::adx_14>},
    {"plus_di_14", number, true, percent, "+DI, upward movement", values<&V::plus_di_14>},
    {"minus_di_14", number, true, percent, "-DI, downward movement", values<&V::minus_di_14>},
    {"obv", number, true, "base units", "on-balance volume since the first candle seen",
     values<&V::obv>},
    {"obv_slope_20", number, true, "share",
     "-1 when all volume of 20 candles fell, 1 when all rose", values<&V::obv_slope_20>},
    {"vwap", number, true, price, "volume-weighted average price since midnight UTC",
     values<&V::vwap>},
    {"ichimoku_conversion_9", number, true, price, "conversion line",
     values<&V::ichimoku_conversion_9>},
    {"ichimoku_base_26", number, true, price, "base line", values<&V::ichimoku_base_26>},
    {"ichimoku_span_a", number, true, price, "cloud over that candle: leading span A",
     values<&V::ichimoku_span_a>},
    {"ichimoku_span_b", number, true, price, "cloud over that candle: leading span B",
     values<&V::ichimoku_span_b>},
    {"ichimoku_state", text, true, "", "close above, inside or below the cloud",
     values<&V::ichimoku_state>},
    {"poc_100", number, true, price, "volume profile's point of control", values<&V::poc_100>},
    {"high_20", number, true, price, "highest high", values<&V::high_20>},
    {"low_20", number, true, price, "lowest low", values<&V::low_20>},
    {"high_100", number, true, price, "highest high", values<&V::high_100>},
    {"low_100", number, true, price, "lowest low", values<&V::low_100>},
    {"fib_swing_100", text, true, "", "bullish when the highest high is newer than the lowest low",
     values<&V::fib_swing_100>},
    {"fib_retracement_100", number, true, "share", "of that swing taken back: 0 at its end",
     values<&V::fib_retracement_100>},
});

}  // namespace

std::span<const ScanColumn> scan_columns() { return columns; }

const ScanColumn* find_scan_column(std::string_view name) {
  auto found = std::ranges::find(columns, name, &ScanColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace cscan
