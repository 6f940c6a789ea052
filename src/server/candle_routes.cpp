// GET …/candles/{symbol}: settled candles from the store.

#include <algorithm>

#include "base/limits.hpp"
#include "server/api_error.hpp"
#include "server/market_json.hpp"
#include "server/query_reader.hpp"
#include "server/routes.hpp"
#include "server/symbol_lookup.hpp"
#include "wire/candle_json.hpp"

namespace cscan {
namespace {

struct CandleParameters {
  std::string exchange;
  std::string timeframe;
  std::int64_t limit = 500;
  Timestamp from;
  Timestamp to;
};

Result<CandleParameters> read_parameters(QueryReader& query, Timestamp now) {
  CandleParameters p;
  p.exchange = query.text("exchange").value_or("");
  p.timeframe = query.text("timeframe").value_or("1h");
  p.limit = query.integer("limit", 500, 1, limits::candles_per_reply_max);
  p.from = query.time("from").value_or(Timestamp{0});
  p.to = query.time("to").value_or(now);
  if (p.from > p.to)
    query.reject("from", format_rfc3339(p.from), "a time before 'to'");
  if (auto status = query.finish(); !status)
    return fail(std::move(status.error()));
  return p;
}

/// The markets a symbol stands for, those of the run's exchange order first.
void prefer_run_order(const MarketView& view, std::vector<Instrument>& instruments) {
  if (!view.run)
    return;
  const auto& order = view.run->exchanges;
  std::ranges::stable_sort(instruments, {}, [&](const Instrument& i) {
    return std::ranges::find(order, i.exchange) - order.begin();
  });
}

HttpResponse candles(const ApiContext& context, const RouteRequest& request) {
  QueryReader query(request.query);
  auto p = read_parameters(query, context.scanner.now());
  if (!p)
    return error_response(p.error());
  MarketViewPtr view = context.scanner.view();
  auto timeframe = find_interval(*view, p->timeframe);
  if (!timeframe)
    return error_response(timeframe.error());
  auto found = find_known(*view, context.history, request.tail, p->exchange);
  if (!found)
    return error_response(found.error());
  prefer_run_order(*view, *found);
  const Instrument& instrument = found->front();
  auto rows = context.history.candles(instrument, *timeframe, p->from, p->to, p->limit);
  if (!rows)
    return error_response(rows.error());

  std::string body;
  body.reserve(128 + rows->size() * 160);
  JsonWriter json(body);
  json.begin_object()
      .field("symbol", instrument.symbol())
      .field("exchange", instrument.exchange)
      .field("timeframe", to_string(*timeframe));
  json.key("candles").begin_array();
  for (const Candle& candle : *rows)
    write_candle(json, candle);
  json.end_array().field("count", rows->size()).key("resolved").begin_array();
  for (const Instrument& i : *found)
    write_instrument(json, i);
  json.end_array();
  end_reply(json, context.scanner.source());
  return json_response(200, std::move(body));
}

}  // namespace

std::vector<Route> candle_routes(ApiContext context) {
  return {{"GET", "/api/scanner/candles/{symbol}", RunsOn::workers,
           [context](const RouteRequest& request) { return candles(context, request); }}};
}

}  // namespace cscan
