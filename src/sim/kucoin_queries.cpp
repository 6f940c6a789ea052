// KuCoin Futures' queries as the simulator answers them.

#include <fmt/format.h>

#include <algorithm>

#include "sim/kucoin_sim.hpp"

namespace cscan::kucoin_sim {
namespace {

constexpr std::size_t rows_max = 200;

std::optional<Timestamp> time_of(const SimRequest& request, std::string_view name) {
  auto text = request.find(name);
  auto number = text ? parse_integer(*text) : Result<std::int64_t>(std::unexpected(Error{}));
  return number ? std::optional(Timestamp{*number}) : std::nullopt;
}

std::string contract(SimVenue& venue, std::size_t index, Timestamp now) {
  const SimMarket& market = venue.markets()[index];
  const DayStatistics day = venue.day(index, now);
  const bool trades = venue.is_trading(index, now);
  return fmt::format(
      R"({{"symbol":{},"rootSymbol":"USDT","type":"FFWCSX","firstOpenDate":{},"expireDate":null,)"
      R"("settleDate":null,"baseCurrency":{},"quoteCurrency":{},"settleCurrency":{},)"
      R"("maxOrderQty":1000000,"maxPrice":1000000.0,"lotSize":1,"tickSize":{},)"
      R"("indexPriceTickSize":{},"multiplier":{},"isInverse":false,"status":"{}",)"
      R"("fundingFeeRate":5.2E-5,"openInterest":"1000","turnoverOf24h":{:.4f},"volumeOf24h":{},)"
      R"("markPrice":{},"indexPrice":{},"lastTradePrice":{},"nextFundingRateTime":17752926,)"
      R"("lowPrice":{},"highPrice":{},"priceChgPct":{:.4f},"priceChg":{}}})",
      json_text(market.id), market.traded.listed_at.ms, json_text(market.base),
      json_text(market.quote), json_text(market.quote), number(market.traded.tick()),
      number(market.traded.tick()), number(market.traded.lot()),
      trades               ? "Open"
      : market.delisted_at ? "Paused"
                           : "Init",
      day.quote_volume, volume_number(market, day.volume), number(day.last), number(day.last),
      number(day.last), number(day.low), number(day.high),
      day.open > 0 ? day.last / day.open - 1 : 0, price_number(market, day.last - day.open));
}
SimReply contracts(SimVenue& venue, Timestamp now) {
  std::string list = "[";
  for (std::size_t i = 0; i < venue.markets().size(); ++i)
    append_item(list, contract(venue, i, now));
  return success(list + "]");
}

SimReply candles(SimVenue& venue, const SimRequest& request, Timestamp now) {
  auto market = venue.find(request.find("symbol").value_or(""));
  if (!market)
    return refuse("200003", "Invalid symbol.");
  auto minutes = parse_integer(request.find("granularity").value_or(""));
  const auto* interval =
      minutes ? std::ranges::find(intervals, *minutes, &IntervalRow::granularity) : intervals.end();
  if (interval == intervals.end())
    return refuse("300000", "Unsupported granularity");
  const SimMarket& one = venue.markets()[*market];
  RowRange range{time_of(request, "from"), time_of(request, "to"), rows_max};
  std::string list = "[";
  for (const SimRow& row : venue.rows(*market, interval->timeframe, range, now))
    if (const Candle& c = row.candle; c.volume > 0)  // others are no rows
      append_item(list, fmt::format("[{},{},{},{},{},{},{:.4f}]", c.open_time.ms, number(c.open),
                                    number(c.high), number(c.low), number(c.close),
                                    lots(one, c.volume), turnover_of(c)));
  return success(list + "]");
}

SimReply token(const SimRequest& request, std::uint64_t& tokens) {
  if (request.method != "POST")
    return {405, R"({"code":"405","msg":"Method Not Allowed","retry":false,"success":false})"};
  return success(fmt::format(
      R"({{"token":"sim/{}==","instanceServers":[{{"endpoint":"ws://{}/","encrypt":false,)"
      R"("protocol":"websocket","pingInterval":18000,"pingTimeout":10000}}]}})",
      ++tokens, request.host));
}

SimReply all_quotes(SimVenue& venue, Timestamp now) {
  std::string list = "[";
  for (std::size_t i = 0; i < venue.markets().size(); ++i)
    if (venue.is_trading(i, now))
      append_item(list, quote(venue.markets()[i], venue.price(i, now), now));
  return success(list + "]");
}

SimReply trade_history(SimVenue& venue, std::size_t index, Timestamp now) {
  const SimMarket& market = venue.markets()[index];
  auto trades = venue.trades(index, now - seconds(100), now);
  std::reverse(trades.begin(), trades.end());  // newest first
  std::string list = "[";
  for (const SimTrade& trade : trades)
    append_item(list,
                fmt::format(R"({{"sequence":{0},"contractId":1,"tradeId":"{0}",)"
                            R"("makerOrderId":"m{0}","takerOrderId":"t{0}","ts":{1},"size":{2},)"
                            R"("price":"{3}","side":"{4}"}})",
                            trade.id, nanoseconds_of(trade.time), lots(market, trade.quantity),
                            number(trade.price), trade.buyer_is_maker ? "sell" : "buy"));
  return success(list + "]");
}

SimReply book(SimVenue& venue, std::size_t index, Timestamp now) {
  const SimMarket& market = venue.markets()[index];
  const double last = venue.price(index, now);
  return success(
      fmt::format(R"({{"sequence":{},"symbol":{},"bids":[[{},1]],"asks":[[{},1]],"ts":{}}})",
                  now.ms, json_text(market.id), price_number(market, last - market.traded.tick()),
                  price_number(market, last + market.traded.tick()), nanoseconds_of(now)));
}

}  // namespace

std::string quote(const SimMarket& market, double price, Timestamp now) {
  return fmt::format(
      R"({{"symbol":{0},"sequence":{1},"side":"buy","size":1,"price":"{2}","bestBidSize":1,)"
      R"("bestBidPrice":"{3}","bestAskPrice":"{4}","tradeId":"{1}","bestAskSize":1,"ts":{5}}})",
      json_text(market.id), now.ms, number(price),
      price_number(market, price - market.traded.tick()),
      price_number(market, price + market.traded.tick()), nanoseconds_of(now));
}
std::string best_quote(const SimMarket& market, double price, Timestamp now) {
  return fmt::format(
      R"({{"symbol":{},"sequence":{},"bestBidSize":1,"bestBidPrice":"{}","bestAskPrice":"{}",)"
      R"("bestAskSize":1,"ts":{}}})",
      json_text(market.id), now.ms, price_number(market, price - market.traded.tick()),
      price_number(market, price + market.traded.tick()), nanoseconds_of(now));
}
SimReply answer(SimVenue& venue, const SimRequest& request, Timestamp now, std::uint64_t& tokens) {
  const std::string& path = request.path;
  if (path == "/api/v1/timestamp")
    return success(fmt::to_string(now.ms));
  if (path == "/api/v1/status")
    return success(R"({"msg":"","status":"open"})");
  if (path == "/api/v3/currencies")
    return success("[]");
  if (path == "/api/v1/contracts/active")
    return contracts(venue, now);
  if (path == "/api/v1/kline/query")
    return candles(venue, request, now);
  if (path == "/api/v1/bullet-public")
    return token(request, tokens);
  if (path == "/api/v1/allTickers")
    return all_quotes(venue, now);
  auto market = venue.find(request.find("symbol").value_or(""));
  if (!market)
    return refuse("404000", "The contract information you requested does not exist.");
  if (path == "/api/v1/ticker")
    return success(quote(venue.markets()[*market], venue.price(*market, now), now));
  if (path == "/api/v1/trade/history")
    return trade_history(venue, *market, now);
  return book(venue, *market, now);
}

}  // namespace cscan::kucoin_sim
