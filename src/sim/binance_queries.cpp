#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/decimal.hpp"
#include "sim/binance_dialect.hpp"
#include "sim/sim_json.hpp"

namespace cscan {
namespace {

constexpr Timestamp never_delivered{4'133'404'800'000};
constexpr int spot_digits = 8;

std::optional<Timestamp> time_of(const SimRequest& request, std::string_view name) {
  auto text = request.find(name);
  auto number = text ? parse_integer(*text) : Result<std::int64_t>(std::unexpected(Error{}));
  return number ? std::optional(Timestamp{*number}) : std::nullopt;
}

std::string mandatory(std::string_view name) {
  return fmt::format("Mandatory parameter '{}' was not sent, was empty/null, or malformed.", name);
}

}  // namespace

SimReply BinanceDialect::refuse(int code, std::string_view words, int status) {
  return {status, fmt::format(R"({{"code":{},"msg":{}}})", code, json_text(words))};
}

std::expected<std::size_t, SimReply> BinanceDialect::one_market(const SimVenue& venue,
                                                                const SimRequest& request) {
  const std::string_view symbol = request.find("symbol").value_or("");
  if (symbol.empty())
    return std::unexpected(refuse(-1102, mandatory("symbol")));
  auto market = venue.find(symbol);
  if (!market)
    return std::unexpected(refuse(-1121, "Invalid symbol."));
  return *market;
}

std::expected<std::optional<std::vector<std::size_t>>, SimReply> BinanceDialect::some_markets(
    const SimVenue& venue, const SimRequest& request) {
  std::vector<std::string> symbols;
  if (auto symbol = request.find("symbol")) {
    symbols.emplace_back(*symbol);
  } else if (auto list = request.find("symbols")) {
    auto named = listed_in(*list);
    if (!named)
      return std::unexpected(refuse(-1100, "Illegal characters found in parameter 'symbols'."));
    symbols = std::move(*named);
  } else {
    return std::nullopt;
  }
  std::vector<std::size_t> markets;
  for (const std::string& symbol : symbols) {
    auto market = venue.find(symbol);
    if (!market)
      return std::unexpected(refuse(-1121, "Invalid symbol."));
    markets.push_back(*market);
  }
  return markets;
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

SimReply BinanceDialect::error_body() const {
  return refuse(-1000, "An unknown error occurred while processing the request.", 200);
}

std::string BinanceDialect::blocked_body() const {
  return refuse(0, "Service unavailable from a restricted location according to 'b. Eligibility'.")
      .body;
}

SimReply BinanceDialect::answer(SimVenue& venue, const SimRequest& request, Timestamp now) {
  if (request.path == "/sapi/v1/system/status")
    return {200, R"({"status":0,"msg":"normal"})"};
  if (request.path == "/dapi/v1/exchangeInfo")
    return {200, R"({"timezone":"UTC","rateLimits":[],"exchangeFilters":[],"symbols":[]})"};
  const std::string_view name = name_of(request.path);
  if (name == "ping")
    return {200, "{}"};
  if (name == "time")
    return {200, fmt::format(R"({{"serverTime":{}}})", now.ms)};
  if (name == "exchangeInfo")
    return listing(venue, request, now);
  if (name == "klines" || name == "uiKlines")
    return klines(venue, request, now);
  if (name == "aggTrades" || name == "trades")
    return trades(venue, request, name == "aggTrades", now);
  if (name == "depth")
    return depth(venue, request, now);
  if (name == "ticker/24hr")
    return per_market(venue, request, now,
                      [&](std::size_t market) { return day_entry(venue, market, now); });
  if (name == "ticker/bookTicker")
    return per_market(venue, request, now,
                      [&](std::size_t market) { return book_entry(venue, market, now); });
  return per_market(venue, request, now,
                    [&](std::size_t market) { return price_entry(venue, market, now); });
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
      json_text(market.id), market.delisted_at.value_or(never_delivered).ms,
      market.traded.listed_at.ms,
      trades               ? "TRADING"
      : market.delisted_at ? "SETTLING"
                           : "PENDING_TRADING",
      json_text(market.base), json_text(market.quote), digits, steps, filters);
}

std::string BinanceDialect::stated_limits() const {
  std::string list;
  append_item(list, fmt::format(R"({{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE",)"
                                R"("intervalNum":1,"limit":{}}})",
                                limits_.weight));
  if (!futures_)
    append_item(list, R"({"rateLimitType":"RAW_REQUESTS","interval":"MINUTE",)"
                      R"("intervalNum":5,"limit":300000})");
  return list;
}

SimReply BinanceDialect::listing(const SimVenue& venue, const SimRequest& request,
                                 Timestamp now) const {
  const auto wanted = some_markets(venue, request);
  if (!wanted)
    return wanted.error();
  std::string body =
      fmt::format(R"({{"timezone":"UTC","serverTime":{},{}"rateLimits":[{}],)"
                  R"("exchangeFilters":[],{}"symbols":[)",
                  now.ms, futures_ ? R"("futuresType":"U_MARGINED",)" : "", stated_limits(),
                  futures_ ? R"("assets":[{"asset":"USDT","marginAvailable":true}],)" : "");
  if (*wanted) {
    for (std::size_t market : **wanted)
      append_item(body, listed_symbol(venue, market, now));
  } else {
    for (std::size_t market = 0; market < venue.markets().size(); ++market)
      append_item(body, listed_symbol(venue, market, now));
  }
  return {200, body + "]}"};
}

SimReply BinanceDialect::klines(SimVenue& venue, const SimRequest& request, Timestamp now) const {
  const auto market = one_market(venue, request);
  if (!market)
    return market.error();
  const std::string_view interval = request.find("interval").value_or("");
  if (interval.empty())
    return refuse(-1102, mandatory("interval"));
  const auto timeframe = parse_timeframe(interval);
  if (!timeframe)
    return refuse(-1120, "Invalid interval.");
  RowRange range{time_of(request, "startTime"), time_of(request, "endTime"),
                 static_cast<std::size_t>(limit_of(request, 500, futures_ ? 1'500 : 1'000)),
                 Holes::are_skipped};
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
  const auto market = one_market(venue, request);
  if (!market)
    return market.error();
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
                                        R"("time":{},"isBuyerMaker":{}{}}})",
                                        trade.id, price, quantity, trade.price * trade.quantity,
                                        trade.time.ms, trade.buyer_is_maker,
                                        futures_ ? "" : R"(,"isBestMatch":true)"));
  }
  return {200, body + "]"};
}

SimReply BinanceDialect::depth(SimVenue& venue, const SimRequest& request, Timestamp now) const {
  const auto market = one_market(venue, request);
  if (!market)
    return market.error();
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
  const auto wanted = some_markets(venue, request);
  if (!wanted)
    return wanted.error();
  if (request.find("symbol"))
    return {200, entry((*wanted)->front())};
  std::string body = "[";
  for (std::size_t market = 0; market < venue.markets().size(); ++market)
    if (*wanted ? std::ranges::count(**wanted, market) > 0 : venue.is_trading(market, now))
      append_item(body, entry(market));
  return {200, body + "]"};
}

std::string BinanceDialect::day_entry(SimVenue& venue, std::size_t index, Timestamp now) const {
  const SimMarket& market = venue.markets()[index];
  const DayStatistics day = venue.day(index, now);
  const double last = day.last, tick = market.traded.tick();
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

std::string BinanceDialect::book_entry(SimVenue& venue, std::size_t index, Timestamp now) const {
  const SimMarket& market = venue.markets()[index];
  const double last = venue.price(index, now);
  const double tick = market.traded.tick();
  return fmt::format(
      R"({{"symbol":{},"bidPrice":"{}","bidQty":"1","askPrice":"{}","askQty":"1"{}}})",
      json_text(market.id), price_text(market, last - tick), price_text(market, last + tick),
      futures_ ? fmt::format(R"(,"time":{})", now.ms) : "");
}

std::string BinanceDialect::price_entry(SimVenue& venue, std::size_t index, Timestamp now) const {
  const SimMarket& market = venue.markets()[index];
  return fmt::format(R"({{"symbol":{},"price":"{}"{}}})", json_text(market.id),
                     price_text(market, venue.price(index, now)),
                     futures_ ? fmt::format(R"(,"time":{})", now.ms) : "");
}

std::unique_ptr<ExchangeDialect> make_binance_dialect(bool futures) {
  return std::make_unique<BinanceDialect>(futures);
}

}  // namespace cscan
