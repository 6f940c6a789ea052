#pragma once
// One exchange's session with its sockets: carries out what the session wants, tells it what came,
// and passes its events on.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exchange/exchange_session.hpp"
#include "exchange/frame_sink.hpp"
#include "net/http_client.hpp"
#include "net/websocket_client.hpp"
#include "runtime/clock.hpp"

namespace cscan {

/// Everything runs on the executor's one thread. `http`, `clock`, `sink` and whatever the functions
/// refer to outlive the link.
class ExchangeLink : public std::enable_shared_from_this<ExchangeLink> {
 public:
  struct Parts {
    boost::asio::any_io_executor executor{};
    HttpClient* http = nullptr;
    std::shared_ptr<boost::asio::ssl::context> tls{};
    const Clock* clock = nullptr;
    FrameSink* sink = nullptr;  ///< hears everything first; may be null
    /// Called in the order of events. Of the link's functions it may call clock_moved() alone.
    std::function<void(SessionEvent&)> on_event{};
  };

  ExchangeLink(std::unique_ptr<Protocol> protocol, SessionOptions options, Parts parts);

  void start(Timestamp quiet_until);
  [[nodiscard]] Result<WatchPlan> watch(const std::vector<std::string>& ids,
                                        std::vector<Timeframe> timeframes, std::size_t history);
  void request_history(std::size_t market, Timeframe timeframe, Timestamp from);
  void step();
  void clock_moved(Duration by);
  /// Ends every stream; no event comes any more.
  void close();

  [[nodiscard]] const MarketListing* listing() const { return session_.listing(); }
  [[nodiscard]] const ExchangeTable& table() const { return session_.table(); }
  [[nodiscard]] SessionHealth health() const { return session_.health(now()); }

 private:
  [[nodiscard]] SessionTime now() const {
    return {clock().now(), clock().real_now(), clock().ahead()};
  }
  [[nodiscard]] const Clock& clock() const { return *parts_.clock; }
  void carry_out();
  void open(const OpenStream& stream);
  void query(SendRequest request);

  Parts parts_;
  ExchangeSession session_;
  std::map<StreamId, std::shared_ptr<WebSocketClient>> streams_;
  bool is_closed_ = false;
};

}  // namespace cscan
