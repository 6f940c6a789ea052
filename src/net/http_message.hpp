#pragma once
// An HTTP request and an HTTP response as plain values. They know nothing of sockets or parsers:
// the server room reads one, fills the other, and its tests need no network.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "net/page_file.hpp"

namespace cscan {

/// One header line. Names compare without regard to case.
struct HttpHeader {
  std::string name;
  std::string value;
};

enum class HttpVersion { http_1_0, http_1_1 };

/// A complete request, as received: nothing in it is decoded, and its header has passed the
/// server's checks (one Host at most, no ambiguous length, all sizes within the limits).
struct HttpRequest {
  /// As sent ("GET", "POST", or any token), except that HEAD is shown as GET with is_head set: a
  /// handler answers both alike and the server leaves the body out.
  std::string method;
  bool is_head = false;
  /// Path and query, still percent-encoded: take it apart with net/percent_encoding.hpp. It need
  /// not begin with '/': "*" and absolute forms arrive too.
  std::string target;
  HttpVersion version = HttpVersion::http_1_1;
  std::vector<HttpHeader> headers;
  std::string body;
  /// The peer's IP address without its port ("127.0.0.1", "::1").
  std::string remote_address;
  /// What the client asked for. The server may still close, for instance when it stops.
  bool keep_alive = true;

  /// The value of the first header of this name, in any case. Valid as long as the request.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  /// How many headers have this name.
  [[nodiscard]] std::size_t header_count(std::string_view name) const;
};

/// Bytes several responses may share. Sent without a copy. Never null inside a response.
using SharedBytes = std::shared_ptr<const std::string>;

/// Bytes many responses share, sent by the kernel from where they lie. Never null inside a
/// response.
using SharedPages = std::shared_ptr<const PageFile>;

/// Produces a body piece by piece: the next piece, nothing at the end, or an error. Called on the
/// worker executor of HttpServerOptions, one call at a time, so it may block. Every piece is sent
/// before the next is asked for, which keeps memory constant.
///
/// An error before the first piece becomes a 500; later it cuts the connection without the last
/// chunk, so that a client never takes a part for the whole.
using BodyStream = std::function<Result<std::optional<std::string>>()>;

/// A text of its own, a shared one, several shared ones in a row (written in one system call),
/// shared pages, or a producer (sent with chunked transfer encoding).
using HttpBody =
    std::variant<std::string, SharedBytes, std::vector<SharedBytes>, SharedPages, BodyStream>;

/// The answer. The server adds Content-Length, Transfer-Encoding and Connection itself and ignores
/// such headers here; 204 and 304 are sent without a body.
struct HttpResponse {
  int status = 200;
  std::vector<HttpHeader> headers;
  HttpBody body;
};

/// Equality of ASCII text without regard to case.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace cscan
