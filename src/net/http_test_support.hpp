#pragma once
// For the tests of this room: a server on a free loopback port with a thread of its own, and a
// client that speaks bytes, so that it can also speak nonsense.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "net/http_server.hpp"

namespace cscan::testing {

struct ClientResponse {
  int status = 0;  ///< 0: the connection ended before a whole response
  std::string head;
  std::string body;
  [[nodiscard]] bool has(std::string_view text) const { return head.contains(text); }
};

enum class ReplyTo { get, head };

/// A blocking client. Reading gives up after ten seconds, so that a hanging server fails a test
/// instead of stopping all of them.
class Client {
 public:
  Client() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  explicit Client(std::uint16_t port, const char* from = nullptr) : Client() {
    if (from) {
      const sockaddr_in local = address(from, 0);
      EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&local), sizeof local), 0);
    }
    EXPECT_TRUE(connect(port));
  }
  ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connect(std::uint16_t port) {
    const sockaddr_in peer = address("127.0.0.1", port);
    return ::connect(socket_, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == 0;
  }
  void close() {
    if (socket_ >= 0)
      ::close(std::exchange(socket_, -1));
  }
  /// Closes so that the server gets a reset.
  void reset() {
    const linger abrupt{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
    close();
  }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0)
        return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  bool get(std::string_view target) {
    return send("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n\r\n");
  }

  ClientResponse read(ReplyTo to = ReplyTo::get) {
    ClientResponse response;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!receive())
        return response;
    response.head = take(end + 4);
    const int status = std::atoi(response.head.c_str() + 9);
    const std::size_t length = response.head.find("Content-Length: ");
    bool is_whole = true;
    if (to == ReplyTo::get && length != std::string::npos)
      is_whole = read_exactly(std::strtoul(response.head.c_str() + length + 16, nullptr, 10),
                              response.body);
    else if (to == ReplyTo::get && response.has("Transfer-Encoding: chunked"))
      is_whole = read_chunks(response.body);
    if (is_whole)
      response.status = status;
    return response;
  }
  ClientResponse fetch(std::string_view target) {
    get(target);
    return read();
  }
  /// Everything until the server closes.
  std::string read_to_end() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }
  /// Whether the server has closed, with nothing more to read.
  bool is_at_end() { return received_.empty() && !receive(); }

 private:
  static sockaddr_in address(const char* ip, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    ::inet_pton(AF_INET, ip, &result.sin_addr);
    return result;
  }
  bool receive() {
    char bytes[16 * 1024];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    EXPECT_FALSE(count < 0 && errno == EAGAIN) << "the server said nothing for ten seconds";
    if (count > 0)
      received_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }
  std::string take(std::size_t count) {
    std::string front = received_.substr(0, count);
    received_.erase(0, count);
    return front;
  }
  bool read_exactly(std::size_t count, std::string& out) {
    while (received_.size() < count)
      if (!receive())
        return false;
    out += take(count);
    return true;
  }
  bool read_chunks(std::string& out) {
    for (;;) {
      std::size_t end = 0;
      while ((end = received_.find("\r\n")) == std::string::npos)
        if (!receive())
          return false;
      const std::size_t size = std::strtoul(take(end + 2).c_str(), nullptr, 16);
      std::string line_end;
      if (!read_exactly(size, out) || !read_exactly(2, line_end))
        return false;
      EXPECT_EQ(line_end, "\r\n");
      if (size == 0)
        return true;
    }
  }

  int socket_;
  std::string received_;
};

/// A running server. What the tests share: errors reported, orderly end.
class TestServer {
 public:
  explicit TestServer(HttpHandler handler, HttpServerOptions options = {}) {
    options.workers = workers_.get_executor();
    options.on_error = [this](std::string what) {
      const std::lock_guard lock(mutex_);
      errors_.push_back(std::move(what));
    };
    auto server = HttpServer::listen(io_, std::move(options), std::move(handler));
    EXPECT_TRUE(server.has_value());
    server_ = std::move(*server);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~TestServer() {
    server_->stop();
    join();
    workers_.join();
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  HttpServer& server() { return *server_; }
  asio::io_context& io() { return io_; }
  /// Waits until the io_context has nothing left to do.
  void join() {
    if (thread_.joinable())
      thread_.join();
  }
  std::vector<std::string> errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

 private:
  asio::io_context io_{1};
  asio::thread_pool workers_{2};
  std::mutex mutex_;
  std::vector<std::string> errors_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

/// Answers with a line of what the handler saw.
inline HttpHandler echo() {
  return [](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    HttpResponse response;
    response.body = request.method + " " + request.target + " " + request.body;
    co_return response;
  };
}

/// Answers with the body given.
inline HttpHandler always(HttpBody body) {
  return [body](const HttpRequest&) -> asio::awaitable<HttpResponse> {
    HttpResponse response;
    response.body = body;
    co_return response;
  };
}

}  // namespace cscan::testing
