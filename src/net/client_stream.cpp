#include "net/client_stream.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <chrono>
#include <vector>

namespace cscan {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// A peer that acknowledges nothing is given up after this, though no packet says that it is gone.
constexpr int unacknowledged_ms_max = 10'000;

std::unexpected<Error> unreachable(const Url& url, std::string_view doing, const error_code& error,
                                   Duration timeout) {
  bool late = error == boost::beast::error::timeout;
  return fail(ErrorCode::unavailable,
              late ? fmt::format("{}: timed out after {} s while {}", url.authority(),
                                 timeout / seconds(1), doing)
                   : fmt::format("{}: {} failed: {}", url.authority(), doing, error.message()));
}

}  // namespace

Result<std::shared_ptr<asio::ssl::context>> make_tls_context(const std::string& ca_file) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  error_code error;
  if (ca_file.empty())
    context->set_default_verify_paths(error);
  else
    context->load_verify_file(ca_file, error);
  if (error)
    return fail(ErrorCode::io,
                fmt::format("the certificates {} cannot be read: {}", ca_file, error.message()));
  context->set_verify_mode(asio::ssl::verify_peer);
  return context;
}

asio::awaitable<Status> connect_stream(PlainStream& stream, const Url& url, Duration timeout) {
  error_code error;
  std::vector<tcp::endpoint> endpoints;
  asio::ip::address address = asio::ip::make_address(url.host, error);
  if (!error) {
    endpoints.emplace_back(address, static_cast<std::uint16_t>(std::stoi(url.port)));
  } else {
    // The system's resolver has a deadline of its own, some ten seconds.
    tcp::resolver resolver(stream.get_executor());
    auto found = co_await resolver.async_resolve(url.host, url.port,
                                                 asio::redirect_error(asio::use_awaitable, error));
    if (error)
      co_return unreachable(url, "resolving the name", error, timeout);
    for (const auto& entry : found)
      endpoints.push_back(entry.endpoint());
  }
  stream.expires_after(std::chrono::milliseconds(timeout.ms));
  co_await stream.async_connect(endpoints, asio::redirect_error(asio::use_awaitable, error));
  if (error)
    co_return unreachable(url, "connecting", error, timeout);
  stream.socket().set_option(tcp::no_delay(true), error);
  stream.socket().set_option(asio::socket_base::keep_alive(true), error);
  int patience = unacknowledged_ms_max;
  ::setsockopt(stream.socket().native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience,
               sizeof patience);
  co_return Status{};
}

asio::awaitable<Status> shake_hands(TlsStream& stream, const Url& url, Duration timeout) {
  error_code error;
  SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str());
  stream.set_verify_callback(asio::ssl::host_name_verification(url.host), error);
  boost::beast::get_lowest_layer(stream).expires_after(std::chrono::milliseconds(timeout.ms));
  co_await stream.async_handshake(asio::ssl::stream_base::client,
                                  asio::redirect_error(asio::use_awaitable, error));
  if (error)
    co_return unreachable(url, "the TLS handshake", error, timeout);
  co_return Status{};
}

}  // namespace cscan
