#include "net/http_session.hpp"

#include <fmt/format.h>
#include <sys/sendfile.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <span>
#include <utility>

#include "base/check.hpp"

namespace cscan {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
using Piece = Result<std::optional<std::string>>;

/// The write deadline is for this much; slower readers are cut off.
constexpr std::size_t bytes_per_write_timeout = 256 * 1024;
/// How much of a refused request is still read, and for how long, so that the refusal arrives:
/// closing with unread bytes makes the kernel reset the connection and discard what it sent.
constexpr std::size_t drain_bytes_max = 1024 * 1024;
constexpr Duration drain_timeout = seconds(1);

constexpr HttpError too_many_connections = {
    503, "too_many_connections", "this server has as many connections as it accepts; try again"};
constexpr HttpError request_too_slow = {408, "request_timeout",
                                        "the request did not arrive in time"};
constexpr HttpError internal_error = {500, "internal", "the server failed to answer this request"};

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

BodyEnd body_end(const HttpRequest& request, const HttpResponse& response) {
  if (has_no_body(response.status))
    return BodyEnd::none;
  if (!std::holds_alternative<BodyStream>(response.body))
    return BodyEnd::length;
  return request.version == HttpVersion::http_1_1 ? BodyEnd::chunked : BodyEnd::close;
}

/// Runs on a worker: whatever a producer throws stays there.
Piece pull(const BodyStream& stream) {
  try {
    return stream();
  } catch (const std::exception& exception) {
    return fail(ErrorCode::internal, exception.what());
  } catch (...) {
    return fail(ErrorCode::internal, "an unknown exception");
  }
}

/// Removes `count` sent bytes from the front, and empty buffers with them.
void remove_front(std::span<asio::const_buffer>& buffers, std::size_t count) {
  while (!buffers.empty() && count >= buffers.front().size()) {
    count -= buffers.front().size();
    buffers = buffers.subspan(1);
  }
  if (count > 0)
    buffers.front() += count;
}

}  // namespace

HttpSession::HttpSession(tcp::socket socket, const asio::ip::address& peer, Admission admission,
                         std::shared_ptr<HttpSessionTable> table)
    : socket_(std::move(socket)),
      peer_(peer),
      peer_text_(peer.to_string()),
      admission_(admission),
      table_(std::move(table)),
      reader_(table_->options().header_bytes_max, table_->options().body_bytes_max) {
  table_->add(*this);
}

HttpSession::~HttpSession() { table_->remove(*this); }

asio::awaitable<void> HttpSession::run() {
  error_code ignored;  // a peer that is gone already shows in the first read
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  if (admission_ == Admission::refuse) {
    co_await send_refusal(too_many_connections);
    co_return;
  }
  expire_after(table_->options().header_timeout);
  for (bool is_good = true; is_good;)
    is_good = co_await exchange();
}

asio::awaitable<bool> HttpSession::exchange() {
  const Receipt receipt = co_await receive_request();
  if (receipt == Receipt::nothing)
    co_return false;
  if (receipt == Receipt::refusal)
    co_return co_await send_refusal(refusal_);

  HttpRequest request = reader_.take_request();
  request.remote_address = peer_text_;
  expire_never();
  const HttpResponse response = co_await answer(request);
  const bool keeps = request.keep_alive && !table_->is_stopping();
  const bool is_good =
      co_await send_response(request, response, keeps ? Persistence::keep : Persistence::close);
  if (!is_good)
    co_await drain();
  expire_after(table_->options().idle_timeout);
  co_return is_good;
}

// The deadline for the first byte has been set by the caller.
asio::awaitable<HttpSession::Receipt> HttpSession::receive_request() {
  is_idle_ = !reader_.has_bytes();
  if (is_idle_) {
    const bool has_begun = !table_->is_stopping() && co_await receive_more();
    is_idle_ = false;
    if (!has_begun)
      co_return Receipt::nothing;
  }
  expire_after(table_->options().header_timeout);
  for (;;) {
    const ReadStep step = reader_.step();
    if (step == ReadStep::request_done)
      co_return Receipt::request;
    if (step == ReadStep::refused) {
      refusal_ = reader_.refusal();
      co_return Receipt::refusal;
    }
    if (step == ReadStep::header_done) {
      if (reader_.expects_continue()) {
        outgoing_.assign({asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25)});
        if (!co_await flush())
          co_return Receipt::nothing;
      }
      expire_after(table_->options().body_timeout);
      continue;
    }
    if (!co_await receive_more()) {
      refusal_ = request_too_slow;
      co_return is_expired_ ? Receipt::refusal : Receipt::nothing;
    }
  }
}

asio::awaitable<bool> HttpSession::receive_more() {
  const std::span<char> space = reader_.space();
  error_code error;
  const std::size_t count = co_await socket_.async_read_some(
      asio::buffer(space.data(), space.size()), asio::redirect_error(asio::use_awaitable, error));
  reader_.received(count);
  co_return !error;
}

asio::awaitable<HttpResponse> HttpSession::answer(const HttpRequest& request) {
  std::string what = "an unknown exception";
  try {
    co_return co_await table_->handler()(request);
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
  }
  table_->report(
      fmt::format("the handler of {} {} threw: {}", request.method, request.target, what));
  co_return to_response(internal_error);
}

asio::awaitable<bool> HttpSession::send_refusal(const HttpError& error) {
  HttpRequest request;
  request.keep_alive = false;
  const HttpResponse response = to_response(error);
  const bool is_good = co_await send_response(request, response, Persistence::close);
  co_await drain();
  co_return is_good;
}

asio::awaitable<bool> HttpSession::send_response(const HttpRequest& request,
                                                 const HttpResponse& response,
                                                 Persistence persistence) {
  const BodyEnd end = body_end(request, response);
  if (!request.is_head && (end == BodyEnd::chunked || end == BodyEnd::close))
    co_return co_await send_stream(request, response, persistence);

  outgoing_.assign(1, {});
  const auto* pages = std::get_if<SharedPages>(&response.body);
  const std::size_t length = pages != nullptr ? (*pages)->size() : gather(response.body);
  const Result<std::string> head =
      response_head(response, {end, length, request.version, persistence == Persistence::keep});
  if (!head) {
    table_->report(fmt::format("{} {}: {}", request.method, request.target, head.error().message));
    const HttpResponse apology = to_response(internal_error);
    co_return co_await send_response(request, apology, persistence);
  }
  if (request.is_head || end == BodyEnd::none)
    outgoing_.resize(1);
  outgoing_[0] = asio::buffer(*head);
  const bool sends_pages = pages != nullptr && !request.is_head && end == BodyEnd::length;
  bool is_sent = co_await flush(sends_pages ? MSG_MORE : 0);
  if (is_sent && sends_pages)
    is_sent = co_await flush_pages(**pages);
  co_return is_sent&& persistence == Persistence::keep;
}

asio::awaitable<bool> HttpSession::send_stream(const HttpRequest& request,
                                               const HttpResponse& response,
                                               Persistence persistence) {
  const BodyStream& stream = std::get<BodyStream>(response.body);
  const BodyEnd end = body_end(request, response);
  if (end == BodyEnd::close)
    persistence = Persistence::close;
  // The first piece is fetched before the head is sent: if it fails, the status can still say so.
  Piece piece = co_await next_piece(stream);
  const Result<std::string> head =
      response_head(response, {end, 0, request.version, persistence == Persistence::keep});
  if (!piece || !head) {
    table_->report(fmt::format("{} {}: {}", request.method, request.target,
                               piece ? head.error().message : piece.error().message));
    const HttpResponse apology = to_response(internal_error);
    co_return co_await send_response(request, apology, persistence);
  }
  outgoing_.assign({asio::buffer(*head)});
  while (piece && *piece) {
    const std::string& bytes = **piece;
    const std::string size = fmt::format("{:x}\r\n", bytes.size());
    if (!bytes.empty() && end == BodyEnd::chunked)
      outgoing_.insert(outgoing_.end(),
                       {asio::buffer(size), asio::buffer(bytes), asio::buffer("\r\n", 2)});
    else
      outgoing_.push_back(asio::buffer(bytes));
    if (!co_await flush())
      co_return false;
    piece = co_await next_piece(stream);
  }
  if (!piece) {
    table_->report(fmt::format("{} {} was cut off: {}", request.method, request.target,
                               piece.error().message));
    reset_connection();
    co_return false;
  }
  if (end == BodyEnd::chunked)
    outgoing_.push_back(asio::buffer("0\r\n\r\n", 5));
  const bool is_sent = co_await flush();
  co_return is_sent&& persistence == Persistence::keep;
}

asio::awaitable<Piece> HttpSession::next_piece(const BodyStream& stream) {
  CHECK(table_->options().workers, "a response has a body stream, but the server no workers");
  expire_never();
  auto pull_piece = [&stream]() -> asio::awaitable<Piece> { co_return pull(stream); };
  co_return co_await asio::co_spawn(table_->options().workers, pull_piece, asio::use_awaitable);
}

/// Fills outgoing_ from its second place on; the first is for the head. The length of the body.
std::size_t HttpSession::gather(const HttpBody& body) {
  if (const auto* text = std::get_if<std::string>(&body))
    outgoing_.push_back(asio::buffer(*text));
  else if (const auto* shared = std::get_if<SharedBytes>(&body))
    outgoing_.push_back(asio::buffer(**shared));
  else if (const auto* fragments = std::get_if<std::vector<SharedBytes>>(&body))
    for (const SharedBytes& fragment : *fragments)
      outgoing_.push_back(asio::buffer(*fragment));
  return asio::buffer_size(outgoing_);
}

// Tries before it waits: most responses fit into the socket's buffer, and then there is neither a
// suspension nor a turn of the reactor between two requests.
asio::awaitable<bool> HttpSession::flush(int flags) {
  std::span<asio::const_buffer> left(outgoing_);
  std::size_t sent = 0;
  expire_after(table_->options().write_timeout);
  error_code error;
  for (remove_front(left, 0); !left.empty() && !error;) {
    const std::size_t count = socket_.send(left, flags, error);
    if (error == asio::error::would_block || error == asio::error::try_again)
      co_await socket_.async_wait(tcp::socket::wait_write,
                                  asio::redirect_error(asio::use_awaitable, error));
    remove_front(left, count);
    sent += count;
    if (sent >= bytes_per_write_timeout) {
      sent = 0;
      expire_after(table_->options().write_timeout);
    }
  }
  outgoing_.clear();
  co_return !error;
}

asio::awaitable<bool> HttpSession::flush_pages(const PageFile& pages) {
  expire_after(table_->options().write_timeout);
  error_code error;
  off_t offset = 0;
  std::size_t left = pages.size();
  for (std::size_t sent = 0; left > 0 && !error;) {
    const ssize_t count = ::sendfile(socket_.native_handle(), pages.descriptor(), &offset, left);
    if (count > 0) {
      left -= static_cast<std::size_t>(count);
      sent += static_cast<std::size_t>(count);
    } else if (count < 0 && errno == EAGAIN) {
      co_await socket_.async_wait(tcp::socket::wait_write,
                                  asio::redirect_error(asio::use_awaitable, error));
    } else if (count == 0 || errno != EINTR) {
      error = asio::error::broken_pipe;
    }
    if (sent >= bytes_per_write_timeout) {
      sent = 0;
      expire_after(table_->options().write_timeout);
    }
  }
  co_return !error;
}

asio::awaitable<void> HttpSession::drain() {
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  is_idle_ = true;  // nothing is owed to the peer any more
  expire_after(drain_timeout);
  for (std::size_t count = 0; !error && !is_expired_ && count < drain_bytes_max;) {
    reader_.discard();
    const std::span<char> space = reader_.space();
    count += co_await socket_.async_read_some(asio::buffer(space.data(), space.size()),
                                              asio::redirect_error(asio::use_awaitable, error));
  }
}

/// Closes so that the peer sees an error: an HTTP/1.0 client would take an orderly close for the
/// end of the body.
void HttpSession::reset_connection() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

void HttpSession::expire_after(Duration duration) {
  deadline_ = table_->tick_after(duration);
  is_expired_ = false;
}

void HttpSession::expire_never() {
  deadline_ = std::numeric_limits<Tick>::max();
  is_expired_ = false;
}

// The deadline stays: if the operation had completed just before, the next one is ended instead.
void HttpSession::interrupt_if_due(Tick tick) {
  if (tick < deadline_)
    return;
  is_expired_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void HttpSession::interrupt_if_idle() {
  error_code ignored;
  if (is_idle_)
    socket_.cancel(ignored);
}

void HttpSession::abort() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace cscan
