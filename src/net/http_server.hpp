#pragma once
// An HTTP/1.1 server: listens, reads requests within limits, hands each to one handler, writes the
// response. It knows no routes and no JSON beyond its own refusals.
//
// Place: the server room builds the handler from its router and starts this on the io_context of
// main. Inside: one coroutine accepts, one coroutine serves each connection (http_session), one
// table counts and times them out (http_session_table).
//
// Thread: everything, the handler included, runs on the io_context, which one thread runs. Only
// listen() and stop() may be called from elsewhere, and only body streams run on the workers.
//
// Lifetime: the io_context outlives the server. The handler is kept until the last connection has
// ended or the io_context is destroyed, so what it captures lives that long. The worker pool is
// joined before the io_context is destroyed.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/http_message.hpp"

namespace boost::asio {
class io_context;
}

namespace cscan {

namespace asio = boost::asio;

/// Answers one request. The request lives until the awaitable has finished. Blocking here blocks
/// all connections; there is no deadline on a handler. What it throws becomes a 500 and goes to
/// on_error.
using HttpHandler = std::function<asio::awaitable<HttpResponse>(const HttpRequest&)>;

/// Every bound and what happens at it. Times are kept to a tenth of a second, never early.
struct HttpServerOptions {
  std::string bind_address = "127.0.0.1";  ///< an IP address, v4 or v6
  std::uint16_t port = 0;                  ///< 0: a free one, told by HttpServer::port()

  /// Start line and headers. More: 431, closed.
  std::uint32_t header_bytes_max = limits::http_header_bytes_max;
  /// Declared or chunked. More: 413 before more of it is read, closed.
  std::uint64_t body_bytes_max = limits::http_body_bytes_max;
  /// Open connections. More: 503 with Retry-After, closed; a flood of them is just closed.
  std::size_t connections_max = limits::http_connections_max;
  /// The same for one peer address.
  std::size_t connections_per_address_max = limits::http_connections_per_address_max;

  /// From the first byte of a request to the end of its header: 408, closed. Also from accepting
  /// a connection to its first byte: closed.
  Duration header_timeout = limits::http_header_timeout;
  /// For the whole body: 408, closed.
  Duration body_timeout = limits::http_body_timeout;
  /// For every 256 KiB of a response: closed.
  Duration write_timeout = limits::http_write_timeout;
  /// Between two requests: closed.
  Duration idle_timeout = limits::http_idle_timeout;
  /// What stop() gives requests under way: closed.
  Duration stop_timeout = seconds(5);

  /// Where body streams run. Required by the first response that has one.
  asio::any_io_executor workers = {};
  /// Told of what no client may be told: exceptions of handlers, failures of streams, trouble
  /// with accepting. Called on the io thread.
  std::function<void(std::string)> on_error = {};
};

class HttpServer {
 public:
  /// Binds and listens; connections are served as soon as `io` runs. invalid_argument if
  /// bind_address is no IP address; io if the port is taken, the address is not of this machine,
  /// or the port is not permitted.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> listen(asio::io_context& io,
                                                                  HttpServerOptions options,
                                                                  HttpHandler handler);
  /// Closes everything at once if the io_context runs; otherwise that is left to its destruction.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port bound. Any thread.
  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// Stops accepting and closes idle connections now, and the others when their request is
  /// answered, or after stop_timeout. Returns at once; io_context::run() returns when all is done
  /// (a handler that never ends keeps it running). Any thread, any number of times.
  void stop();

 private:
  class Listener;
  HttpServer(asio::io_context& io, std::shared_ptr<Listener> listener, std::uint16_t port);

  asio::io_context& io_;
  std::shared_ptr<Listener> listener_;
  std::uint16_t port_;
};

}  // namespace cscan
