#pragma once
// One WebSocket connection from its handshake to its end.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace cscan {

struct WebSocketOptions {
  Duration handshake_timeout = seconds(10);  ///< each: connection, TLS, upgrade
  std::size_t message_bytes_max = 4 * 1024 * 1024;
  std::size_t waiting_messages_max = 256;  ///< to be sent; more means that the peer does not read
  std::string user_agent = "cscan";
};

/// What becomes of a connection. Called on the executor, one at a time, never from inside a call of
/// the client's own functions, and never after close().
struct WebSocketHandlers {
  std::function<void()> on_open;
  /// Text and binary messages, whole; the view is valid during the call.
  std::function<void(std::string_view)> on_message;
  /// The last call. `refusal`: the HTTP status when the peer would not upgrade, else 0.
  std::function<void(int refusal, std::string reason)> on_closed;
};

/// Everything runs on `executor`, which has one thread, outlives it, and calls it. Pings are
/// answered; whether silence means death is for the owner to say.
class WebSocketClient {
 public:
  /// Begins to connect to a ws:// or wss:// address. `tls` (make_tls_context) is needed for the
  /// latter.
  [[nodiscard]] static std::shared_ptr<WebSocketClient> open(
      boost::asio::any_io_executor executor, std::shared_ptr<boost::asio::ssl::context> tls,
      std::string url, WebSocketOptions options, WebSocketHandlers handlers);
  virtual ~WebSocketClient() = default;

  /// Queues a text message; ignored before on_open and after the end.
  virtual void send(std::string text) = 0;
  /// Ends the connection at once. No handler is called any more.
  virtual void close() = 0;
};

}  // namespace cscan
