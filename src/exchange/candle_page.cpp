#include "exchange/candle_page.hpp"

#include <fmt/format.h>

namespace cscan {

Status append_row(CandlePage& page, Timeframe timeframe, Candle row) {
  if (row.open_time != floor_to(row.open_time, length(timeframe)))
    return fail(ErrorCode::corrupt, fmt::format("a {} candle cannot open at {}",
                                                to_string(timeframe), row.open_time.ms));
  if (!page.candles.empty() && row.open_time <= page.candles.back().open_time)
    return fail(ErrorCode::corrupt,
                fmt::format("the candle of {} comes after that of {}", row.open_time.ms,
                            page.candles.back().open_time.ms));
  if (candle_defect(row) != nullptr) {
    ++page.bad_rows;
    row = unknown_candle(row.open_time);
  }
  page.candles.push_back(row);
  return {};
}

}  // namespace cscan
