#pragma once
// From what a start asks for to the instruments a run watches.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/market_feed.hpp"
#include "server/ports.hpp"

namespace cscan {

struct Universe {
  std::vector<std::string> exchanges;   ///< in the order asked for
  std::vector<Instrument> instruments;  ///< by exchange, then in the order asked for
  std::vector<ResolvedSymbol> resolved;
  std::vector<RejectedSymbol> rejected;  ///< with the reason
};

/// ["binance", "kucoinfutures"].
[[nodiscard]] const std::vector<std::string>& default_exchanges();
/// Ten liquid pairs.
[[nodiscard]] const std::vector<std::string>& default_symbols();

/// An exchange that cannot be reached is among the rejected; if there is no other, its error is the
/// result. Further errors: unsupported when an exchange is not known to the feed, when nothing can
/// be resolved, or when more than limits::instruments_max are asked for.
[[nodiscard]] Result<Universe> resolve_universe(const StartRequest& request, MarketFeed& feed);

}  // namespace cscan
