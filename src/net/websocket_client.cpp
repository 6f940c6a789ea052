#include "net/websocket_client.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <optional>

#include "net/client_stream.hpp"

namespace cscan {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

/// A client over one kind of stream.
template <class Stream>
class Client final : public WebSocketClient, public std::enable_shared_from_this<Client<Stream>> {
 public:
  Client(Url url, WebSocketOptions options, WebSocketHandlers handlers, Stream stream)
      : url_(std::move(url)),
        options_(std::move(options)),
        handlers_(std::move(handlers)),
        stream_(std::move(stream)) {}

  void begin() {
    asio::co_spawn(stream_.get_executor(), live(this->shared_from_this()), asio::detached);
  }

  void send(std::string text) override {
    if (!is_open_ || closed_)
      return;
    if (waiting_.size() >= options_.waiting_messages_max)
      return fail_with("the peer does not read what it is sent");
    waiting_.push_back(std::move(text));
    if (waiting_.size() == 1)
      asio::co_spawn(stream_.get_executor(), write_all(this->shared_from_this()), asio::detached);
  }

  void close() override {
    closed_ = true;
    handlers_ = {};
    error_code ignored;
    lowest().socket().close(ignored);
    lowest().cancel();
  }

 private:
  auto& lowest() { return beast::get_lowest_layer(stream_); }

  /// Ends reading, which then tells the reason.
  void fail_with(std::string why) {
    if (!failure_)
      failure_ = std::move(why);
    lowest().cancel();
    error_code ignored;
    lowest().socket().close(ignored);
  }

  void tell_closed(int refusal, std::string reason) {
    if (std::exchange(closed_, true))
      return;
    auto handlers = std::exchange(handlers_, {});
    if (handlers.on_closed)
      handlers.on_closed(refusal, std::move(reason));
  }

  static asio::awaitable<void> live(std::shared_ptr<Client> self) {
    Status connected =
        co_await connect_stream(self->lowest(), self->url_, self->options_.handshake_timeout);
    if constexpr (std::is_same_v<Stream, websocket::stream<TlsStream>>)
      if (connected && !self->closed_)
        connected = co_await shake_hands(self->stream_.next_layer(), self->url_,
                                         self->options_.handshake_timeout);
    if (self->closed_)
      co_return;
    if (!connected)
      co_return self->tell_closed(0, connected.error().message);
    const bool is_up = co_await self->upgrade();
    if (is_up)
      co_await self->read_all();
  }

  asio::awaitable<bool> upgrade() {
    websocket::permessage_deflate deflate;
    deflate.client_enable = true;
    stream_.set_option(deflate);
    stream_.read_message_max(options_.message_bytes_max);
    stream_.set_option(websocket::stream_base::decorator(
        [agent = options_.user_agent](websocket::request_type& request) {
          request.set(beast::http::field::user_agent, agent);
        }));
    websocket::response_type response;
    error_code error;
    lowest().expires_after(std::chrono::milliseconds(options_.handshake_timeout.ms));
    co_await stream_.async_handshake(response, url_.authority(), url_.target,
                                     asio::redirect_error(asio::use_awaitable, error));
    if (closed_)
      co_return false;
    if (error == websocket::error::upgrade_declined) {
      int status = static_cast<int>(response.result_int());
      tell_closed(status, fmt::format("{}: the upgrade was answered with {} {}", url_.authority(),
                                      status, std::string_view(response.body()).substr(0, 200)));
      co_return false;
    }
    if (error) {
      tell_closed(
          0, error == beast::error::timeout
                 ? fmt::format("{}: no upgrade within {} s", url_.authority(),
                               options_.handshake_timeout / seconds(1))
                 : fmt::format("{}: the upgrade failed: {}", url_.authority(), error.message()));
      co_return false;
    }
    lowest().expires_never();
    is_open_ = true;
    if (handlers_.on_open)
      handlers_.on_open();
    co_return !closed_;
  }

  asio::awaitable<void> read_all() {
    beast::flat_buffer buffer;
    while (!closed_) {
      error_code error;
      co_await stream_.async_read(buffer, asio::redirect_error(asio::use_awaitable, error));
      if (closed_)
        co_return;
      if (error)
        co_return tell_closed(0, reason_of(error));
      if (handlers_.on_message)
        handlers_.on_message({static_cast<const char*>(buffer.data().data()), buffer.size()});
      buffer.consume(buffer.size());
    }
  }

  std::string reason_of(const error_code& error) {
    if (failure_)
      return *failure_;
    if (error == websocket::error::closed) {
      const auto& reason = stream_.reason();
      return fmt::format("closed by the peer with code {} {}", static_cast<int>(reason.code),
                         std::string_view(reason.reason));
    }
    if (error == websocket::error::message_too_big)
      return fmt::format("a message of more than {} bytes", options_.message_bytes_max);
    return "the connection broke: " + error.message();
  }

  static asio::awaitable<void> write_all(std::shared_ptr<Client> self) {
    while (!self->closed_ && !self->waiting_.empty()) {
      error_code error;
      self->stream_.text(true);
      co_await self->stream_.async_write(asio::buffer(self->waiting_.front()),
                                         asio::redirect_error(asio::use_awaitable, error));
      if (error && !self->closed_)
        co_return self->fail_with("sending failed: " + error.message());
      self->waiting_.pop_front();
    }
  }

  Url url_;
  WebSocketOptions options_;
  WebSocketHandlers handlers_;
  Stream stream_;
  std::deque<std::string> waiting_;  ///< the first is being sent
  std::optional<std::string> failure_;
  bool is_open_ = false;
  bool closed_ = false;
};

template <class Stream>
std::shared_ptr<WebSocketClient> begin(Url url, WebSocketOptions options,
                                       WebSocketHandlers handlers, Stream stream) {
  auto client = std::make_shared<Client<Stream>>(std::move(url), std::move(options),
                                                 std::move(handlers), std::move(stream));
  client->begin();
  return client;
}

/// Stands for an address that nobody can connect to.
class Nowhere final : public WebSocketClient, public std::enable_shared_from_this<Nowhere> {
 public:
  explicit Nowhere(WebSocketHandlers handlers) : handlers_(std::move(handlers)) {}
  void begin(const asio::any_io_executor& executor, std::string why) {
    asio::post(executor, [self = shared_from_this(), why = std::move(why)] {
      auto handlers = std::exchange(self->handlers_, {});
      if (handlers.on_closed)
        handlers.on_closed(0, why);
    });
  }
  void send(std::string) override {}
  void close() override { handlers_ = {}; }

 private:
  WebSocketHandlers handlers_;
};

}  // namespace

std::shared_ptr<WebSocketClient> WebSocketClient::open(asio::any_io_executor executor,
                                                       std::shared_ptr<asio::ssl::context> tls,
                                                       std::string url, WebSocketOptions options,
                                                       WebSocketHandlers handlers) {
  auto parsed = parse_url(url);
  if (!parsed || (parsed->is_secure && !tls)) {
    auto nowhere = std::make_shared<Nowhere>(std::move(handlers));
    nowhere->begin(executor, parsed ? "no certificates are loaded" : parsed.error().message);
    return nowhere;
  }
  if (!parsed->is_secure)
    return begin(std::move(*parsed), std::move(options), std::move(handlers),
                 websocket::stream<PlainStream>(executor));
  return begin(std::move(*parsed), std::move(options), std::move(handlers),
               websocket::stream<TlsStream>(executor, *tls));
}

}  // namespace cscan
