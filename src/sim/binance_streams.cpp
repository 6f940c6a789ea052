#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "sim/binance_dialect.hpp"
#include "sim/sim_json.hpp"

namespace cscan {
namespace {

namespace json = boost::json;

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string upper_ascii(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

struct Suffix {
  std::string_view text;
  TopicKind kind{};
};
constexpr std::array suffixes = {
    Suffix{"miniTicker", TopicKind::mini_ticker},   Suffix{"ticker", TopicKind::full_ticker},
    Suffix{"bookTicker", TopicKind::book},          Suffix{"trade", TopicKind::trade},
    Suffix{"aggTrade", TopicKind::aggregate_trade},
};

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    std::size_t end = std::min(text.find(at), text.size());
    if (end > 0)
      parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<StreamEndpoint> BinanceDialect::endpoint(const SimRequest& request) const {
  std::string_view path = request.path;
  StreamEndpoint endpoint;
  if (futures_) {
    if (path.starts_with("/market/")) {
      endpoint.mute = {TopicKind::book, TopicKind::trade};
      path.remove_prefix(7);
    } else if (path.starts_with("/public/")) {
      // Books live here; what belongs under /market is acknowledged and never served.
      endpoint.mute = {TopicKind::candle, TopicKind::mini_ticker, TopicKind::full_ticker,
                       TopicKind::all_mini_tickers, TopicKind::aggregate_trade};
      path.remove_prefix(7);
    } else {
      return std::nullopt;
    }
  } else if (path == "/stream/ws" || path.starts_with("/stream/ws/")) {
    path.remove_prefix(7);
  }
  if (path == "/stream") {
    endpoint.wraps = true;
    endpoint.topics = split(request.find("streams").value_or(""), '/');
    return endpoint;
  }
  if (path != "/ws" && !path.starts_with("/ws/"))
    return std::nullopt;
  path.remove_prefix(std::min<std::size_t>(4, path.size()));
  if (!is_number(path))
    endpoint.topics = split(path, '/');
  return endpoint;
}

ClientMessage BinanceDialect::read_client(std::string_view text) const {
  ClientMessage message;
  boost::system::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error);
  message.is_json = !error;
  const json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr)
    return message;
  if (const json::value* id = object->if_contains("id"))
    message.id = json::serialize(*id);
  const json::value* method = object->if_contains("method");
  const json::string* name = method != nullptr ? method->if_string() : nullptr;
  if (name == nullptr)
    return message;
  if (const json::value* parameters = object->if_contains("params");
      parameters != nullptr && parameters->is_array())
    for (const json::value& topic : parameters->get_array()) {
      if (!topic.is_string())
        return message;
      message.topics.emplace_back(topic.get_string());
    }
  message.kind = *name == "SUBSCRIBE"            ? ClientMessage::Kind::subscribe
                 : *name == "UNSUBSCRIBE"        ? ClientMessage::Kind::unsubscribe
                 : *name == "LIST_SUBSCRIPTIONS" ? ClientMessage::Kind::list
                                                 : ClientMessage::Kind::invalid;
  return message;
}

std::optional<BinanceDialect::TopicName> BinanceDialect::split_topic(std::string_view text) const {
  if (text == "!miniTicker@arr")
    return TopicName{{}, TopicKind::all_mini_tickers, {}};
  std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos)
    return std::nullopt;
  TopicName topic{lower_ascii(text.substr(0, at)), {}, {}};
  std::string_view rest = text.substr(at + 1);
  if (rest.starts_with("kline_")) {
    auto timeframe = parse_timeframe(rest.substr(6));
    if (!timeframe)
      return std::nullopt;
    topic.kind = TopicKind::candle;
    topic.timeframe = *timeframe;
    return topic;
  }
  const auto* suffix = std::ranges::find(suffixes, rest, &Suffix::text);
  if (suffix == suffixes.end())
    return std::nullopt;
  topic.kind = suffix->kind;
  return topic;
}

bool BinanceDialect::is_topic(std::string_view text) const { return split_topic(text).has_value(); }

std::optional<Topic> BinanceDialect::parse_topic(const SimVenue& venue,
                                                 std::string_view text) const {
  auto name = split_topic(text);
  if (!name)
    return std::nullopt;
  if (name->kind == TopicKind::all_mini_tickers)
    return Topic{name->kind, 0, {}, std::string(text)};
  // Stream names are in lower case: a capital letter is another, unknown name.
  if (name->symbol != text.substr(0, text.find('@')))
    return std::nullopt;
  auto market = venue.find(upper_ascii(name->symbol));
  if (!market)
    return std::nullopt;
  return Topic{name->kind, *market, name->timeframe, std::string(text)};
}

std::string BinanceDialect::ack(const ClientMessage& message,
                                const std::vector<std::string>& topics) const {
  if (message.kind != ClientMessage::Kind::list)
    return fmt::format(R"({{"result":null,"id":{}}})", message.id);
  std::string list = "[";
  for (const std::string& topic : topics)
    append_item(list, json_text(topic));
  return fmt::format(R"({{"result":{}],"id":{}}})", list, message.id);
}

std::string BinanceDialect::refusal(const ClientMessage& message, std::string_view why) const {
  if (!message.is_json)
    return R"({"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}})";
  return fmt::format(R"({{"error":{{"code":2,"msg":{}}},"id":{}}})",
                     json_text(fmt::format("Invalid request: {}", why)), message.id);
}

std::string BinanceDialect::pong(const ClientMessage& message, Timestamp) const {
  return refusal(message, "unknown method");
}

std::string BinanceDialect::goodbye(Timestamp now) const {
  return fmt::format(R"({{"e":"serverShutdown","E":{}}})", now.ms);
}

std::string BinanceDialect::candle(const SimVenue& venue, const Topic& topic, const Candle& c,
                                   bool is_closed, Timestamp now) const {
  const SimMarket& market = venue.markets()[topic.market];
  const auto count = c.volume > 0 ? 1 + c.open_time.ms / 60'000 % 997 : 0;
  const std::int64_t first = c.volume > 0 ? c.open_time.ms / 1'000 : -1;
  return fmt::format(
      R"({{"e":"kline","E":{},"s":{},"k":{{"t":{},"T":{},"s":{},"i":"{}","f":{},"L":{},"o":"{}",)"
      R"("c":"{}","h":"{}","l":"{}","v":"{}","n":{},"x":{},"q":"{:.8f}","V":"{}","Q":"{:.8f}",)"
      R"("B":"0"}}}})",
      now.ms, json_text(market.id), c.open_time.ms, close_time(c.open_time, topic.timeframe).ms - 1,
      json_text(market.id), to_string(topic.timeframe), first,
      first < 0 ? first : first + count - 1, price_text(market, c.open),
      price_text(market, c.close), price_text(market, c.high), price_text(market, c.low),
      volume_text(market, c.volume), count, is_closed, turnover_of(c),
      volume_text(market, c.volume / 2), turnover_of(c) / 2);
}

std::string BinanceDialect::ticker(SimVenue& venue, const Topic& topic, double price,
                                   Timestamp now) const {
  const SimMarket& market = venue.markets()[topic.market];
  const DayStatistics day = venue.day(topic.market, now);
  const double high = std::max(day.high, price), low = std::min(day.low, price);
  const auto text = [&](double value) { return price_text(market, value); };
  const double tick = market.traded.tick();
  const std::string pair = futures_ ? fmt::format(R"("ps":{},)", json_text(market.id)) : "";
  if (topic.kind == TopicKind::book) {
    return fmt::format(R"({{{}"u":{},"s":{},{}"b":"{}","B":"1","a":"{}","A":"1"{}}})",
                       futures_ ? R"("e":"bookTicker",)" : "", now.ms, json_text(market.id), pair,
                       text(price - tick), text(price + tick),
                       futures_ ? fmt::format(R"(,"T":{0},"E":{0},"st":1)", now.ms) : "");
  }
  if (topic.kind == TopicKind::full_ticker) {
    const double mean = day.volume > 0 ? day.quote_volume / day.volume : price;
    const std::string before = fmt::format(R"("x":"{}",)", text(day.open));
    const std::string book = fmt::format(R"("b":"{}","B":"1","a":"{}","A":"1",)",
                                         text(price - tick), text(price + tick));
    return fmt::format(
        R"({{"e":"24hrTicker","E":{},"s":{},"p":"{}","P":"{:.3f}","w":"{}",{}"c":"{}","Q":"1",)"
        R"({}"o":"{}","h":"{}","l":"{}","v":"{}","q":"{:.8f}","O":{},"C":{},"F":1,"L":2,)"
        R"("n":2{}}})",
        now.ms, json_text(market.id), text(price - day.open),
        day.open > 0 ? (price - day.open) / day.open * 100 : 0, text(mean), futures_ ? "" : before,
        text(price), futures_ ? "" : book, text(day.open), text(high), text(low),
        volume_text(market, day.volume), day.quote_volume, day.from.ms, now.ms,
        futures_ ? R"(,"st":1)" : "");
  }
  return fmt::format(
      R"({{"e":"24hrMiniTicker","E":{},"s":{},{}{}"c":"{}","o":"{}","h":"{}","l":"{}",)"
      R"("v":"{}","q":"{:.8f}"}})",
      now.ms, json_text(market.id), pair, futures_ ? R"("st":1,)" : "", text(price), text(day.open),
      text(high), text(low), volume_text(market, day.volume), day.quote_volume);
}

std::string BinanceDialect::trade(const SimVenue& venue, const Topic& topic, const SimTrade& trade,
                                  Timestamp now) const {
  const SimMarket& market = venue.markets()[topic.market];
  const std::string price = price_text(market, trade.price);
  const std::string quantity = volume_text(market, trade.quantity);
  if (topic.kind == TopicKind::aggregate_trade)
    return fmt::format(
        R"({{"e":"aggTrade","E":{},"s":{},"a":{},"p":"{}","q":"{}","f":{},"l":{},"T":{},)"
        R"("m":{}{}}})",
        now.ms, json_text(market.id), trade.id, price, quantity, trade.id, trade.id, trade.time.ms,
        trade.buyer_is_maker, futures_ ? R"(,"st":1)" : R"(,"M":true)");
  return fmt::format(R"({{"e":"trade","E":{},"s":{},"t":{},"p":"{}","q":"{}","T":{},"m":{}{}}})",
                     now.ms, json_text(market.id), trade.id, price, quantity, trade.time.ms,
                     trade.buyer_is_maker, futures_ ? R"(,"X":"MARKET")" : R"(,"M":true)");
}

std::string BinanceDialect::all_tickers(const std::vector<std::string>& entries) const {
  std::string list = "[";
  for (const std::string& entry : entries)
    append_item(list, entry);
  return list + "]";
}

}  // namespace cscan
