#pragma once
// A page of candles from a query, checked row by row.

#include <vector>

#include "base/result.hpp"
#include "model/candle.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// Ascending, on the grid. State `final` means: sound values (whether the candle has closed is for
/// the reader to say, who knows the time). State `unknown` marks a row whose values are nonsense:
/// it must not count as absent. Volumes are in the exchange's unit.
struct CandlePage {
  std::vector<Candle> candles;
  std::size_t bad_rows = 0;
};

/// Appends a row, or fails: `corrupt` when it is off the grid or not after the last one.
[[nodiscard]] Status append_row(CandlePage& page, Timeframe timeframe, Candle row);

}  // namespace cscan
