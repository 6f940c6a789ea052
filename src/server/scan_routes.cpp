// The full scan: the whole market as wide rows, ranked or sorted by any column.

#include "server/api_error.hpp"
#include "server/market_json.hpp"
#include "server/routes.hpp"
#include "server/scan_query.hpp"

namespace cscan {
namespace {

HttpResponse scan(const ApiContext& context, const RouteRequest& request) {
  MarketViewPtr view = context.scanner.view();
  QueryReader query(request.query);
  ScanQuery asked = read_scan_query(query, *view);
  if (auto status = query.finish(); !status)
    return error_response(status.error());
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("rows").begin_array();
  bool ranked = view->ranking != nullptr && !view->ranking->empty();
  std::int64_t total = 0;
  if (ranked) {
    ScanNames names{view->run->instruments, view->run->settings};
    ScanSelection selection = select_scan(*view->ranking, names, asked);
    total = selection.total;
    for (const ScanRow* row : selection.rows)
      write_scan_row(json, *row, names, asked.columns);
  }
  json.end_array().field("total", total).key("as_of");
  if (ranked)
    json.value(view->ranking_as_of);
  else
    json.null();
  end_reply(json, context.scanner.source());
  return json_response(200, std::move(body));
}

}  // namespace

std::vector<Route> scan_routes(ApiContext context) {
  return {{"GET", "/api/scanner/continuous/scan", RunsOn::io_thread,
           [context](const RouteRequest& request) { return scan(context, request); }}};
}

}  // namespace cscan
