#pragma once
// For tests only: small recordings made by hand.

#include <utility>
#include <vector>

#include "app/recorded_market.hpp"

namespace cscan::recorded_test {

/// 2024-08-05, a Monday; minutes and hours of it.
inline constexpr Timestamp midnight{1'722'816'000'000};
constexpr Timestamp at_minute(std::int64_t minute) { return midnight + minutes(minute); }
constexpr Timestamp at_hour(std::int64_t hour) { return midnight + hours(hour); }

inline Instrument btc() { return {"binance", "BTC", "USDT", ""}; }

/// From `open` up by one, within two more and one less.
inline Candle traded(Timestamp open_time, double open, double volume) {
  return {open_time, open, open + 2, open - 1, open + 1, volume};
}

inline RecordedMarket recorded_market(std::vector<RecordedMarket::Series> series) {
  return {btc(), std::move(series)};
}

}  // namespace cscan::recorded_test
