#pragma once
// Every refusal of the API in one form: {"error": {"code", "message", "details"}} and a true
// status.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_message.hpp"

namespace cscan {

inline constexpr int api_schema_version = 1;

/// 400 invalid_argument, 404 not_found, 409 conflict, 422 unsupported, 503 unavailable, else 500.
[[nodiscard]] int http_status(ErrorCode code);

/// The error with the status of its code, or with another.
[[nodiscard]] HttpResponse error_response(const Error& error);
[[nodiscard]] HttpResponse error_response(int status, const Error& error);
/// The same with a code of HTTP's own ("method_not_allowed").
[[nodiscard]] HttpResponse error_response(int status, std::string_view code,
                                          std::string_view message);

/// A JSON body with its content type.
[[nodiscard]] HttpResponse json_response(int status, std::string body);

}  // namespace cscan
