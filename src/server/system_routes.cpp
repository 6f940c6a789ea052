// Health, readiness, the OpenAPI document, and the list of all routes.

#include "server/api_error.hpp"
#include "server/market_json.hpp"
#include "server/query_reader.hpp"
#include "server/routes.hpp"

namespace cscan {
namespace {

HttpResponse health(const ApiContext& context, const RouteRequest& request) {
  QueryReader query(request.query);
  if (auto status = query.finish(); !status)
    return error_response(status.error());
  std::string body;
  JsonWriter json(body);
  json.begin_object().field("status", "alive").field("build", CSCAN_VERSION);
  end_reply(json, context.scanner.source());
  return json_response(200, std::move(body));
}

/// Ready: a run is on, its signals are there and not stale. 503 says why not.
HttpResponse ready(const ApiContext& context, const RouteRequest& request) {
  QueryReader query(request.query);
  if (auto status = query.finish(); !status)
    return error_response(status.error());
  MarketViewPtr view = context.scanner.view();
  Timestamp now = context.scanner.now();
  std::size_t fresh = 0;
  for (const SeriesView& series : view->series)
    fresh += series.closed != nullptr && now < series.closed->stale_at;
  bool running = view->state == RunState::running || view->state == RunState::degraded;
  bool is_ready = running && fresh > 0;
  std::string body;
  JsonWriter json(body);
  json.begin_object()
      .field("ready", is_ready)
      .field("state", to_string(view->state))
      .field("reason", is_ready   ? view->state_reason
                       : !running ? "the scanner is not running"
                                  : "no fresh signal yet")
      .field("fresh_series", fresh)
      .field("series", view->series.size());
  end_reply(json, context.scanner.source());
  return json_response(is_ready ? 200 : 503, std::move(body));
}

HttpResponse openapi(const RouteRequest& request) {
  QueryReader query(request.query);
  if (auto status = query.finish(); !status)
    return error_response(status.error());
  return {
      200, {{"Content-Type", "application/json; charset=utf-8"}}, std::string(openapi_document())};
}

}  // namespace

std::vector<Route> system_routes(ApiContext context) {
  auto bind = [context](auto handler) {
    return [context, handler](const RouteRequest& request) { return handler(context, request); };
  };
  return {{"GET", "/health", RunsOn::io_thread, bind(health)},
          {"GET", "/ready", RunsOn::io_thread, bind(ready)},
          {"GET", "/api/openapi.json", RunsOn::io_thread, &openapi}};
}

std::vector<Route> all_routes(ApiContext context) {
  std::vector<Route> all;
  for (auto make : {&control_routes, &signal_routes, &market_routes, &scan_routes, &candle_routes,
                    &training_routes, &system_routes})
    for (Route& route : make(context))
      all.push_back(std::move(route));
  return all;
}

}  // namespace cscan
