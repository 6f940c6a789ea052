#pragma once
// One connection: reads a request, has it answered, writes the response, again until one side has
// had enough. The code is one straight line of coroutines; a deadline is set before every wait.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/http_error.hpp"
#include "net/http_message.hpp"
#include "net/http_request_reader.hpp"
#include "net/http_response_head.hpp"
#include "net/http_session_table.hpp"

namespace cscan {

/// The io thread only. Lives as long as run() does; the table refers to it meanwhile.
class HttpSession {
 public:
  HttpSession(asio::ip::tcp::socket socket, const asio::ip::address& peer, Admission admission,
              std::shared_ptr<HttpSessionTable> table);
  ~HttpSession();
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  /// Serves the connection to its end. Once.
  asio::awaitable<void> run();

  [[nodiscard]] const asio::ip::address& peer() const { return peer_; }
  [[nodiscard]] Admission admission() const { return admission_; }

  /// For the table: ends the wait under way if its deadline is at or before `tick`.
  void interrupt_if_due(Tick tick);
  /// For the table: ends the connection if no request is under way.
  void interrupt_if_idle();
  /// For the table: closes the socket.
  void abort();

 private:
  enum class Receipt { request, refusal, nothing };
  enum class Persistence { keep, close };

  // Each returns whether the connection can go on.
  asio::awaitable<bool> exchange();
  asio::awaitable<bool> receive_more();
  asio::awaitable<bool> send_refusal(const HttpError& error);
  asio::awaitable<bool> send_response(const HttpRequest& request, const HttpResponse& response,
                                      Persistence persistence);
  asio::awaitable<bool> send_stream(const HttpRequest& request, const HttpResponse& response,
                                    Persistence persistence);
  /// `flags` as for send(2).
  asio::awaitable<bool> flush(int flags = 0);
  asio::awaitable<bool> flush_pages(const PageFile& pages);

  asio::awaitable<Receipt> receive_request();
  asio::awaitable<HttpResponse> answer(const HttpRequest& request);
  asio::awaitable<Result<std::optional<std::string>>> next_piece(const BodyStream& stream);
  asio::awaitable<void> drain();

  std::size_t gather(const HttpBody& body);
  void reset_connection();
  void expire_after(Duration duration);
  void expire_never();

  asio::ip::tcp::socket socket_;
  const asio::ip::address peer_;
  const std::string peer_text_;
  const Admission admission_;
  const std::shared_ptr<HttpSessionTable> table_;
  HttpRequestReader reader_;
  HttpError refusal_;                         ///< set with Receipt::refusal
  std::vector<asio::const_buffer> outgoing_;  ///< what flush() sends; refers to bytes of others
  Tick deadline_ = std::numeric_limits<Tick>::max();
  bool is_expired_ = false;  ///< the last wait was ended by its deadline
  bool is_idle_ = true;      ///< no request is under way
};

}  // namespace cscan
