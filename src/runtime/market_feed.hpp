#pragma once
// Where market data comes from: the synthetic market of a demonstration now, exchanges later. A
// feed turns whatever it hears into inputs for the core.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/effect.hpp"
#include "core/input.hpp"
#include "model/market_view.hpp"
#include "runtime/bounded_queue.hpp"
#include "server/ports.hpp"

namespace cscan {

/// A market an exchange lists.
struct ListedMarket {
  Instrument instrument;
  double quote_volume_24h = 0;
};

/// What to watch for one run.
struct FeedPlan {
  std::vector<Instrument> instruments;
  std::vector<Timeframe> timeframes;
  std::size_t history = 0;  ///< candles to load per series before going live
};

using InputQueue = BoundedQueue<Input>;

/// start() and stop() come once each, from one thread; the others from any.
class MarketFeed {
 public:
  virtual ~MarketFeed() = default;
  /// ids this feed can watch.
  [[nodiscard]] virtual std::vector<std::string> exchanges() const = 0;
  /// These exchanges will be asked for: those that take time can begin.
  virtual void prepare(const std::vector<std::string>& exchanges) { (void)exchanges; }
  /// Markets of one exchange; unsupported for an exchange it does not know.
  [[nodiscard]] virtual Result<std::vector<ListedMarket>> markets(std::string_view exchange) = 0;
  [[nodiscard]] virtual FeedBudget budget(const FeedPlan& plan) const = 0;

  /// Begins to fill `inputs` from a thread of its own: history first, then what is live. `inputs`
  /// outlives the feed's stop().
  [[nodiscard]] virtual Status start(FeedPlan plan, InputQueue& inputs) = 0;
  /// Asks for candles that are overdue; the answer arrives as HistoryLoaded.
  virtual void request_history(const RequestHistory& request) = 0;
  /// Returns when no further input will come.
  virtual void stop() = 0;
  [[nodiscard]] virtual std::vector<FeedHealth> health() const = 0;
};

}  // namespace cscan
