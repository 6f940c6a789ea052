#include "net/http_client.hpp"

#include <fmt/format.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <list>
#include <optional>

#include "net/client_stream.hpp"
#include "net/gzip.hpp"

namespace cscan {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

/// One connection; either stream is there.
struct Connection {
  std::string peer;
  std::unique_ptr<PlainStream> plain;
  std::unique_ptr<TlsStream> secure;
  beast::flat_buffer buffer;
};
using ConnectionPtr = std::unique_ptr<Connection>;

struct Outcome {
  HttpReply reply;
  bool keeps = false;       ///< the connection may be used again
  bool was_closed = false;  ///< it ended before a byte of the answer
};

HttpReply no_answer(std::string why) { return {0, {}, std::move(why)}; }

http::request<http::empty_body> to_request(const HttpQuery& query, const Url& url,
                                           const HttpClientOptions& options) {
  http::request<http::empty_body> request{http::string_to_verb(query.method), url.target, 11};
  request.set(http::field::host, url.authority());
  request.set(http::field::user_agent, options.user_agent);
  request.set(http::field::accept_encoding, "gzip");
  for (const HttpHeader& header : query.headers)
    request.set(header.name, header.value);
  if (request.method() == http::verb::post)
    request.set(http::field::content_length, "0");
  return request;
}

HttpReply to_reply(http::response<http::string_body> response, std::size_t body_bytes_max) {
  HttpReply reply;
  reply.status = static_cast<int>(response.result_int());
  bool packed = false;
  for (const auto& field : response) {
    reply.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    packed = packed || (field.name() == http::field::content_encoding &&
                        equals_ignoring_case(std::string_view(field.value()), "gzip"));
  }
  reply.body = std::move(response.body());
  if (packed) {
    auto plain = gunzip(reply.body, body_bytes_max);
    if (!plain)
      return no_answer("the answer cannot be unpacked: " + plain.error().message);
    reply.body = std::move(*plain);
  }
  return reply;
}

template <class Stream>
asio::awaitable<Outcome> exchange(Stream& stream, beast::flat_buffer& buffer, const Url& url,
                                  const HttpQuery& query, const HttpClientOptions& options) {
  Outcome outcome;
  error_code error;
  auto request = to_request(query, url, options);
  auto& lowest = beast::get_lowest_layer(stream);
  lowest.expires_after(std::chrono::milliseconds(options.answer_timeout.ms));
  co_await http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, error));
  http::response_parser<http::string_body> parser;
  parser.body_limit(options.body_bytes_max);
  if (!error)
    co_await http::async_read(stream, buffer, parser,
                              asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    outcome.was_closed = !parser.got_some() && error != beast::error::timeout;
    std::string why =
        error == beast::error::timeout
            ? fmt::format("no answer within {} s", options.answer_timeout / seconds(1))
        : error == http::error::body_limit
            ? fmt::format("the answer is larger than {} bytes", options.body_bytes_max)
        : outcome.was_closed ? "the connection was closed without an answer"
                             : "the answer broke off: " + error.message();
    outcome.reply = no_answer(fmt::format("{}: {}", url.authority(), why));
    co_return outcome;
  }
  outcome.keeps = parser.get().keep_alive();
  outcome.reply = to_reply(parser.release(), options.body_bytes_max);
  co_return outcome;
}

}  // namespace

struct HttpClient::State {
  asio::any_io_executor executor;
  HttpClientOptions options;
  std::shared_ptr<asio::ssl::context> tls;
  std::list<ConnectionPtr> idle;  ///< newest last

  ConnectionPtr take_idle(const std::string& peer) {
    for (auto found = idle.rbegin(); found != idle.rend(); ++found)
      if ((*found)->peer == peer) {
        ConnectionPtr connection = std::move(*found);
        idle.erase(std::next(found).base());
        return connection;
      }
    return nullptr;
  }

  void keep(ConnectionPtr connection) {
    std::size_t kept = 0;
    for (const ConnectionPtr& other : idle)
      kept += other->peer == connection->peer;
    if (kept >= options.idle_per_host_max)
      return;
    idle.push_back(std::move(connection));
  }

  asio::awaitable<Result<ConnectionPtr>> connect(const std::string& peer, const Url& url) {
    auto connection = std::make_unique<Connection>();
    connection->peer = peer;
    Status connected;
    if (url.is_secure) {
      connection->secure = std::make_unique<TlsStream>(executor, *tls);
      connected = co_await connect_stream(beast::get_lowest_layer(*connection->secure), url,
                                          options.connect_timeout);
      if (connected)
        connected = co_await shake_hands(*connection->secure, url, options.connect_timeout);
    } else {
      connection->plain = std::make_unique<PlainStream>(executor);
      connected = co_await connect_stream(*connection->plain, url, options.connect_timeout);
    }
    if (!connected)
      co_return fail(std::move(connected.error()));
    co_return connection;
  }
};

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::make(asio::any_io_executor executor,
                                                     HttpClientOptions options) {
  auto tls = make_tls_context(options.ca_file);
  if (!tls)
    return fail(std::move(tls.error()));
  auto state = std::make_unique<State>();
  state->executor = std::move(executor);
  state->options = std::move(options);
  state->tls = std::move(*tls);
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(state)));
}

asio::awaitable<HttpReply> HttpClient::fetch(HttpQuery query) {
  auto url = parse_url(query.url);
  if (!url)
    co_return no_answer(url.error().message);
  std::string peer = fmt::format("{}{}:{}", url->is_secure ? "s" : "", url->host, url->port);
  for (;;) {
    ConnectionPtr connection = state_->take_idle(peer);
    const bool was_kept = connection != nullptr;
    if (!was_kept) {
      auto made = co_await state_->connect(peer, *url);
      if (!made)
        co_return no_answer(std::move(made.error().message));
      connection = std::move(*made);
    }
    Outcome outcome;
    if (connection->secure)
      outcome =
          co_await exchange(*connection->secure, connection->buffer, *url, query, state_->options);
    else
      outcome =
          co_await exchange(*connection->plain, connection->buffer, *url, query, state_->options);
    if (outcome.was_closed && was_kept)
      continue;  // the peer had closed it: nobody has seen the query
    if (outcome.keeps)
      state_->keep(std::move(connection));
    co_return std::move(outcome.reply);
  }
}

}  // namespace cscan
