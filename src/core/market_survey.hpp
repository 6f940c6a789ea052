#pragma once
// Takes the state of the whole market from the series and the prices: what the market-state stream
// does once a minute. Reads only what was known at `now`.

#include <optional>
#include <span>
#include <vector>

#include "core/price_book.hpp"
#include "model/market_state.hpp"
#include "series/series_book.hpp"

namespace cscan {

/// The market as the core has it. References are only read during the call.
struct MarketPicture {
  Timestamp now;
  std::span<const Instrument> instruments;
  std::span<const std::size_t> exchange_rank;  ///< per instrument; 0 speaks first
  const SeriesBook& book;
  const PriceBook& prices;
  Duration breadth_window;
  Duration freshness;  ///< age up to which a price may be used
};

/// Breadth, trend, volatility, EMA share and new extremes; active_signals is left at 0.
[[nodiscard]] MarketState survey_market(const MarketPicture& picture, MarketBias previous_trend);

/// Change of the newest price over 24 hours, from the finest series that reaches back that far.
[[nodiscard]] std::optional<double> change_24h(const MarketPicture& picture,
                                               InstrumentId instrument);

/// What the exchange says was traded in 24 hours, in quote units. Where it says nothing: the volume
/// of the last 24 hours of settled candles, each at its typical price, from the same series.
[[nodiscard]] std::optional<double> quote_volume_24h(const MarketPicture& picture,
                                                     InstrumentId instrument);

}  // namespace cscan
