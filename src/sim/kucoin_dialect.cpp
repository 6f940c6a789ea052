// KuCoin Futures as the simulator speaks it: limits and streams; queries have a file of their own.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "sim/kucoin_sim.hpp"

namespace cscan {
namespace {

namespace json = boost::json;

using namespace kucoin_sim;

struct Prefix {
  std::string_view text;
  TopicKind kind{};
};
constexpr std::array prefixes = {
    Prefix{"/contractMarket/limitCandle:", TopicKind::candle},
    Prefix{"/contractMarket/execution:", TopicKind::trade},
    Prefix{"/contractMarket/tickerV2:", TopicKind::book},
    Prefix{"/contractMarket/ticker:", TopicKind::full_ticker},
    Prefix{"/contractMarket/snapshot:", TopicKind::snapshot},
    Prefix{"/contract/instrument:", TopicKind::mark_price},
};

struct PathRow {
  std::string_view path;
  std::uint32_t weight = 0;
};
constexpr std::array paths = {
    PathRow{"/api/v1/timestamp", 2},        PathRow{"/api/v1/status", 4},
    PathRow{"/api/v1/contracts/active", 3}, PathRow{"/api/v1/ticker", 2},
    PathRow{"/api/v1/allTickers", 5},       PathRow{"/api/v1/kline/query", 3},
    PathRow{"/api/v1/trade/history", 5},    PathRow{"/api/v1/level2/snapshot", 3},
    PathRow{"/api/v1/bullet-public", 10},   PathRow{"/api/v3/currencies", 3},
};

class KuCoinDialect final : public ExchangeDialect {
 public:
  KuCoinDialect() {
    limits_.weight = 2'000;
    limits_.window = seconds(30);
    limits_.messages = 100;
    limits_.messages_window = seconds(10);
    limits_.topics_per_stream = 400;
    limits_.topics_per_message = 100;
    limits_.client_silence = seconds(60);
    limits_.candle_every = seconds(1);
    limits_.ticker_every = seconds(1);
    limits_.close_delay_max = milliseconds(900);
  }

  [[nodiscard]] std::string_view exchange() const override { return "kucoinfutures"; }
  [[nodiscard]] const DialectLimits& limits() const override { return limits_; }

  void name_markets(SimVenue& venue) const override {
    for (SimMarket& market : venue.markets()) {
      // Their own words for what everybody else calls BTC and ALT.
      if (market.base == "BTC")
        market.base = "XBT";
      else if (market.base == "ALT")
        market.base = "KALT";
      market.id = market.base + market.quote + "M";
    }
    venue.index_ids();
  }

  [[nodiscard]] std::optional<std::uint32_t> weight_of(const SimRequest& request) const override {
    const auto* row = std::ranges::find(paths, request.path, &PathRow::path);
    return row == paths.end() ? std::nullopt : std::optional(row->weight);
  }

  void add_headers(SimReply& reply, const SimRequest& request, std::uint32_t used,
                   Duration until_reset) const override {
    if (request.path == "/api/v1/timestamp")
      return;
    reply.headers.emplace_back("gw-ratelimit-limit", fmt::to_string(limits_.weight));
    reply.headers.emplace_back("gw-ratelimit-remaining",
                               fmt::to_string(limits_.weight - std::min(limits_.weight, used)));
    reply.headers.emplace_back("gw-ratelimit-reset", fmt::to_string(until_reset.ms));
  }
  [[nodiscard]] SimReply over_limit(const OverLimit& over) const override {
    SimReply reply =
        refuse("429000", "Too many requests in a short period of time, please retry later", 429);
    add_headers(reply, {}, limits_.weight, over.wait);
    return reply;
  }
  [[nodiscard]] SimReply error_body() const override {
    return refuse("300000", "request.param.invalid");
  }

  [[nodiscard]] std::string blocked_body() const override {
    return refuse("400302", "Service is not available in your region").body;
  }

  [[nodiscard]] SimReply answer(SimVenue& venue, const SimRequest& request,
                                Timestamp now) override {
    return kucoin_sim::answer(venue, request, now, tokens_);
  }

  [[nodiscard]] std::optional<StreamEndpoint> endpoint(const SimRequest& request) const override {
    auto connection = request.find("connectId"), token = request.find("token");
    if (request.path != "/" || (!token && !connection))
      return std::nullopt;
    StreamEndpoint endpoint;
    endpoint.greeting =
        fmt::format(R"({{"id":{},"type":"welcome"}})", json_text(connection.value_or("0")));
    if (!token || !token->starts_with("sim/"))
      endpoint.refusal = R"({"type":"error","code":401,"data":"token is invalid"})";
    return endpoint;
  }

  [[nodiscard]] ClientMessage read_client(std::string_view text) const override {
    ClientMessage message;
    boost::system::error_code error;
    json::value value = json::parse({text.data(), text.size()}, error);
    const json::object* object = error ? nullptr : value.if_object();
    if (object == nullptr)
      return message;
    if (const json::value* id = object->if_contains("id"))
      message.id = json::serialize(*id);
    if (const json::value* response = object->if_contains("response"))
      message.wants_reply = !response->is_bool() || response->get_bool();
    const json::value* type = object->if_contains("type");
    if (type == nullptr || !type->is_string())
      return message;
    if (const json::value* topic = object->if_contains("topic");
        topic != nullptr && topic->is_string())
      add_topics({topic->get_string().data(), topic->get_string().size()}, message.topics);
    const json::string& name = type->get_string();
    if (message.topics.empty())
      message.topics.emplace_back();  // which does not exist
    message.kind = name == "subscribe"     ? ClientMessage::Kind::subscribe
                   : name == "unsubscribe" ? ClientMessage::Kind::unsubscribe
                   : name == "ping"        ? ClientMessage::Kind::ping
                                           : ClientMessage::Kind::invalid;
    return message;
  }

  [[nodiscard]] bool is_topic(std::string_view text) const override {
    const Prefix* prefix = prefix_of(text);
    return prefix != nullptr && (prefix->kind != TopicKind::candle || interval_of(text) != nullptr);
  }

  [[nodiscard]] std::optional<Topic> parse_topic(const SimVenue& venue,
                                                 std::string_view text) const override {
    const Prefix* prefix = prefix_of(text);
    if (prefix == nullptr)
      return std::nullopt;
    Topic topic{prefix->kind, 0, {}, std::string(text)};
    std::string_view name = text.substr(prefix->text.size());
    if (prefix->kind == TopicKind::candle) {
      const IntervalRow* interval = interval_of(text);
      if (interval == nullptr)
        return std::nullopt;
      topic.timeframe = interval->timeframe;
      name = name.substr(0, name.rfind('_'));
    }
    auto market = venue.find(name);
    if (!market)
      return std::nullopt;
    topic.market = *market;
    return topic;
  }

  [[nodiscard]] std::string ack(const ClientMessage& message,
                                const std::vector<std::string>&) const override {
    return fmt::format(R"({{"id":{},"type":"ack"}})", message.id);
  }
  [[nodiscard]] std::string refusal(const ClientMessage& message,
                                    std::string_view why) const override {
    const int code = why.starts_with("exceed") ? 509 : 404;
    return fmt::format(R"({{"id":{},"type":"error","code":{},"data":{}}})", message.id, code,
                       json_text(why));
  }
  [[nodiscard]] std::string pong(const ClientMessage& message, Timestamp now) const override {
    return fmt::format(R"({{"id":{},"type":"pong","timestamp":{}}})", message.id, now.ms * 1'000);
  }
  [[nodiscard]] std::string goodbye(Timestamp) const override { return {}; }
  [[nodiscard]] std::string silence_notice() const override {
    return R"({"type":"error","code":400,"data":"ping timeout"})";
  }

  [[nodiscard]] std::string candle(const SimVenue& venue, const Topic& topic, const Candle& c, bool,
                                   Timestamp now) const override {
    const SimMarket& market = venue.markets()[topic.market];
    // Open, close, high, low: not the order of queries. Then turnover, then lots.
    return fmt::format(
        R"({{"topic":{},"type":"message","data":{{"symbol":{},"candles":["{}","{}","{}","{}","{}",)"
        R"("{:.4f}","{}"],"time":{}}},"subject":"candle.stick"}})",
        json_text(topic.text), json_text(market.id), c.open_time.ms / 1'000, number(c.open),
        number(c.close), number(c.high), number(c.low), turnover_of(c), lots(market, c.volume),
        now.ms);
  }

  [[nodiscard]] std::string ticker(SimVenue& venue, const Topic& topic, double price,
                                   Timestamp now) const override {
    const SimMarket& market = venue.markets()[topic.market];
    const std::string sequence = fmt::to_string(now.ms);
    if (topic.kind == TopicKind::mark_price)
      return fmt::format(
          R"({{"topic":{},"type":"message","subject":"mark.index.price","data":{{"symbol":{},)"
          R"("granularity":1000,"indexPrice":{},"markPrice":{},"timestamp":{}}}}})",
          json_text(topic.text), json_text(market.id), number(price), number(price), now.ms);
    if (topic.kind == TopicKind::snapshot) {
      const DayStatistics day = venue.day(topic.market, now);
      return fmt::format(
          R"({{"topic":{},"type":"message","subject":"snapshot.24h","data":{{"fundingRate":0.0001,)"
          R"("highPrice":{},"lastPrice":{},"lowPrice":{},"price24HoursBefore":{},"priceChg":{},)"
          R"("priceChgPct":{:.4f},"symbol":{},"ts":{},"turnover":{:.4f},"volume":{}}}}})",
          json_text(topic.text), number(std::max(day.high, price)), number(price),
          number(std::min(day.low, price)), number(day.open),
          price_number(market, price - day.open), day.open > 0 ? price / day.open - 1 : 0,
          json_text(market.id), nanoseconds_of(now), day.quote_volume,
          volume_number(market, day.volume));
    }
    const bool old = topic.kind == TopicKind::full_ticker;
    return fmt::format(R"({{"topic":{},"type":"message","subject":"{}","sn":{},"data":{}}})",
                       json_text(topic.text), old ? "ticker" : "tickerV2", sequence,
                       old ? quote(market, price, now) : best_quote(market, price, now));
  }

  [[nodiscard]] std::string trade(const SimVenue& venue, const Topic& topic, const SimTrade& trade,
                                  Timestamp) const override {
    const SimMarket& market = venue.markets()[topic.market];
    return fmt::format(
        R"({{"topic":{0},"type":"message","subject":"match","sn":{1},"data":{{"symbol":{2},)"
        R"("sequence":{1},"side":"{3}","size":{4},"price":"{5}","takerOrderId":"t{1}",)"
        R"("makerOrderId":"m{1}","tradeId":"{1}","ts":{6}}}}})",
        json_text(topic.text), trade.id, json_text(market.id),
        trade.buyer_is_maker ? "sell" : "buy", lots(market, trade.quantity), number(trade.price),
        nanoseconds_of(trade.time));
  }
  [[nodiscard]] std::string all_tickers(const std::vector<std::string>&) const override {
    return {};
  }

 private:
  static const Prefix* prefix_of(std::string_view text) {
    for (const Prefix& prefix : prefixes)
      if (text.starts_with(prefix.text) && text.size() > prefix.text.size())
        return &prefix;
    return nullptr;
  }
  static const IntervalRow* interval_of(std::string_view text) {
    std::size_t bar = text.rfind('_');
    const auto* row =
        bar == std::string_view::npos
            ? intervals.end()
            : std::ranges::find(intervals, text.substr(bar + 1), &IntervalRow::stream);
    return row == intervals.end() ? nullptr : row;
  }

  /// "/x:A,B" is two topics, named and served one by one.
  static void add_topics(std::string_view text, std::vector<std::string>& topics) {
    std::size_t colon = std::min(text.find(':'), text.size());
    std::string_view head = text.substr(0, std::min(colon + 1, text.size()));
    std::string_view names = text.substr(head.size());
    while (!names.empty()) {
      std::size_t end = std::min(names.find(','), names.size());
      topics.push_back(std::string(head).append(names.substr(0, end)));
      names.remove_prefix(std::min(end + 1, names.size()));
    }
    if (topics.empty())
      topics.emplace_back(text);
  }

  DialectLimits limits_;
  std::uint64_t tokens_ = 0;
};

}  // namespace

std::unique_ptr<ExchangeDialect> make_kucoin_dialect() { return std::make_unique<KuCoinDialect>(); }

}  // namespace cscan
