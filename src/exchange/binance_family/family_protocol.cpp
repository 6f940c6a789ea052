#include "exchange/binance_family/family_protocol.hpp"

#include <charconv>

#include "exchange/binance_family/event_parse.hpp"
#include "exchange/binance_family/requests.hpp"
#include "exchange/binance_family/rest_parse.hpp"
#include "exchange/binance_family/stream_parse.hpp"

namespace cscan::binance_family {
namespace {

/// Listings are some megabytes.
constexpr std::size_t response_bytes_max = 32 * 1024 * 1024;

RestRequest get(const ExchangeHosts& hosts, const Endpoint& endpoint) {
  return {RestMethod::get, hosts.rest + std::string(endpoint.path), endpoint.weight};
}

class FamilyProtocol final : public Protocol {
 public:
  FamilyProtocol(const ExchangeTable& table, ListingParser listing_parser)
      : table_(table), listing_parser_(listing_parser) {}

  const ExchangeTable& table() const override { return table_; }

  RestRequest time_request(const ExchangeHosts& hosts) const override {
    return get(hosts, table_.time);
  }
  RestRequest listing_request(const ExchangeHosts& hosts) const override {
    return get(hosts, table_.listing);
  }
  std::optional<RestRequest> turnover_request(const ExchangeHosts& hosts) const override {
    return get(hosts, table_.turnovers);
  }
  RestRequest candle_request(const ExchangeHosts& hosts, std::string_view market,
                             Timeframe timeframe, Timestamp from,
                             std::uint32_t rows) const override {
    return binance_family::candle_request(table_, hosts.rest, market, timeframe, from, rows);
  }
  std::optional<CandleQuestion> parse_candle_request(std::string_view url) const override {
    return binance_family::parse_candle_request(table_, url);
  }

  ResponseVerdict judge(const RestResponse& response, Timestamp received) override {
    return judge_response(reader_, response, received);
  }
  std::optional<std::uint32_t> used_weight(const RestResponse& response) const override {
    std::string_view text = find_header(response, table_.used_weight_header);
    std::uint32_t weight = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
      return std::nullopt;
    return weight;
  }
  Result<Timestamp> parse_time(std::string_view body, Timestamp received) override {
    return binance_family::parse_time(reader_, body, received);
  }
  Result<MarketListing> parse_listing(std::string_view body) override {
    return listing_parser_(reader_, body);
  }
  Result<std::vector<PriceMessage>> parse_turnovers(std::string_view body,
                                                    Timestamp received) override {
    return binance_family::parse_prices(reader_, body, received);
  }
  Result<CandlePage> parse_candles(std::string_view body, Timeframe timeframe,
                                   Timestamp received) override {
    return binance_family::parse_candles(reader_, body, timeframe, received);
  }

  StreamAccess stream_access(const ExchangeHosts& hosts) const override {
    return {hosts.stream + std::string(table_.stream_path), {}};
  }
  std::string candle_topic(std::string_view market, Timeframe timeframe) const override {
    return stream_name(market, "kline_" + std::string(table_.find_interval(timeframe)->stream));
  }
  std::string prices_topic() const override { return "!miniTicker@arr"; }
  std::string canary_topic(std::string_view market) const override {
    return stream_name(market, "miniTicker");
  }
  std::string subscribe_text(std::span<const std::string> topics, std::int64_t id) const override {
    return binance_family::subscribe_text(topics, id);
  }
  std::string unsubscribe_text(std::span<const std::string> topics,
                               std::int64_t id) const override {
    return binance_family::unsubscribe_text(topics, id);
  }
  void decode_frame(std::string_view frame, Timestamp received, DecodedFrame& out) override {
    binance_family::decode_frame(table_, reader_, frame, received, out);
  }

 private:
  const ExchangeTable& table_;
  ListingParser listing_parser_;
  JsonReader reader_{response_bytes_max};
};

}  // namespace

std::unique_ptr<Protocol> make_family_protocol(const ExchangeTable& table,
                                               ListingParser parse_listing) {
  return std::make_unique<FamilyProtocol>(table, parse_listing);
}

}  // namespace cscan::binance_family
