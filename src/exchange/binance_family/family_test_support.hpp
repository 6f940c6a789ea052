#pragma once
// For tests only: the table of an exchange of the family that does not exist, so that a test does
// not depend on what a real one's says, and small helpers over texts.

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "exchange/exchange_table.hpp"

namespace cscan::binance_family {

inline constexpr std::array<IntervalName, 4> test_intervals = {{{Timeframe::m1, "1m", "1m"},
                                                                {Timeframe::m5, "5m", "5m"},
                                                                {Timeframe::h1, "1h", "1h"},
                                                                {Timeframe::d1, "1d", "1d"}}};
inline constexpr std::array<PageCost, 2> test_pages = {{{99, 1}, {1'000, 5}}};
inline constexpr ExchangeTable test_table = {
    .id = "binancetest",
    .rest_host = "https://rest.example",
    .candles = {"/v9/klines", 2},
    .candle_pages = test_pages,
    .intervals = test_intervals,
};

/// `text` with the first `old`, which must be there, replaced.
inline std::string replaced(std::string text, std::string_view old, std::string_view with) {
  std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return at == std::string::npos ? text : text.replace(at, old.size(), with);
}

}  // namespace cscan::binance_family
