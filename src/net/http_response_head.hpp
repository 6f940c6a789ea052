#pragma once
// The text of a response before its body: status line, headers, empty line.

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "net/http_message.hpp"

namespace cscan {

/// How the receiver learns where the body ends.
enum class BodyEnd {
  none,     ///< the status allows no body (204, 304)
  length,   ///< Content-Length
  chunked,  ///< Transfer-Encoding: chunked
  close,    ///< the connection ends with the body (streams to HTTP/1.0 clients)
};

/// What the server decides about one response.
struct ResponseFraming {
  BodyEnd end = BodyEnd::length;
  std::size_t length = 0;  ///< used with BodyEnd::length
  HttpVersion version = HttpVersion::http_1_1;
  bool keep_alive = true;
};

/// The head of `response`. internal if a header of it cannot be sent as it is (a name that is no
/// token, a value with CR, LF or NUL: it would forge further headers).
[[nodiscard]] Result<std::string> response_head(const HttpResponse& response,
                                                const ResponseFraming& framing);

}  // namespace cscan
