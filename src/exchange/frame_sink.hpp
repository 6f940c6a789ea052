#pragma once
// Where everything goes that exchanges say, word for word, when a run records it. Whoever has the
// sockets tells a sink before a session hears of it; what becomes of it is the sink's affair.

#include <cstdint>
#include <string_view>

#include "base/time.hpp"

namespace cscan {

/// Calls may come from any thread; those of one exchange come in the order in which things
/// happened. None throws or fails: a sink that cannot go on says so by itself. Times are market
/// time, the same that parsers are given. Texts need not outlive the call.
class FrameSink {
 public:
  virtual ~FrameSink() = default;

  /// A text frame of a stream connection (StreamId of session_io.hpp).
  virtual void on_frame(std::string_view exchange, std::uint64_t stream, Timestamp received,
                        std::string_view text) = 0;
  /// A query was put. An answer proves what had closed by then, so a sink that is told knows more
  /// than one that only hears answers.
  virtual void on_request(std::string_view exchange, std::string_view url, Timestamp sent) {
    (void)exchange, (void)url, (void)sent;
  }
  /// What came back, as in RestResponse: status 0 means that nothing did.
  virtual void on_response(std::string_view exchange, std::string_view url, int status,
                           Timestamp received, std::string_view body) = 0;
  /// Time passes while nobody says anything: about once a second.
  virtual void on_time(Timestamp now) { (void)now; }
};

}  // namespace cscan
