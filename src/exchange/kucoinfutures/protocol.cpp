#include "exchange/kucoinfutures/protocol.hpp"

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/decimal.hpp"
#include "exchange/kucoinfutures/endpoints.hpp"
#include "exchange/kucoinfutures/listing.hpp"
#include "exchange/kucoinfutures/rest_parse.hpp"
#include "exchange/kucoinfutures/stream_parse.hpp"
#include "exchange/request_url.hpp"

namespace cscan::kucoinfutures {
namespace {

/// Listings are some megabytes.
constexpr std::size_t response_bytes_max = 32 * 1024 * 1024;

RestRequest query(RestMethod method, const ExchangeHosts& hosts, const Endpoint& endpoint) {
  return {method, hosts.rest + std::string(endpoint.path), endpoint.weight};
}

/// "wss://ws-api-futures.kucoin.com/…" and nothing that only looks like it.
bool is_their_server(std::string_view endpoint) {
  constexpr std::string_view scheme = "wss://";
  if (!endpoint.starts_with(scheme))
    return false;
  std::string_view host = endpoint.substr(scheme.size());
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.contains('@'))
    return false;
  return host.substr(0, host.find(':')).ends_with(stream_domain);
}

class KucoinProtocol final : public Protocol {
 public:
  const ExchangeTable& table() const override { return kucoinfutures::table; }

  RestRequest time_request(const ExchangeHosts& hosts) const override {
    return query(RestMethod::get, hosts, table().time);
  }
  RestRequest listing_request(const ExchangeHosts& hosts) const override {
    return query(RestMethod::get, hosts, table().listing);
  }
  RestRequest candle_request(const ExchangeHosts& hosts, std::string_view market,
                             Timeframe timeframe, Timestamp from,
                             std::uint32_t rows) const override {
    const IntervalName* interval = table().find_interval(timeframe);
    CHECK(interval != nullptr, "{} has no {} candles", table().id, to_string(timeframe));
    // Whether the end belongs to the range is told both ways: this one means the same in both.
    Timestamp last = from + length(timeframe) * std::int64_t{rows} - milliseconds(1);
    return {
        RestMethod::get,
        fmt::format("{}{}?symbol={}&granularity={}&from={}&to={}", hosts.rest, table().candles.path,
                    percent_encode(market), interval->rest, from.ms, last.ms),
        table().page_weight(rows)};
  }
  std::optional<CandleQuestion> parse_candle_request(std::string_view url) const override {
    if (!is_query_of(table().candles, url))
      return std::nullopt;
    auto market = query_value(url, "symbol");
    auto timeframe = table().find_rest_interval(query_value(url, "granularity").value_or(""));
    auto from = query_number(url, "from"), last = query_number(url, "to");
    if (!market || !timeframe || !from || !last || *last < *from)
      return std::nullopt;
    std::int64_t rows = Duration{*last - *from} / length(*timeframe) + 1;
    if (rows > table().candle_pages.back().rows_max)
      return std::nullopt;
    return CandleQuestion{*market, *timeframe, {*from}, static_cast<std::uint32_t>(rows)};
  }
  std::optional<RestRequest> token_request(const ExchangeHosts& hosts) const override {
    return query(RestMethod::post, hosts, table().token);
  }

  ResponseVerdict judge(const RestResponse& response, Timestamp) override {
    return judge_response(reader_, response);
  }
  std::optional<std::uint32_t> used_weight(const RestResponse& response) const override {
    auto limit = parse_integer(find_header(response, "gw-ratelimit-limit"));
    auto left = parse_integer(find_header(response, "gw-ratelimit-remaining"));
    if (!limit || !left || *left < 0 || *limit < *left || *limit > 1'000'000)
      return std::nullopt;
    return static_cast<std::uint32_t>(*limit - *left);
  }
  Result<Timestamp> parse_time(std::string_view body, Timestamp received) override {
    return kucoinfutures::parse_time(reader_, body, received);
  }
  Result<MarketListing> parse_listing(std::string_view body) override {
    return kucoinfutures::parse_listing(reader_, body);
  }
  Result<CandlePage> parse_candles(std::string_view body, Timeframe timeframe,
                                   Timestamp received) override {
    return kucoinfutures::parse_candles(reader_, body, timeframe, received);
  }
  Result<StreamAccess> parse_token(std::string_view body, const ExchangeHosts& hosts,
                                   Timestamp) override {
    auto token = kucoinfutures::parse_token(reader_, body);
    if (!token)
      return fail(std::move(token.error()));
    if (!hosts.is_local && !is_their_server(token->endpoint))
      return fail(ErrorCode::corrupt, fmt::format("'{}' is no stream server of {}",
                                                  printable(token->endpoint, 80), table().id));
    std::string server =
        hosts.is_local ? hosts.stream + std::string(path_of(token->endpoint)) : token->endpoint;
    return StreamAccess{
        fmt::format("{}?token={}&connectId=cscan", server, percent_encode(token->token)),
        token->ping_every};
  }

  StreamAccess stream_access(const ExchangeHosts& hosts) const override {
    return {hosts.stream, {}};
  }
  bool greets() const override { return true; }
  std::string candle_topic(std::string_view market, Timeframe timeframe) const override {
    return fmt::format("/contractMarket/limitCandle:{}_{}", market,
                       table().find_interval(timeframe)->stream);
  }
  std::string prices_topic() const override { return {}; }
  std::string canary_topic(std::string_view market) const override {
    return fmt::format("/contract/instrument:{}", market);
  }
  std::string subscribe_text(std::span<const std::string> topics, std::int64_t id) const override {
    return control_text("subscribe", topics, id);
  }
  std::string unsubscribe_text(std::span<const std::string> topics,
                               std::int64_t id) const override {
    return control_text("unsubscribe", topics, id);
  }
  std::string ping_text(std::int64_t id) const override {
    return fmt::format(R"({{"id":"{}","type":"ping"}})", id);
  }
  void decode_frame(std::string_view frame, Timestamp received, DecodedFrame& out) override {
    kucoinfutures::decode_frame(reader_, frame, received, out);
  }

 private:
  /// Topics of one kind share a message: "/contractMarket/limitCandle:A_1min,B_1min".
  static std::string control_text(std::string_view type, std::span<const std::string> topics,
                                  std::int64_t id) {
    std::string joined;
    for (const std::string& topic : topics) {
      std::size_t colon = topic.find(':');
      if (joined.empty()) {
        joined = topic;
        continue;
      }
      CHECK(topic.substr(0, colon + 1) == joined.substr(0, colon + 1), "{} beside {}", topic,
            joined);
      joined += ',' + topic.substr(colon + 1);
    }
    std::string text = fmt::format(R"({{"id":"{}","type":"{}","topic":)", id, type);
    append_json_text(text, joined);
    return text + R"(,"privateChannel":false,"response":true})";
  }

  JsonReader reader_{response_bytes_max};
};

}  // namespace

std::unique_ptr<Protocol> make_protocol() { return std::make_unique<KucoinProtocol>(); }

}  // namespace cscan::kucoinfutures
