#pragma once
// HTTP/1.1 queries: GET and POST without a body, over connections that are kept and used again.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/http_message.hpp"

namespace cscan {

struct HttpClientOptions {
  Duration connect_timeout = seconds(10);  ///< connection and TLS handshake, each
  Duration answer_timeout = seconds(20);   ///< from sending to the answer's last byte
  std::size_t idle_per_host_max = 6;
  std::size_t body_bytes_max = 32 * 1024 * 1024;  ///< also after unpacking
  std::string ca_file{};                          ///< certificates to trust instead of the system's
  std::string user_agent = "cscan";
};

struct HttpQuery {
  std::string method = "GET";
  std::string url{};
  std::vector<HttpHeader> headers{};
};

/// `status` 0: no answer came, and `body` says why, in a sentence for people.
struct HttpReply {
  int status = 0;
  std::vector<HttpHeader> headers{};
  std::string body{};
};

/// Everything runs on `executor`, which has one thread, and is called from there. It outlives the
/// fetches it began; destroying it ends its idle connections.
class HttpClient {
 public:
  [[nodiscard]] static Result<std::unique_ptr<HttpClient>> make(
      boost::asio::any_io_executor executor, HttpClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Never throws. Follows no redirect. A kept connection that turns out to be closed
  /// is replaced by another.
  boost::asio::awaitable<HttpReply> fetch(HttpQuery query);

 private:
  struct State;
  explicit HttpClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cscan
