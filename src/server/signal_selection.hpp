#pragma once
// Which of the newest signals a request wants, in which order.

#include <string>
#include <vector>

#include "model/market_view.hpp"
#include "server/query_reader.hpp"

namespace cscan {

/// The parameters of GET …/signals, checked.
struct SignalParameters {
  std::string symbol;
  std::string exchange;
  std::vector<Timeframe> timeframes;
  std::vector<SignalType> types;
  std::optional<Direction> direction;
  Score min_score;
  std::int64_t limit = 50;
  bool sort_by_time = false;
  bool history = false;
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;
  std::string cursor;
  bool include_stale = false;
  bool include_preview = false;
};

[[nodiscard]] Result<SignalParameters> read_signal_parameters(QueryReader& query,
                                                              const MarketView& view);

/// One page of the newest signals.
struct SignalSelection {
  std::vector<SignalPtr> signals;
  std::size_t total = 0;    ///< all that match
  std::string next_cursor;  ///< empty on the last page
};

/// Of the view's series, restricted to `instruments` when it is not null (indexes). Ordered by
/// (score desc, close desc, id) or (close desc, score desc, id); the cursor names the last signal
/// of the page before. invalid_argument for a cursor of another kind.
[[nodiscard]] Result<SignalSelection> select_latest(const MarketView& view,
                                                    const SignalParameters& parameters,
                                                    const std::vector<std::size_t>* instruments,
                                                    Timestamp now);

}  // namespace cscan
