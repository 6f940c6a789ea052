#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/decimal.hpp"
#include "sim/binance_dialect.hpp"
#include "sim/sim_json.hpp"

namespace cscan {
namespace {

constexpr std::int64_t never_delivered = 4'133'404'800'000;
constexpr int spot_digits = 8;

SimReply refuse(int code, std::string_view text, int status = 400) {
  return {status, fmt::format(R"({{"code":{},"msg":{}}})", code, json_text(text))};
}

struct Path {
  std::string_view name;
  std::uint32_t spot = 0;  ///< weight; 0: not there
  std::uint32_t futures = 0;
};
constexpr std::array paths = {
    Path{"ping", 1, 1},         Path{"time", 1, 1},          Path{"exchangeInfo", 20, 1},
    Path{"klines", 2, 0},  // by rows on futures
    Path{"uiKlines", 2, 0},     Path{"aggTrades", 4, 20},    Path{"trades", 25, 5},
    Path{"depth", 5, 5},        Path{"ticker/24hr", 80, 40}, Path{"ticker/bookTicker", 4, 5},
    Path{"ticker/price", 4, 2},
};

/// "klines" of "/api/v3/klines"; empty for foreign paths.
std::string_view name_of(std::string_view path, bool futures) {
  const auto prefixes = futures ? std::array<std::string_view, 2>{"/fapi/v1/", "/fapi/v2/"}
                                : std::array<std::string_view, 2>{"/api/v3/", "/api/v3/"};
  for (std::string_view prefix : prefixes)
    if (path.starts_with(prefix))
      return path.substr(prefix.size());
  return {};
}

std::int64_t limit_of(const SimRequest& request, std::int64_t usual, std::int64_t max) {
  auto text = request.find("limit");
  auto number = text ? parse_integer(*text) : Result<std::int64_t>(usual);
  return number && *number > 0 ? std::min(*number, max) : usual;
}

std::optional<Timestamp> time_of(const SimRequest& request, std::string_view name) {
  auto text = request.find(name);
  auto number = text ? parse_integer(*text) : Result<std::int64_t>(std::unexpected(Error{}));
  return number ? std::optional(Timestamp{*number}) : std::nullopt;
}

bool is_trusted_status_path(std::string_view path) {
  return path == "/sapi/v1/system/status" || path == "/dapi/v1/exchangeInfo";
}

}  // namespace

BinanceDialect::BinanceDialect(bool futures) : futures_(futures) {
  limits_.weight = futures ? 2'400 : 6'000;
  limits_.window = minutes(1);
  limits_.calendar_window = true;
  limits_.messages = futures ? 10 : 5;
  limits_.messages_window = seconds(1);
  limits_.topics_per_stream = futures ? 200 : 1'024;
  limits_.topics_per_message = SIZE_MAX;
  limits_.message_bytes = 4'096;
  limits_.ping_every = futures ? minutes(3) : seconds(20);
  limits_.pong_within = futures ? minutes(10) : minutes(1);
  limits_.candle_every = futures ? milliseconds(250) : seconds(2);
  limits_.close_delay_max = milliseconds(2'005);
  limits_.flags_close = true;
  limits_.says_flat = !futures;
  limits_.lists_flat = true;
}

void BinanceDialect::name_markets(SimVenue& venue) const {
  for (SimMarket& market : venue.markets())
    market.id = market.base + market.quote;
  venue.index_ids();
}

std::string BinanceDialect::price_text(const SimMarket& market, double price) const {
  const int digits = market.traded.price_decimals;
  return fixed(price, futures_ ? digits : std::max(digits, spot_digits));
}

std::string BinanceDialect::volume_text(const SimMarket& market, double volume) const {
  const int digits = market.traded.volume_decimals;
  return fixed(volume, futures_ ? digits : std::max(digits, spot_digits));
}

std::optional<std::uint32_t> BinanceDialect::weight_of(const SimRequest& request) const {
  if (!futures_ && is_trusted_status_path(request.path))
    return 1;
  const std::string_view name = name_of(request.path, futures_);
  const auto* path = std::ranges::find(paths, name, &Path::name);
  if (name.empty() || path == paths.end())
    return std::nullopt;
  if (futures_ && name.ends_with("lines")) {
    const std::int64_t limit = limit_of(request, 500, 1'500);
    return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1'000 ? 5 : 10;
  }
  if (name.starts_with("ticker/") && request.find("symbol"))
    return futures_ && name == "ticker/24hr" ? 1 : 2;
  return futures_ ? path->futures : path->spot;
}

void BinanceDialect::add_headers(SimReply& reply, std::uint32_t used, Duration) const {
  reply.headers.emplace_back("x-mbx-used-weight-1m", fmt::to_string(used));
  if (!futures_)
    reply.headers.emplace_back("x-mbx-used-weight", fmt::to_string(used));
}

SimReply BinanceDialect::over_limit(Duration retry_after, bool is_ban) const {
  SimReply reply = refuse(
      -1003,
      fmt::format("Too much request weight used; current limit is {} request weight per 1 MINUTE. "
                  "Please use WebSocket Streams for live updates to avoid polling the API.",
                  limits_.weight),
      is_ban ? 418 : 429);
  reply.headers.emplace_back("Retry-After", fmt::to_string((retry_after.ms + 999) / 1'000));
  return reply;
}

SimReply BinanceDialect::error_body() const {
  return refuse(-1000, "An unknown error occurred while processing the request.", 200);
}

SimReply BinanceDialect::answer(SimVenue& venue, const SimRequest& request, Timestamp now) {
  if (request.path == "/sapi/v1/system/status")
    return {200, R"({"status":0,"msg":"normal"})"};
  if (request.path == "/dapi/v1/exchangeInfo")
    return {200, R"({"timezone":"UTC","rateLimits":[],"exchangeFilters":[],"symbols":[]})"};
  const std::string_view name = name_of(request.path, futures_);
  if (name == "ping")
    return {200, "{}"};
  if (name == "time")
    return {200, fmt::format(R"({{"serverTime":{}}})", now.ms)};
  if (name == "exchangeInfo")
    return listing(venue, now);
  if (name == "klines" || name == "uiKlines")
    return klines(venue, request, now);
  if (name == "aggTrades" || name == "trades")
    return trades(venue, request, name == "aggTrades", now);
  if (name == "depth")
    return depth(venue, request, now);
  if (name == "ticker/24hr")
    return per_market(venue, request, now, [&](std::size_t market, double price) {
      return day_entry(venue, market, price, now);
    });
  if (name == "ticker/bookTicker")
    return per_market(venue, request, now, [&](std::size_t market, double price) {
      return book_entry(venue, market, price, now);
    });
  return per_market(venue, request, now, [&](std::size_t market, double price) {
    const SimMarket& one = venue.markets()[market];
    return fmt::format(R"({{"symbol":{},"price":"{}"}})", json_text(one.id),
                       price_text(one, price));
  });
}

std::string BinanceDialect::listed_symbol(const SimVenue& venue, std::size_t index,
                                          Timestamp now) const {
  const SimMarket& market = venue.markets()[index];
  const int digits = market.traded.price_decimals, steps = market.traded.volume_decimals;
  const bool trades = venue.is_trading(index, now);
  const std::string tick = fixed(market.traded.tick(), futures_ ? digits : std::max(8, digits));
  const std::string step = fixed(market.traded.lot(), futures_ ? steps : std::max(8, steps));
  const std::string filters = fmt::format(
      R"([{{"filterType":"PRICE_FILTER","minPrice":"{0}","maxPrice":"1000000.00",)"
      R"("tickSize":"{0}"}},)"
      R"({{"filterType":"LOT_SIZE","minQty":"{1}","maxQty":"9000000.00","stepSize":"{1}"}},)"
      R"({{"filterType":"{2}","{3}":"5"}}])",
      tick, step, futures_ ? "MIN_NOTIONAL" : "NOTIONAL", futures_ ? "notional" : "minNotional");
  if (!futures_)
    return fmt::format(
        R"({{"symbol":{0},"status":"{1}","baseAsset":{2},"baseAssetPrecision":8,"quoteAsset":{3},)"
        R"("quotePrecision":8,"quoteAssetPrecision":8,"orderTypes":["LIMIT","MARKET"],)"
        R"("isSpotTradingAllowed":true,"isMarginTradingAllowed":false,"filters":{4},)"
        R"("permissions":[],"permissionSets":[["SPOT"]]}})",
        json_text(market.id), trades ? "TRADING" : "BREAK", json_text(market.base),
        json_text(market.quote), filters);
  return fmt::format(
      R"({{"symbol":{0},"pair":{0},"contractType":"PERPETUAL","deliveryDate":{1},)"
      R"("onboardDate":{2},"status":"{3}","baseAsset":{4},"quoteAsset":{5},"marginAsset":{5},)"
      R"("pricePrecision":{6},)"
      R"("quantityPrecision":{7},"baseAssetPrecision":8,"quotePrecision":8,)"
      R"("underlyingType":"COIN","underlyingSubType":[],"triggerProtect":"0.0500",)"
      R"("filters":{8},"orderTypes":["LIMIT"],)"
      R"("timeInForce":["GTC"]}})",
      json_text(market.id), market.is_delisted ? now.ms : never_delivered,
      market.traded.listed_at.ms,
      trades               ? "TRADING"
      : market.is_delisted ? "SETTLING"
                           : "PENDING_TRADING",
      json_text(market.base), json_text(market.quote), digits, steps, filters);
}

SimReply BinanceDialect::listing(const SimVenue& venue, Timestamp now) const {
  std::string body = fmt::format(
      R"({{"timezone":"UTC","serverTime":{},{}"rateLimits":[{{"rateLimitType":"REQUEST_WEIGHT",)"
      R"("interval":"MINUTE","intervalNum":1,"limit":{}}}],"exchangeFilters":[],"symbols":[)",
      now.ms, futures_ ? R"("futuresType":"U_MARGINED",)" : "", limits_.weight);
  for (std::size_t i = 0; i < venue.markets().size(); ++i)
    append_item(body, listed_symbol(venue, i, now));
  return {200, body + "]}"};
}

SimReply BinanceDialect::klines(SimVenue& venue, const SimRequest& request, Timestamp now) const {
  auto market = venue.find(request.find("symbol").value_or(""));
  auto timeframe = parse_timeframe(request.find("interval").value_or(""));
  if (!market)
    return refuse(-1121, "Invalid symbol.");
  if (!timeframe)
    return refuse(-1120, "Invalid interval.");
  RowRange range{time_of(request, "startTime"), time_of(request, "endTime"),
                 static_cast<std::size_t>(limit_of(request, 500, futures_ ? 1'500 : 1'000))};
  const SimMarket& one = venue.markets()[*market];
  std::string body = "[";
  for (const SimRow& row : venue.rows(*market, *timeframe, range, now)) {
    const Candle& c = row.candle;
    const auto count = c.volume > 0 ? 1 + c.open_time.ms / 60'000 % 997 : 0;
    append_item(
        body,
        fmt::format(R"([{},"{}","{}","{}","{}","{}",{},"{:.8f}",{},"{}","{:.8f}","0"])",
                    c.open_time.ms, price_text(one, c.open), price_text(one, c.high),
                    price_text(one, c.low), price_text(one, c.close), volume_text(one, c.volume),
                    close_time(c.open_time, *timeframe).ms - 1, turnover_of(c), count,
                    volume_text(one, c.volume / 2), turnover_of(c) / 2));
  }
  return {200, body + "]"};
}

SimReply BinanceDialect::trades(SimVenue& venue, const SimRequest& request, bool aggregate,
                                Timestamp now) const {
  auto market = venue.find(request.find("symbol").value_or(""));
  if (!market)
    return refuse(-1121, "Invalid symbol.");
  const auto limit = static_cast<std::size_t>(limit_of(request, 500, 1'000));
  const SimMarket& one = venue.markets()[*market];
  auto found = venue.trades(*market, now - seconds(static_cast<std::int64_t>(limit)), now);
  std::string body = "[";
  for (const SimTrade& trade : found) {
    const std::string price = price_text(one, trade.price);
    const std::string quantity = volume_text(one, trade.quantity);
    append_item(body, aggregate
                          ? fmt::format(R"({{"a":{0},"p":"{1}","q":"{2}","f":{0},"l":{0},"T":{3},)"
                                        R"("m":{4}{5}}})",
                                        trade.id, price, quantity, trade.time.ms,
                                        trade.buyer_is_maker, futures_ ? "" : R"(,"M":true)")
                          : fmt::format(R"({{"id":{},"price":"{}","qty":"{}","quoteQty":"{:.8f}",)"
                                        R"("time":{},"isBuyerMaker":{},"isBestMatch":true}})",
                                        trade.id, price, quantity, trade.price * trade.quantity,
                                        trade.time.ms, trade.buyer_is_maker));
  }
  return {200, body + "]"};
}

SimReply BinanceDialect::depth(SimVenue& venue, const SimRequest& request, Timestamp now) const {
  auto market = venue.find(request.find("symbol").value_or(""));
  if (!market)
    return refuse(-1121, "Invalid symbol.");
  const SimMarket& one = venue.markets()[*market];
  const double tick = one.traded.tick();
  const double last = venue.price(*market, now);
  std::string bids = "[", asks = "[";
  for (int level = 1; level <= 5; ++level) {
    append_item(bids, fmt::format(R"(["{}","1"])", price_text(one, last - tick * level)));
    append_item(asks, fmt::format(R"(["{}","1"])", price_text(one, last + tick * level)));
  }
  return {200, fmt::format(R"({{"lastUpdateId":{},"bids":{}],"asks":{}]}})", now.ms / 1'000, bids,
                           asks)};
}

template <class Entry>
SimReply BinanceDialect::per_market(SimVenue& venue, const SimRequest& request, Timestamp now,
                                    Entry entry) const {
  if (auto symbol = request.find("symbol")) {
    auto market = venue.find(*symbol);
    return market ? SimReply{200, entry(*market, venue.price(*market, now))}
                  : refuse(-1121, "Invalid symbol.");
  }
  const auto wanted = request.find("symbols");
  std::string body = "[";
  for (std::size_t i = 0; i < venue.markets().size(); ++i)
    if (venue.is_trading(i, now) &&
        (!wanted || wanted->find(json_text(venue.markets()[i].id)) != std::string_view::npos))
      append_item(body, entry(i, wanted ? venue.price(i, now) : venue.day(i, now).last));
  return {200, body + "]"};
}

std::string BinanceDialect::day_entry(SimVenue& venue, std::size_t index, double last,
                                      Timestamp now) const {
  const SimMarket& market = venue.markets()[index];
  const DayStatistics& day = venue.day(index, now);
  const double tick = market.traded.tick();
  const auto price = [&](double value) { return price_text(market, value); };
  const double change = day.open > 0 ? (last - day.open) / day.open * 100 : 0;
  const double mean = day.volume > 0 ? day.quote_volume / day.volume : last;
  const std::string book =
      futures_ ? ""
               : fmt::format(R"("prevClosePrice":"{}","bidPrice":"{}","bidQty":"1",)"
                             R"("askPrice":"{}","askQty":"1",)",
                             price(day.open), price(last - tick), price(last + tick));
  return fmt::format(
      R"({{"symbol":{},"priceChange":"{}","priceChangePercent":"{:.3f}","weightedAvgPrice":"{}",)"
      R"({}"lastPrice":"{}","lastQty":"1","openPrice":"{}","highPrice":"{}","lowPrice":"{}",)"
      R"("volume":"{}","quoteVolume":"{:.8f}","openTime":{},"closeTime":{},"firstId":1,"lastId":2,)"
      R"("count":2}})",
      json_text(market.id), price(last - day.open), change, price(mean), book, price(last),
      price(day.open), price(std::max(day.high, last)), price(std::min(day.low, last)),
      volume_text(market, day.volume), day.quote_volume, day.from.ms, now.ms);
}

std::string BinanceDialect::book_entry(const SimVenue& venue, std::size_t index, double last,
                                       Timestamp now) const {
  const SimMarket& market = venue.markets()[index];
  const double tick = market.traded.tick();
  return fmt::format(
      R"({{"symbol":{},"bidPrice":"{}","bidQty":"1","askPrice":"{}","askQty":"1"{}}})",
      json_text(market.id), price_text(market, last - tick), price_text(market, last + tick),
      futures_ ? fmt::format(R"(,"time":{})", now.ms) : "");
}

std::unique_ptr<ExchangeDialect> make_binance_dialect(bool futures) {
  return std::make_unique<BinanceDialect>(futures);
}

}  // namespace cscan
