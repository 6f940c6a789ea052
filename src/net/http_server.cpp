#include "net/http_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "base/check.hpp"
#include "net/http_session.hpp"
#include "net/http_session_table.hpp"

namespace cscan {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr Duration accept_pause_min = milliseconds(50);
constexpr Duration accept_pause_max = seconds(1);

std::chrono::milliseconds to_chrono(Duration duration) {
  return std::chrono::milliseconds(duration.ms);
}

/// The failure to listen as a sentence that says what to do.
Error listen_error(const error_code& cause, const HttpServerOptions& options) {
  const std::string& address = options.bind_address;
  const std::uint16_t port = options.port;
  std::string message =
      fmt::format("cannot listen on {} port {}: {}", address, port, cause.message());
  if (cause == asio::error::address_in_use)
    message = fmt::format(
        "port {} is already in use on {}: stop the other program or choose --port", port, address);
  else if (cause == boost::system::errc::address_not_available)
    message =
        fmt::format("{} is not an address of this machine: choose another one to bind to", address);
  else if (cause == asio::error::access_denied)
    message = fmt::format("no permission to listen on port {}: choose a --port above 1023", port);
  return Error{ErrorCode::io, std::move(message), {}}
      .with("address", address)
      .with("port", fmt::to_string(port));
}

/// A coroutine's last word: exceptions that nobody foresaw are told, not lost.
auto report_to(std::shared_ptr<HttpSessionTable> table) {
  return [table = std::move(table)](const std::exception_ptr& failure) {
    if (!failure)
      return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& exception) {
      table->report(fmt::format("a connection failed: {}", exception.what()));
    } catch (...) {
      table->report("a connection failed");
    }
  };
}

/// IPv4 peers of an IPv6 socket count as the IPv4 address they are.
asio::ip::address to_peer(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address;
}

}  // namespace

/// The accepting side: acceptor and timers. The io thread only.
class HttpServer::Listener {
 public:
  Listener(asio::io_context& io, HttpServerOptions options, HttpHandler handler)
      : io_(io),
        acceptor_(io),
        accept_pause_(io),
        ticker_(io),
        table_(std::make_shared<HttpSessionTable>(std::move(options), std::move(handler))) {}

  void open(const tcp::endpoint& endpoint, error_code& error) {
    acceptor_.open(endpoint.protocol(), error);
    if (!error)
      acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
      acceptor_.bind(endpoint, error);
    if (!error)
      acceptor_.listen(asio::socket_base::max_listen_connections, error);
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  static void start(const std::shared_ptr<Listener>& self) {
    asio::co_spawn(self->io_, [self] { return self->accept(); }, report_to(self->table_));
    asio::co_spawn(self->io_, [self] { return self->tick(); }, report_to(self->table_));
  }

  void stop() {
    if (table_->is_stopping())
      return;
    error_code ignored;
    acceptor_.close(ignored);
    accept_pause_.cancel();
    table_->stop();
  }

  void abort() {
    stop();
    table_->abort_all();
    ticker_.cancel();
    is_aborted_ = true;
  }

 private:
  asio::awaitable<void> accept() {
    Duration pause = accept_pause_min;
    while (!table_->is_stopping()) {
      tcp::socket socket(io_);
      error_code error;
      co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (table_->is_stopping())
        co_return;
      if (!error) {
        pause = accept_pause_min;
        serve(std::move(socket));
      } else if (error != asio::error::connection_aborted) {
        // Out of descriptors or memory: connections that end make room, so wait for some.
        if (pause == accept_pause_min)
          table_->report(fmt::format("cannot accept connections: {}", error.message()));
        accept_pause_.expires_after(to_chrono(pause));
        pause = std::min(pause * 2, accept_pause_max);
        co_await accept_pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
      }
    }
  }

  void serve(tcp::socket socket) {
    error_code error;
    const tcp::endpoint endpoint = socket.remote_endpoint(error);
    const asio::ip::address peer = to_peer(endpoint.address());
    const Admission admission = table_->admit(peer);
    if (error || admission == Admission::drop)
      return;
    auto session = std::make_shared<HttpSession>(std::move(socket), peer, admission, table_);
    asio::co_spawn(io_, [session] { return session->run(); }, report_to(table_));
  }

  asio::awaitable<void> tick() {
    while (!is_aborted_ && !(table_->is_stopping() && table_->empty())) {
      error_code error;
      ticker_.expires_after(to_chrono(tick_length));
      co_await ticker_.async_wait(asio::redirect_error(asio::use_awaitable, error));
      table_->advance();
      if (table_->is_stop_overdue()) {
        table_->abort_all();
        co_return;
      }
    }
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  asio::steady_timer accept_pause_;
  asio::steady_timer ticker_;
  std::shared_ptr<HttpSessionTable> table_;
  bool is_aborted_ = false;
};

Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::io_context& io,
                                                       HttpServerOptions options,
                                                       HttpHandler handler) {
  CHECK(handler);
  error_code error;
  const asio::ip::address address = asio::ip::make_address(options.bind_address, error);
  if (error)
    return fail(Error{
        ErrorCode::invalid_argument,
        fmt::format("'{}' is not an IP address to bind to; 127.0.0.1 is, and so is ::1",
                    options.bind_address),
        {}}.with("address", options.bind_address));
  const HttpServerOptions asked = options;
  auto listener = std::make_shared<Listener>(io, std::move(options), std::move(handler));
  listener->open({address, asked.port}, error);
  if (error)
    return fail(listen_error(error, asked));
  Listener::start(listener);
  const std::uint16_t port = listener->port();
  return std::unique_ptr<HttpServer>(new HttpServer(io, std::move(listener), port));
}

HttpServer::HttpServer(asio::io_context& io, std::shared_ptr<Listener> listener, std::uint16_t port)
    : io_(io), listener_(std::move(listener)), port_(port) {}

HttpServer::~HttpServer() {
  asio::post(io_, [listener = listener_] { listener->abort(); });
}

void HttpServer::stop() {
  asio::post(io_, [listener = listener_] { listener->stop(); });
}

}  // namespace cscan
