#include "runtime/universe.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "model/symbol_match.hpp"

namespace cscan {
namespace {

std::vector<Instrument> instruments_of(const std::vector<ListedMarket>& markets) {
  std::vector<Instrument> instruments;
  for (const ListedMarket& market : markets)
    instruments.push_back(market.instrument);
  return instruments;
}

void add(Universe& universe, std::string requested, const Instrument& instrument) {
  if (std::ranges::find(universe.instruments, instrument) == universe.instruments.end())
    universe.instruments.push_back(instrument);
  universe.resolved.push_back({std::move(requested), instrument.exchange, instrument.symbol()});
}

void reject(Universe& universe, const std::string& requested, const std::string& exchange,
            std::string reason) {
  universe.rejected.push_back({requested, exchange, std::move(reason)});
}

void resolve_pattern(Universe& universe, const std::string& pattern, const std::string& exchange,
                     const std::vector<Instrument>& listed) {
  bool any = false;
  for (const Instrument& instrument : listed)
    if (matches_pattern(pattern, instrument.symbol())) {
      add(universe, pattern, instrument);
      any = true;
    }
  if (!any)
    reject(universe, pattern, exchange, fmt::format("no symbol on {} matches", exchange));
}

void resolve_name(Universe& universe, const std::string& name, const std::string& exchange,
                  const std::vector<Instrument>& listed) {
  if (name.find_first_of("*?") != std::string::npos)
    return resolve_pattern(universe, name, exchange, listed);
  auto found = match_symbol(name, listed);
  if (!found)
    return reject(universe, name, exchange, found.error().message);
  if (found->empty())
    return reject(universe, name, exchange, fmt::format("{} is not listed on {}", name, exchange));
  for (std::size_t index : *found)
    add(universe, name, listed[index]);
}

void resolve_top(Universe& universe, std::vector<ListedMarket> markets, std::int64_t top) {
  std::ranges::stable_sort(markets, std::greater{}, &ListedMarket::quote_volume_24h);
  auto count = std::min(markets.size(), static_cast<std::size_t>(std::max<std::int64_t>(top, 0)));
  for (std::size_t i = 0; i < count; ++i)
    add(universe, fmt::format("top {}", top), markets[i].instrument);
}

void resolve_on(Universe& universe, const SymbolSelection& selection, const std::string& exchange,
                const std::vector<ListedMarket>& markets) {
  std::vector<Instrument> listed = instruments_of(markets);
  switch (selection.kind) {
    case SymbolSelection::Kind::all: return resolve_pattern(universe, "*", exchange, listed);
    case SymbolSelection::Kind::top: return resolve_top(universe, markets, selection.top);
    case SymbolSelection::Kind::defaults:
    case SymbolSelection::Kind::list:
      for (const std::string& name :
           selection.kind == SymbolSelection::Kind::list ? selection.names : default_symbols())
        resolve_name(universe, name, exchange, listed);
  }
}

std::string rejection_text(const Universe& universe) {
  std::string text;
  for (std::size_t i = 0; i < universe.rejected.size() && i < 5; ++i)
    text += fmt::format("{}{}", text.empty() ? "" : "; ", universe.rejected[i].reason);
  return text;
}

}  // namespace

const std::vector<std::string>& default_exchanges() {
  static const std::vector<std::string> names = {"binance", "kucoinfutures"};
  return names;
}

const std::vector<std::string>& default_symbols() {
  static const std::vector<std::string> names = {"BTC/USDT",  "ETH/USDT",  "SOL/USDT", "BNB/USDT",
                                                 "XRP/USDT",  "DOGE/USDT", "ADA/USDT", "TRX/USDT",
                                                 "LINK/USDT", "AVAX/USDT"};
  return names;
}

Result<Universe> resolve_universe(const StartRequest& request, MarketFeed& feed) {
  Universe universe;
  for (const std::string& exchange : request.exchanges.value_or(default_exchanges()))
    if (std::ranges::find(universe.exchanges, exchange) == universe.exchanges.end())
      universe.exchanges.push_back(exchange);
  feed.prepare(universe.exchanges);
  std::optional<Error> out_of_reach;
  for (const std::string& exchange : universe.exchanges) {
    auto markets = feed.markets(exchange);
    if (!markets && markets.error().code != ErrorCode::unavailable)
      return fail(std::move(markets.error()));
    if (!markets) {
      // One exchange out of reach does not keep the others from being watched.
      reject(universe, every_symbol, exchange, markets.error().message);
      out_of_reach = std::move(markets.error());
      continue;
    }
    resolve_on(universe, request.symbols, exchange, *markets);
  }
  if (universe.instruments.empty() && out_of_reach)
    return fail(std::move(*out_of_reach));
  if (universe.instruments.empty())
    return fail(
        Error{ErrorCode::unsupported,
              fmt::format("no symbol can be watched: {}", rejection_text(universe)),
              {}}
            .with("field", "symbols")
            .with("value", universe.rejected.empty() ? "" : universe.rejected[0].requested));
  if (universe.instruments.size() > limits::instruments_max)
    return fail(ErrorCode::unsupported,
                fmt::format("{} markets are more than the {} one run may watch: use "
                            R"("symbols": {{"top": {}}})",
                            universe.instruments.size(), limits::instruments_max,
                            limits::instruments_max / universe.exchanges.size()));
  return universe;
}

}  // namespace cscan
