// GET …/signals: the newest signals from the picture in memory, or history from the store.

#include <fmt/format.h>

#include <algorithm>

#include "server/api_error.hpp"
#include "server/market_json.hpp"
#include "server/query_reader.hpp"
#include "server/routes.hpp"
#include "server/signal_selection.hpp"
#include "server/symbol_lookup.hpp"

namespace cscan {
namespace {

void end_signals(JsonWriter& json, std::size_t count, std::uint64_t total,
                 const std::string& next_cursor, const std::vector<Instrument>& resolved,
                 Timestamp as_of, std::string_view source) {
  json.end_array().field("count", count).field("total", total).key("next_cursor");
  if (next_cursor.empty())
    json.null();
  else
    json.value(next_cursor);
  json.key("resolved").begin_array();
  for (const Instrument& instrument : resolved)
    write_instrument(json, instrument);
  json.end_array().field("as_of", as_of);
  end_reply(json, source);
}

Error unknown_exchange(const std::string& exchange, std::string_view why) {
  return Error{
      ErrorCode::not_found, fmt::format("exchange '{}': {}", exchange.substr(0, 64), why), {}}
      .with("field", "exchange")
      .with("value", exchange.substr(0, 64));
}

/// A misspelt exchange must not look like a market without signals.
bool is_watched(const MarketView& view, const std::string& exchange) {
  return view.run && std::ranges::find(view.run->exchanges, exchange) != view.run->exchanges.end();
}

HttpResponse latest(const ApiContext& context, const MarketView& view,
                    const SignalParameters& parameters) {
  std::vector<std::size_t> indexes;
  std::vector<Instrument> resolved;
  if (!parameters.exchange.empty() && !is_watched(view, parameters.exchange))
    return error_response(unknown_exchange(parameters.exchange, "it is not watched"));
  if (!parameters.symbol.empty()) {
    auto found = find_watched(view, parameters.symbol, parameters.exchange);
    if (!found)
      return error_response(found.error());
    indexes = std::move(*found);
    for (std::size_t i : indexes)
      resolved.push_back(view.run->instruments[i]);
  }
  Timestamp now = context.scanner.now();
  auto selection =
      select_latest(view, parameters, parameters.symbol.empty() ? nullptr : &indexes, now);
  if (!selection)
    return error_response(selection.error());
  std::string body;
  body.reserve(512 + selection->signals.size() * 3072);
  JsonWriter json(body);
  json.begin_object().key("signals").begin_array();
  for (const SignalPtr& signal : selection->signals)
    json.raw(signal->json(now));
  end_signals(json, selection->signals.size(), selection->total, selection->next_cursor, resolved,
              view.as_of, context.scanner.source());
  return json_response(200, std::move(body));
}

HttpResponse history(const ApiContext& context, const MarketView& view, const SignalParameters& p) {
  HistoryFilter filter;
  if (!p.symbol.empty()) {
    auto found = find_known(view, context.history, p.symbol, p.exchange);
    if (!found)
      return error_response(found.error());
    filter.instruments = std::move(*found);
  } else if (!p.exchange.empty()) {
    auto known = context.history.instruments();
    if (!known)
      return error_response(known.error());
    std::ranges::copy_if(*known, std::back_inserter(filter.instruments),
                         [&](const Instrument& i) { return i.exchange == p.exchange; });
    if (filter.instruments.empty())
      return error_response(unknown_exchange(p.exchange, "nothing is stored about it"));
  }
  filter.timeframes = p.timeframes;
  filter.types = p.types;
  filter.direction = p.direction;
  filter.min_score = p.min_score;
  filter.since = p.since;
  filter.until = p.until;
  filter.include_previews = p.include_preview;
  filter.sort_by_time = p.sort_by_time;
  filter.limit = p.limit;
  filter.cursor = p.cursor;
  auto page = context.history.signals(filter);
  if (!page)
    return error_response(page.error());
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("signals").begin_array();
  for (const std::string& signal : page->signals)
    json.raw(signal);
  end_signals(json, page->signals.size(), page->total, page->next_cursor,
              p.symbol.empty() ? std::vector<Instrument>{} : filter.instruments,
              context.scanner.now(), context.scanner.source());
  return json_response(200, std::move(body));
}

HttpResponse signals(const ApiContext& context, const RouteRequest& request) {
  MarketViewPtr view = context.scanner.view();
  QueryReader query(request.query);
  auto parameters = read_signal_parameters(query, *view);
  if (!parameters)
    return error_response(parameters.error());
  return parameters->history ? history(context, *view, *parameters)
                             : latest(context, *view, *parameters);
}

}  // namespace

std::vector<Route> signal_routes(ApiContext context) {
  return {{"GET", "/api/scanner/continuous/signals", RunsOn::workers,
           [context](const RouteRequest& request) { return signals(context, request); }}};
}

}  // namespace cscan
