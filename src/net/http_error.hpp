#pragma once
// The answers the HTTP server gives by itself, before or instead of a handler: refused requests,
// too many connections, a handler that threw.

#include <string_view>

#include "net/http_message.hpp"

namespace cscan {

/// A refusal. Both texts are literals of plain ASCII without quotes or backslashes, for they go
/// into JSON as they are.
struct HttpError {
  int status = 500;
  std::string_view code;
  std::string_view message;
};

/// The refusal in the project's error format:
/// {"error":{"code":"…","message":"…","details":{}},"schema_version":1}. A 503 has Retry-After.
[[nodiscard]] HttpResponse to_response(const HttpError& error);

}  // namespace cscan
