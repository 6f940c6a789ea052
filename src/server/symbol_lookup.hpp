#pragma once
// From a symbol in a path or query to the instruments it stands for.

#include <string_view>
#include <vector>

#include "model/market_view.hpp"
#include "server/ports.hpp"

namespace cscan {

/// Instruments of the current or last run that `text` names, optionally on one exchange only, as
/// indexes. Errors: invalid_argument (no symbol, or ambiguous), not_found (not watched).
[[nodiscard]] Result<std::vector<std::size_t>> find_watched(const MarketView& view,
                                                            std::string_view text,
                                                            std::string_view exchange);

/// The same over everything watched or stored: history is there while stopped.
[[nodiscard]] Result<std::vector<Instrument>> find_known(const MarketView& view,
                                                         const HistoryPort& history,
                                                         std::string_view text,
                                                         std::string_view exchange);

/// `name` as an interval: a configured style, or any interval. invalid_argument names what would
/// do.
[[nodiscard]] Result<Timeframe> find_interval(const MarketView& view, std::string_view name);

}  // namespace cscan
