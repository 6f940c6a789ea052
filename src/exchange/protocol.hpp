#pragma once
// How one exchange is spoken to: what to ask for, what the answers mean, what to say on a stream.
// Everything else about a session is the same for all exchanges (exchange_session.hpp). One
// implementation per exchange, in its corner; make_protocol() there.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exchange/candle_page.hpp"
#include "exchange/exchange_table.hpp"
#include "exchange/market_listing.hpp"
#include "exchange/rest_message.hpp"
#include "exchange/stream_message.hpp"

namespace cscan {

/// Where an exchange is reached: its own hosts, a mirror's, or those of a test.
struct ExchangeHosts {
  std::string rest{};    ///< "https://…", no slash at the end
  std::string stream{};  ///< "wss://…", likewise; unused where a token names the server
  bool is_local =
      false;  ///< named by the user: no stream goes anywhere else, whatever a token says
};

/// The table's own hosts.
[[nodiscard]] ExchangeHosts default_hosts(const ExchangeTable& table);
/// One address for queries and streams ("http://127.0.0.1:9000" → "ws://127.0.0.1:9000").
[[nodiscard]] Result<ExchangeHosts> local_hosts(std::string_view url);
/// What the user names instead of the exchange's own hosts: its mirror, whose streams have a host
/// of their own, or one address for everything.
[[nodiscard]] Result<ExchangeHosts> hosts_at(const ExchangeTable& table, std::string_view url);

/// The way to a stream connection.
struct StreamAccess {
  std::string url{};
  Duration ping_every{};  ///< we send ping_text() that often; 0: the exchange pings
};

/// What a query for candles asks.
struct CandleQuestion {
  std::string market{};  ///< the exchange's id
  Timeframe timeframe{};
  Timestamp from{};  ///< inclusive
  std::uint32_t rows = 0;

  bool operator==(const CandleQuestion&) const = default;
};

/// Single-threaded: it owns the reader its answers point into.
class Protocol {
 public:
  virtual ~Protocol() = default;
  [[nodiscard]] virtual const ExchangeTable& table() const = 0;

  // Queries.
  [[nodiscard]] virtual RestRequest time_request(const ExchangeHosts& hosts) const = 0;
  [[nodiscard]] virtual RestRequest listing_request(const ExchangeHosts& hosts) const = 0;
  /// 24 h turnovers of all markets; nullopt: the listing has them.
  [[nodiscard]] virtual std::optional<RestRequest> turnover_request(
      const ExchangeHosts& hosts) const {
    (void)hosts;
    return std::nullopt;
  }
  /// Up to `rows` candles from the one that opens at `from` (inclusive) on.
  [[nodiscard]] virtual RestRequest candle_request(const ExchangeHosts& hosts,
                                                   std::string_view market, Timeframe timeframe,
                                                   Timestamp from, std::uint32_t rows) const = 0;
  /// What a candle_request of any host asked, from its address; nullopt: it is none.
  [[nodiscard]] virtual std::optional<CandleQuestion> parse_candle_request(
      std::string_view url) const = 0;
  /// What has to be asked before a stream connection; nullopt: nothing.
  [[nodiscard]] virtual std::optional<RestRequest> token_request(const ExchangeHosts& hosts) const {
    (void)hosts;
    return std::nullopt;
  }

  // Answers.
  [[nodiscard]] virtual ResponseVerdict judge(const RestResponse& response, Timestamp received) = 0;
  /// Weight used in the current window, as the answer's headers say; nullopt when they do not.
  [[nodiscard]] virtual std::optional<std::uint32_t> used_weight(
      const RestResponse& response) const = 0;
  [[nodiscard]] virtual Result<Timestamp> parse_time(std::string_view body, Timestamp received) = 0;
  [[nodiscard]] virtual Result<MarketListing> parse_listing(std::string_view body) = 0;
  [[nodiscard]] virtual Result<std::vector<PriceMessage>> parse_turnovers(std::string_view body,
                                                                          Timestamp received) {
    (void)body, (void)received;
    return std::vector<PriceMessage>{};
  }
  [[nodiscard]] virtual Result<CandlePage> parse_candles(std::string_view body, Timeframe timeframe,
                                                         Timestamp received) = 0;
  [[nodiscard]] virtual Result<StreamAccess> parse_token(std::string_view body,
                                                         const ExchangeHosts& hosts,
                                                         Timestamp received) {
    (void)body, (void)received;
    return stream_access(hosts);
  }

  // Streams.
  /// The way without a token.
  [[nodiscard]] virtual StreamAccess stream_access(const ExchangeHosts& hosts) const = 0;
  /// Whether the exchange says welcome before it listens.
  [[nodiscard]] virtual bool greets() const { return false; }
  [[nodiscard]] virtual std::string candle_topic(std::string_view market,
                                                 Timeframe timeframe) const = 0;
  /// Newest prices of all markets; empty where there is no such stream.
  [[nodiscard]] virtual std::string prices_topic() const = 0;
  /// A topic of `market` that says something every second or so while it trades: a connection on
  /// which it falls silent is dead.
  [[nodiscard]] virtual std::string canary_topic(std::string_view market) const = 0;
  [[nodiscard]] virtual std::string subscribe_text(std::span<const std::string> topics,
                                                   std::int64_t id) const = 0;
  [[nodiscard]] virtual std::string unsubscribe_text(std::span<const std::string> topics,
                                                     std::int64_t id) const = 0;
  [[nodiscard]] virtual std::string ping_text(std::int64_t id) const {
    (void)id;
    return {};
  }
  virtual void decode_frame(std::string_view frame, Timestamp received, DecodedFrame& out) = 0;
};

}  // namespace cscan
