#include "server/api_error.hpp"

#include "wire/json_writer.hpp"

namespace cscan {
namespace {

using Details = std::vector<std::pair<std::string, std::string>>;

HttpResponse render(int status, std::string_view code, std::string_view message,
                    const Details& details) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("error").begin_object().field("code", code).field("message", message);
  json.key("details").begin_object();
  for (const auto& [name, value] : details)
    json.field(name, value);
  json.end_object().end_object().field("schema_version", api_schema_version).end_object();
  return json_response(status, std::move(body));
}

}  // namespace

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return 400;
    case ErrorCode::not_found: return 404;
    case ErrorCode::conflict: return 409;
    case ErrorCode::unsupported: return 422;
    case ErrorCode::unavailable: return 503;
    case ErrorCode::corrupt:
    case ErrorCode::io:
    case ErrorCode::internal: return 500;
  }
  return 500;
}

HttpResponse error_response(int status, const Error& error) {
  return render(status, to_string(error.code), error.message, error.context);
}

HttpResponse error_response(const Error& error) {
  return error_response(http_status(error.code), error);
}

HttpResponse error_response(int status, std::string_view code, std::string_view message) {
  return render(status, code, message, {});
}

HttpResponse json_response(int status, std::string body) {
  body += '\n';
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

}  // namespace cscan
