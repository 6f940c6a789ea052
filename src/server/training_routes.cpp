// GET …/training-data/{symbol}: signals, candles and clusters from the store, streamed. Works while
// stopped.

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "server/api_error.hpp"
#include "server/query_reader.hpp"
#include "server/routes.hpp"
#include "server/symbol_lookup.hpp"
#include "server/training_stream.hpp"

namespace cscan {
namespace {

struct TrainingParameters {
  TrainingRequest request;
  std::int64_t days = 30;
  std::string exchange;
  std::string format;
};

void read_range(QueryReader& query, Timestamp now, TrainingParameters& p) {
  p.days = query.integer("days", 30, 1, limits::training_days_max);
  auto from = query.time("from");
  auto to = query.time("to");
  p.request.to = to.value_or(now);
  p.request.from = from.value_or(p.request.to - days(p.days));
  if (from)
    p.days = std::max<std::int64_t>(1, (p.request.to - p.request.from) / days(1));
  if (p.request.from >= p.request.to)
    query.reject("from", format_rfc3339(p.request.from), "a time before 'to'");
  else if (p.request.to - p.request.from > days(limits::training_days_max))
    query.reject("from", format_rfc3339(p.request.from),
                 fmt::format("a span of at most {} days", limits::training_days_max));
}

void read_include(QueryReader& query, TrainingParameters& p) {
  auto include = query.text("include");
  if (!include)
    return;
  p.request.signals = p.request.candles = p.request.clusters = false;
  std::string_view rest = *include;
  while (!rest.empty()) {
    std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (part == "signals")
      p.request.signals = true;
    else if (part == "ohlcv")
      p.request.candles = true;
    else if (part == "clustering")
      p.request.clusters = true;
    else
      query.reject("include", *include, "a list of signals, ohlcv and clustering");
  }
  if (include->empty())
    query.reject("include", "", "a list of signals, ohlcv and clustering");
}

Result<TrainingParameters> read_parameters(QueryReader& query, const MarketView& view,
                                           Timestamp now) {
  TrainingParameters p;
  read_range(query, now, p);
  read_include(query, p);
  p.exchange = query.text("exchange").value_or("");
  p.format = query.choice("format", {"json", "ndjson", "csv"});
  (void)query.choice("labels", {"none"});  // read so that any other value is refused
  for (const std::string& name : query.all("timeframe")) {
    if (auto interval = find_interval(view, name))
      p.request.timeframes.push_back(*interval);
    else
      query.reject(std::move(interval.error()));
  }
  if (auto status = query.finish(); !status)
    return fail(std::move(status.error()));
  if (p.format == "csv")  // a table has one kind of row
    p.request.signals = p.request.clusters = false;
  return p;
}

HttpResponse respond(const TrainingParameters& p, std::shared_ptr<TrainingRows> rows,
                     TrainingHeader header) {
  HttpResponse response;
  auto type = [&](std::string value) { response.headers.push_back({"Content-Type", value}); };
  if (p.format == "csv") {
    type("text/csv; charset=utf-8");
    response.body = training_csv(std::move(rows));
  } else if (p.format == "ndjson") {
    type("application/x-ndjson");
    response.body = training_ndjson(std::move(rows));
  } else {
    type("application/json; charset=utf-8");
    response.body = training_json(std::move(rows), std::move(header));
  }
  return response;
}

HttpResponse training(const ApiContext& context, const RouteRequest& request) {
  MarketViewPtr view = context.scanner.view();
  Timestamp now = context.scanner.now();
  QueryReader query(request.query);
  auto p = read_parameters(query, *view, now);
  if (!p)
    return error_response(p.error());
  auto found = find_known(*view, context.history, request.tail, p->exchange);
  if (!found)
    return error_response(found.error());
  // Candles of two exchanges under one timeframe would be two series mixed: the first one speaks.
  if (p->exchange.empty() && p->format == "json" && found->size() > 1) {
    auto order = view->run ? view->run->exchanges : std::vector<std::string>{};
    std::ranges::stable_sort(*found, {}, [&](const Instrument& i) {
      return std::ranges::find(order, i.exchange) - order.begin();
    });
    found->resize(1);
  }
  p->request.instruments = *found;
  auto rows = context.history.training(p->request);
  if (!rows)
    return error_response(rows.error());
  TrainingHeader header{found->front().symbol(),  p->days, p->request.from, p->request.to, now,
                        context.scanner.source(), *found};
  return respond(*p, std::move(*rows), std::move(header));
}

}  // namespace

std::vector<Route> training_routes(ApiContext context) {
  return {{"GET", "/api/scanner/training-data/{symbol}", RunsOn::workers,
           [context](const RouteRequest& request) { return training(context, request); }}};
}

}  // namespace cscan
