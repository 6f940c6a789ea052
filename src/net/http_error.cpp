#include "net/http_error.hpp"

#include <fmt/format.h>

namespace cscan {

HttpResponse to_response(const HttpError& error) {
  HttpResponse response;
  response.status = error.status;
  response.headers.push_back({"Content-Type", "application/json"});
  if (error.status == 503)
    response.headers.push_back({"Retry-After", "1"});
  response.body =
      fmt::format(R"({{"error":{{"code":"{}","message":"{}","details":{{}}}},"schema_version":1}})",
                  error.code, error.message);
  return response;
}

}  // namespace cscan
