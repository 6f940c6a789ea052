#include "sim/exchange_server.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <deque>
#include <map>

namespace cscan {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using Request = http::request<http::string_body>;

constexpr std::chrono::milliseconds step_time{20};
/// A client that does not answer a close frame within that time is cut off.
constexpr std::chrono::seconds close_patience{2};
constexpr std::size_t request_bytes_max = 64 * 1024;
constexpr std::size_t message_bytes_max = 1024 * 1024;
/// A client that leaves that many frames unread is dropped.
constexpr std::size_t unread_frames_max = 50'000;

auto to_awaitable(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

http::response<http::string_body> to_response(const SimReply& reply, const Request& request) {
  http::response<http::string_body> response(
      http::int_to_status(static_cast<unsigned>(reply.status)), request.version());
  response.result(static_cast<unsigned>(reply.status));
  response.set(http::field::content_type, reply.content_type);
  for (const auto& [name, value] : reply.headers)
    response.set(name, value);
  response.body() = reply.body;
  response.keep_alive(request.keep_alive());
  response.prepare_payload();
  return response;
}

/// A text frame as a server sends it.
std::string raw_frame(const std::string& text) {
  std::string frame = "\x81";
  const std::size_t size = text.size();
  if (size < 126) {
    frame += static_cast<char>(size);
  } else if (size < 65'536) {
    frame += static_cast<char>(126);
    for (int shift = 8; shift >= 0; shift -= 8)
      frame += static_cast<char>(size >> shift & 0xff);
  } else {
    frame += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8)
      frame += static_cast<char>(size >> shift & 0xff);
  }
  return frame + text;
}

/// One stream's socket.
struct Stream {
  explicit Stream(beast::tcp_stream from) : socket(std::move(from)), wake(socket.get_executor()) {}

  void shut() {
    error_code ignored;
    beast::get_lowest_layer(socket).socket().close(ignored);
    wake.cancel();
    is_over = true;
  }

  websocket::stream<beast::tcp_stream> socket;
  asio::steady_timer wake;
  std::deque<SimFrame> waiting{};
  bool is_over = false;
};

}  // namespace

class ExchangeServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& io, std::unique_ptr<ExchangeSim> sim, std::function<SimTime()> clock)
      : acceptor_(io), timer_(io), sim_(std::move(sim)), clock_(std::move(clock)) {}

  Status listen(const ExchangeServerOptions& options) {
    error_code error;
    auto address = asio::ip::make_address(options.bind_address, error);
    if (error)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("'{}' is no IP address", options.bind_address));
    const tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error)
      acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
      acceptor_.bind(endpoint, error);
    if (!error)
      acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error)
      return fail(ErrorCode::io,
                  fmt::format("cannot listen on {} port {}: {}; choose another --port",
                              options.bind_address, options.port, error.message()));
    asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()), asio::detached);
    asio::co_spawn(acceptor_.get_executor(), step(shared_from_this()), asio::detached);
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void stop() {
    is_stopped_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    timer_.cancel();
    for (auto& [id, stream] : streams_)
      stream->shut();
    for (auto& [id, socket] : queries_)
      socket->socket().close(ignored);
  }

 private:
  // `self` keeps the server alive while its coroutines run.
  asio::awaitable<void> accept([[maybe_unused]] std::shared_ptr<Impl> self) {
    while (!is_stopped_) {
      error_code error;
      tcp::socket socket = co_await acceptor_.async_accept(to_awaitable(error));
      if (!error) {
        asio::co_spawn(acceptor_.get_executor(), serve(self, std::move(socket)), asio::detached);
      } else {  // out of descriptors, perhaps: others may end meanwhile
        asio::steady_timer pause(acceptor_.get_executor(), step_time);
        co_await pause.async_wait(to_awaitable(error));
      }
    }
  }

  asio::awaitable<void> step([[maybe_unused]] std::shared_ptr<Impl> self) {
    while (!is_stopped_) {
      error_code error;
      timer_.expires_after(step_time);
      co_await timer_.async_wait(to_awaitable(error));
      if (is_stopped_)
        break;
      sim_->step(clock_());
      deliver();
    }
  }

  asio::awaitable<void> serve(std::shared_ptr<Impl> self, tcp::socket socket) {
    error_code error;
    socket.set_option(tcp::no_delay(true), error);
    beast::tcp_stream stream(std::move(socket));
    const std::uint64_t id = ++last_id_;
    queries_[id] = &stream;
    beast::flat_buffer buffer;
    while (!is_stopped_) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(request_bytes_max);
      co_await http::async_read(stream, buffer, parser, to_awaitable(error));
      if (error)
        break;
      Request request = parser.release();
      SimRequest asked = parse_sim_target(request.method_string(), request.target());
      asked.host = request[http::field::host];
      asked.body = request.body();
      if (websocket::is_upgrade(request)) {
        queries_.erase(id);
        co_await run_stream(self, id, std::move(stream), std::move(request), std::move(asked));
        co_return;
      }
      const SimReply reply = sim_->answer(asked, clock_());
      deliver();
      if (reply.is_withheld)
        continue;  // and the client waits
      auto response = to_response(reply, request);
      co_await http::async_write(stream, response, to_awaitable(error));
      if (error || !response.keep_alive())
        break;
    }
    queries_.erase(id);
  }

  asio::awaitable<void> run_stream(std::shared_ptr<Impl> self, std::uint64_t id,
                                   beast::tcp_stream socket, Request request, SimRequest asked) {
    error_code error;
    auto stream = std::make_shared<Stream>(std::move(socket));
    streams_[id] = stream;
    const StreamVerdict verdict = sim_->open(id, asked, clock_());
    if (verdict.kind == StreamVerdict::Kind::stalled) {
      char unread[512];
      while (!error)  // until the client gives up
        co_await stream->socket.next_layer().async_read_some(asio::buffer(unread),
                                                             to_awaitable(error));
    } else if (verdict.kind == StreamVerdict::Kind::refused) {
      auto response = to_response(verdict.reply, request);
      co_await http::async_write(stream->socket.next_layer(), response, to_awaitable(error));
    } else {
      co_await talk(self, id, stream, request);
    }
    stream->shut();
    sim_->on_closed(id);
    streams_.erase(id);
  }

  asio::awaitable<void> talk(std::shared_ptr<Impl> self, std::uint64_t id,
                             std::shared_ptr<Stream> stream, const Request& request) {
    error_code error;
    auto& socket = stream->socket;
    socket.read_message_max(message_bytes_max);
    socket.control_callback([this, id](websocket::frame_type kind, beast::string_view payload) {
      if (kind == websocket::frame_type::pong)
        sim_->on_pong(id, clock_(), std::string_view(payload.data(), payload.size()));
      if (kind == websocket::frame_type::ping)
        sim_->on_ping(id, clock_());
    });
    co_await socket.async_accept(request, to_awaitable(error));
    if (error)
      co_return;
    socket.text(true);
    asio::co_spawn(acceptor_.get_executor(), write(self, stream), asio::detached);
    deliver();
    beast::flat_buffer buffer;
    while (!stream->is_over) {
      co_await socket.async_read(buffer, to_awaitable(error));
      if (error)
        break;
      sim_->on_text(id, {static_cast<const char*>(buffer.data().data()), buffer.size()}, clock_());
      buffer.consume(buffer.size());
      deliver();
    }
  }

  asio::awaitable<void> write([[maybe_unused]] std::shared_ptr<Impl> self,
                              std::shared_ptr<Stream> stream) {
    error_code error;
    while (!stream->is_over) {
      if (stream->waiting.empty()) {
        stream->wake.expires_at(asio::steady_timer::time_point::max());
        co_await stream->wake.async_wait(to_awaitable(error));
        continue;
      }
      const SimFrame frame = std::move(stream->waiting.front());
      stream->waiting.pop_front();
      error = {};
      if (frame.kind == SimFrame::Kind::text)
        co_await stream->socket.async_write(asio::buffer(frame.text), to_awaitable(error));
      if (frame.kind == SimFrame::Kind::ping) {
        const websocket::ping_data payload(frame.text);
        co_await stream->socket.async_ping(payload, to_awaitable(error));
      }
      if (frame.kind == SimFrame::Kind::close) {
        const websocket::close_reason reason(websocket::close_code::normal, "Bye");
        asio::steady_timer patience(acceptor_.get_executor(), close_patience);
        patience.async_wait([stream](error_code ended) {
          if (!ended)
            stream->shut();
        });
        co_await stream->socket.async_close(reason, to_awaitable(error));
        stream->shut();
      }
      if (frame.kind == SimFrame::Kind::cut) {
        const std::string raw = raw_frame(frame.text);
        const auto part = asio::buffer(raw, std::min(raw.size(), frame.bytes));
        co_await asio::async_write(stream->socket.next_layer(), part, to_awaitable(error));
        stream->shut();
      }
      if (error)
        stream->shut();
    }
  }

  /// Hands the simulator's frames to their streams' writers.
  void deliver() {
    for (SimFrame& frame : sim_->take_frames()) {
      auto found = streams_.find(frame.stream);
      if (found == streams_.end())
        continue;
      Stream& stream = *found->second;
      stream.waiting.push_back(std::move(frame));
      if (stream.waiting.size() > unread_frames_max)
        stream.shut();
      else
        stream.wake.cancel();
    }
  }

  tcp::acceptor acceptor_;
  asio::steady_timer timer_;
  std::unique_ptr<ExchangeSim> sim_;
  std::function<SimTime()> clock_;
  std::map<std::uint64_t, std::shared_ptr<Stream>> streams_;
  std::map<std::uint64_t, beast::tcp_stream*> queries_;
  std::uint64_t last_id_ = 0;
  bool is_stopped_ = false;
};

Result<std::unique_ptr<ExchangeServer>> ExchangeServer::listen(
    asio::io_context& io, std::unique_ptr<ExchangeSim> sim, std::function<SimTime()> clock,
    const ExchangeServerOptions& options) {
  auto impl = std::make_shared<Impl>(io, std::move(sim), std::move(clock));
  if (auto listening = impl->listen(options); !listening)
    return fail(listening.error());
  return std::unique_ptr<ExchangeServer>(new ExchangeServer(std::move(impl)));
}

ExchangeServer::ExchangeServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
ExchangeServer::~ExchangeServer() { impl_->stop(); }
std::uint16_t ExchangeServer::port() const { return impl_->port(); }
void ExchangeServer::stop() { impl_->stop(); }

}  // namespace cscan
