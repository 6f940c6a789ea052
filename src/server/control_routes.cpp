// Start, stop, status.

#include <fmt/format.h>

#include "server/api_error.hpp"
#include "server/market_json.hpp"
#include "server/query_reader.hpp"
#include "server/routes.hpp"
#include "server/start_request.hpp"

namespace cscan {
namespace {

std::string start_message(const StartReply& reply, std::string_view source) {
  const RunInfo& run = *reply.run;
  return fmt::format("{} {} markets on {} exchanges, {} timeframes, {} data",
                     reply.already_running ? "already watching" : "watching",
                     run.instruments.size(), run.exchanges.size(), run.settings.timeframes.size(),
                     source);
}

/// A wrong configuration is well-formed JSON that cannot be done: 422, with the key's whole path.
HttpResponse refuse_start(Error error) {
  for (auto& [name, value] : error.context)
    if (name == "field" && error.code == ErrorCode::invalid_argument)
      value = "config." + value;
  int status = error.code == ErrorCode::invalid_argument ? 422 : http_status(error.code);
  return error_response(status, error);
}

HttpResponse start(const ApiContext& context, const RouteRequest& request) {
  QueryReader query(request.query);
  if (auto status = query.finish(); !status)
    return error_response(status.error());
  auto parsed = parse_start_request(request.body);
  if (!parsed)
    return error_response(parsed.error());
  auto reply = context.scanner.start(*parsed);
  if (!reply)
    return refuse_start(std::move(reply.error()));
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  write_start_reply(json, *reply);
  json.field("message", start_message(*reply, context.scanner.source()));
  end_reply(json, context.scanner.source());
  return json_response(200, std::move(body));
}

HttpResponse stop(const ApiContext& context, const RouteRequest& request) {
  QueryReader query(request.query);
  if (auto status = query.finish(); !status)
    return error_response(status.error());
  StopReply reply = context.scanner.stop();
  std::string body;
  JsonWriter json(body);
  json.begin_object().field("status", reply.was_running ? "stopped" : "not_running");
  json.key("run_id");
  if (reply.was_running)
    json.value(reply.run_id);
  else
    json.null();
  json.field("durable", reply.durable).field("files_published", reply.files);
  json.field("message", !reply.was_running ? "nothing was running"
                        : reply.durable
                            ? "stopped; everything is on disk"
                            : "stopped, but not everything is on disk: " + reply.problem);
  end_reply(json, context.scanner.source());
  return json_response(200, std::move(body));
}

HttpResponse status(const ApiContext& context, const RouteRequest& request) {
  QueryReader query(request.query);
  if (auto checked = query.finish(); !checked)
    return error_response(checked.error());
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  write_status(json, *context.scanner.view(), context.scanner.feeds(), context.scanner.now());
  json.field("build", CSCAN_VERSION).field("timestamp", context.scanner.now());
  end_reply(json, context.scanner.source());
  return json_response(200, std::move(body));
}

}  // namespace

std::vector<Route> control_routes(ApiContext context) {
  auto bind = [context](auto handler) {
    return [context, handler](const RouteRequest& request) { return handler(context, request); };
  };
  return {{"POST", "/api/scanner/continuous/start", RunsOn::workers, bind(start)},
          {"POST", "/api/scanner/continuous/stop", RunsOn::workers, bind(stop)},
          {"GET", "/api/scanner/continuous/status", RunsOn::io_thread, bind(status)}};
}

}  // namespace cscan
