#pragma once
// What the connections of one server share: options, handler, and the table of who is connected.
// The table admits, counts, times out and stops them.
//
// Deadlines are counted in ticks of one server-wide timer instead of a timer per connection: to
// arm one is a store, which matters when a response takes thirty microseconds in all.

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "net/http_server.hpp"

namespace cscan {

class HttpSession;

/// A count of server ticks.
using Tick = std::int64_t;
inline constexpr Duration tick_length = milliseconds(100);

enum class Admission {
  serve,
  refuse,  ///< over a limit: answer 503
  drop,    ///< over a limit while many are being refused: close without a word
};

/// The io thread only. Sessions add and remove themselves.
class HttpSessionTable {
 public:
  HttpSessionTable(HttpServerOptions options, HttpHandler handler);

  [[nodiscard]] const HttpServerOptions& options() const { return options_; }
  [[nodiscard]] const HttpHandler& handler() const { return handler_; }
  /// Hands a sentence to on_error.
  void report(std::string what) const;

  [[nodiscard]] Admission admit(const asio::ip::address& peer) const;
  void add(HttpSession& session);
  void remove(HttpSession& session);
  [[nodiscard]] bool empty() const { return sessions_.empty(); }

  /// The first tick that is at least `duration` away.
  [[nodiscard]] Tick tick_after(Duration duration) const;
  /// One tick has passed: interrupts the sessions whose deadline has come.
  void advance();

  /// Once stopping, sessions close after the response they are at.
  [[nodiscard]] bool is_stopping() const { return is_stopping_; }
  void stop();
  /// Whether stop() was called stop_timeout ago.
  [[nodiscard]] bool is_stop_overdue() const { return is_stopping_ && tick_ >= stop_deadline_; }
  void abort_all();

 private:
  HttpServerOptions options_;
  HttpHandler handler_;
  std::vector<HttpSession*> sessions_;
  std::size_t refused_count_ = 0;  ///< of sessions_, those that only get a 503
  std::map<asio::ip::address, std::size_t> served_by_peer_;
  Tick tick_ = 0;
  bool is_stopping_ = false;
  Tick stop_deadline_ = 0;
};

}  // namespace cscan
