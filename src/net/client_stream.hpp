#pragma once
// What the HTTP and the WebSocket client have in common: the way to a peer, with or without TLS.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/url.hpp"

namespace cscan {

using PlainStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

/// TLS as a client, peers verified against the system's certificates, or those of `ca_file`.
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(
    const std::string& ca_file);

/// Resolves and connects; both within `timeout`. unavailable with a sentence for people.
boost::asio::awaitable<Status> connect_stream(PlainStream& stream, const Url& url,
                                              Duration timeout);
/// The TLS handshake: the peer's certificate must name the host.
boost::asio::awaitable<Status> shake_hands(TlsStream& stream, const Url& url, Duration timeout);

}  // namespace cscan
