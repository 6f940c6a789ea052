#pragma once
// How a simulated exchange speaks: paths, payloads and limits, written anew from the exchange's
// documentation. Shares nothing with the adapters that read it, so that one mistake is not made on
// both sides.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/sim_venue.hpp"

namespace cscan {

/// Market time drives candles, real time drives limits and pings.
struct SimTime {
  Timestamp market;
  Timestamp real;
  Duration ahead{};  ///< of the market time that faults are planned by

  [[nodiscard]] Timestamp planned() const { return market - ahead; }
};

struct SimRequest {
  std::string method = "GET";
  std::string path{};  ///< without the query
  std::vector<std::pair<std::string, std::string>> query{};
  std::string host{};  ///< "127.0.0.1:9000", as the client called us
  std::string body{};

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
};
/// Of a request's target, percent-decoded.
[[nodiscard]] SimRequest parse_sim_target(std::string_view method, std::string_view target);

struct SimReply {
  int status = 200;
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string content_type = "application/json;charset=UTF-8";
  bool is_withheld = false;  ///< no answer is sent at all
};

enum class TopicKind : std::uint8_t {
  candle,
  mini_ticker,
  full_ticker,
  all_mini_tickers,
  book,
  trade,
  aggregate_trade,
  snapshot,
  mark_price,
};
struct Topic {
  TopicKind kind{};
  std::size_t market = 0;  ///< none for all_mini_tickers
  Timeframe timeframe{};
  std::string text{};  ///< as pushed messages name it
};

struct ClientMessage {
  enum class Kind : std::uint8_t { subscribe, unsubscribe, list, ping, invalid };
  Kind kind = Kind::invalid;
  std::string id = "null";  ///< as JSON
  std::vector<std::string> topics{};
  bool wants_reply = true;
  bool is_json = true;
};

/// What stands behind a stream's address.
struct StreamEndpoint {
  bool serves_market_data = true;
  bool wraps = false;  ///< {"stream":…,"data":…}
  std::vector<std::string> topics{};
  std::string greeting{};         ///< said first
  std::string refusal{};          ///< said instead of serving, then closed
  std::vector<TopicKind> mute{};  ///< acknowledged here and never served
};

/// A client asked too much, or was told so by a fault.
struct OverLimit {
  std::uint32_t used = 0;
  Duration wait{};    ///< until it may ask again
  Timestamp until{};  ///< the same as real time
  bool is_ban = false;
};

struct DialectLimits {
  std::uint32_t weight = 0;  ///< in any window
  Duration window{};
  bool calendar_window = false;  ///< begins at full minutes, else with its first request
  std::uint32_t messages = 0;    ///< from a client
  Duration messages_window{};
  bool counts_control_frames = false;  ///< pings and pongs among them
  std::size_t topics_per_stream = 0;
  std::size_t topics_per_message = 0;
  std::size_t message_bytes = 0;  ///< longer ones are ignored; 0: any
  Duration ping_every{};          ///< ours; 0: the client pings
  Duration pong_within{};
  Duration client_silence{};  ///< closed after that long without a message; 0: never
  Duration candle_every{};    ///< market time between two messages of a candle
  Duration ticker_every{};    ///< likewise of one market's ticker
  Duration close_delay_max{};
  bool flags_close = false;
  bool says_flat = false;   ///< candles without trades are sent
  bool lists_flat = false;  ///< and are rows of queries
};

/// Immutable but for the token count; one thread.
class ExchangeDialect {
 public:
  virtual ~ExchangeDialect() = default;
  [[nodiscard]] virtual std::string_view exchange() const = 0;
  [[nodiscard]] virtual const DialectLimits& limits() const = 0;
  /// Gives every market its id and its assets' names.
  virtual void name_markets(SimVenue& venue) const = 0;

  /// The weight of a query; nullopt: the path is not this exchange's.
  [[nodiscard]] virtual std::optional<std::uint32_t> weight_of(const SimRequest& request) const = 0;
  [[nodiscard]] virtual SimReply answer(SimVenue& venue, const SimRequest& request,
                                        Timestamp now) = 0;
  virtual void add_headers(SimReply& reply, const SimRequest& request, std::uint32_t used,
                           Duration until_reset) const = 0;
  [[nodiscard]] virtual SimReply over_limit(const OverLimit& over) const = 0;
  [[nodiscard]] virtual SimReply error_body() const = 0;
  /// Said to whoever is where the exchange does not serve.
  [[nodiscard]] virtual std::string blocked_body() const = 0;

  /// nullopt: the address is not this exchange's.
  [[nodiscard]] virtual std::optional<StreamEndpoint> endpoint(const SimRequest& request) const = 0;
  [[nodiscard]] virtual ClientMessage read_client(std::string_view text) const = 0;
  /// nullopt: malformed. An unknown market gives a topic without listeners: see `is_known`.
  [[nodiscard]] virtual std::optional<Topic> parse_topic(const SimVenue& venue,
                                                         std::string_view text) const = 0;
  /// Whether it has the form of a topic, be its market known or not.
  [[nodiscard]] virtual bool is_topic(std::string_view text) const = 0;

  [[nodiscard]] virtual std::string ack(const ClientMessage& message,
                                        const std::vector<std::string>& topics) const = 0;
  [[nodiscard]] virtual std::string refusal(const ClientMessage& message,
                                            std::string_view why) const = 0;
  [[nodiscard]] virtual std::string pong(const ClientMessage& message, Timestamp now) const = 0;
  /// Said before an announced end; empty: nothing.
  [[nodiscard]] virtual std::string goodbye(Timestamp now) const = 0;
  [[nodiscard]] virtual std::string silence_notice() const = 0;

  [[nodiscard]] virtual std::string candle(const SimVenue& venue, const Topic& topic,
                                           const Candle& candle, bool is_closed,
                                           Timestamp now) const = 0;
  [[nodiscard]] virtual std::string ticker(SimVenue& venue, const Topic& topic, double price,
                                           Timestamp now) const = 0;
  [[nodiscard]] virtual std::string trade(const SimVenue& venue, const Topic& topic,
                                          const SimTrade& trade, Timestamp now) const = 0;
  /// Entries of ticker() as one message.
  [[nodiscard]] virtual std::string all_tickers(const std::vector<std::string>& entries) const = 0;
};

[[nodiscard]] std::unique_ptr<ExchangeDialect> make_binance_dialect(bool futures);
[[nodiscard]] std::unique_ptr<ExchangeDialect> make_kucoin_dialect();

}  // namespace cscan
