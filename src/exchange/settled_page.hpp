#pragma once
// From a page of candles that an exchange answered to candles that are proven: what closed long
// enough before the question was asked is final, what is missing between had no trades.

#include <optional>
#include <vector>

#include "exchange/candle_page.hpp"

namespace cscan {

/// What was asked, and what is known beside the answer.
struct PageQuestion {
  Timeframe timeframe{};
  Timestamp from;                        ///< on the grid, inclusive
  std::uint32_t rows = 0;                ///< asked for; a page with as many may go on
  Timestamp settled_before;              ///< market time of the question less the settle delay
  std::optional<double> close_before{};  ///< of the candle before `from`
  std::vector<Timestamp> traded{};       ///< candles in which a stream has told of trades
};

struct SettledPage {
  /// Ascending: final, and no_trade for what the answer lacks. Holes where values were nonsense,
  /// where a stream knows of trades, or before the first close that is known.
  std::vector<Candle> candles;
  Timestamp next;     ///< the first candle that this answer says nothing about
  bool more = false;  ///< candles from `next` on have settled too: ask again
};

[[nodiscard]] SettledPage settle_page(const PageQuestion& question, const CandlePage& page);

}  // namespace cscan
