#include "exchange/settled_page.hpp"

#include <algorithm>

namespace cscan {
namespace {

/// Where the answer ends: a full page with its last row, any other with the rows asked for.
Timestamp answered_until(const PageQuestion& question, const CandlePage& page) {
  Duration step = length(question.timeframe);
  Timestamp settled = floor_to(question.settled_before, step);
  if (page.candles.size() >= question.rows)
    return std::min(settled, page.candles.back().open_time + step);
  return std::min(settled, question.from + step * question.rows);
}

}  // namespace

SettledPage settle_page(const PageQuestion& question, const CandlePage& page) {
  Duration step = length(question.timeframe);
  Timestamp settled = floor_to(question.settled_before, step);
  Timestamp until = answered_until(question, page);
  SettledPage result;
  std::optional<double> close = question.close_before;
  auto row = page.candles.begin();
  Timestamp first = question.from;
  // Nothing is known before the first row: no need to walk there step by step.
  if (!close && row != page.candles.end())
    first = std::max(first, row->open_time);
  if (!close && row == page.candles.end())
    first = until;
  for (Timestamp open = first; open < until; open = open + step) {
    while (row != page.candles.end() && row->open_time < open)
      ++row;
    if (row != page.candles.end() && row->open_time == open) {
      // After a row of nonsense nobody knows at which price the market stood.
      close.reset();
      if (row->state != CandleState::unknown) {
        result.candles.push_back(*row);
        result.candles.back().state = CandleState::final;
        close = row->close;
      }
      continue;
    }
    if (std::ranges::find(question.traded, open) != question.traded.end())
      close.reset();
    if (close)
      result.candles.push_back(flat_candle(open, *close));
  }
  result.next = std::max(until, question.from);
  result.more = result.next < settled;
  return result;
}

}  // namespace cscan
