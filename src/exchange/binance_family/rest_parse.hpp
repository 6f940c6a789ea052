#pragma once
// Bodies of Binance's REST answers, spot and USD-M. Pure functions of (body, time of arrival).

#include <string_view>
#include <vector>

#include "exchange/candle_page.hpp"
#include "exchange/exchange_table.hpp"
#include "exchange/json_reader.hpp"
#include "exchange/rest_message.hpp"
#include "exchange/stream_message.hpp"

namespace cscan::binance_family {

/// {"serverTime": ms}
[[nodiscard]] Result<Timestamp> parse_time(JsonReader& reader, std::string_view body,
                                           Timestamp received);

/// The rows of /klines: [open ms, "O", "H", "L", "C", "base volume", last ms, …], ascending. A
/// forming candle at the end is a row like any other.
[[nodiscard]] Result<CandlePage> parse_candles(JsonReader& reader, std::string_view body,
                                               Timeframe timeframe, Timestamp received);

/// /ticker/24hr, one object or an array. Markets that never traded (price 0) are left out.
[[nodiscard]] Result<std::vector<PriceMessage>> parse_prices(JsonReader& reader,
                                                             std::string_view body,
                                                             Timestamp received);

/// /aggTrades of `market`, in its order.
[[nodiscard]] Result<std::vector<TradeMessage>> parse_trades(JsonReader& reader,
                                                             std::string_view body,
                                                             std::string_view market,
                                                             Timestamp received);

/// What an answer means: from its status, its headers and the error in its body, which may come
/// with status 200. `ok` says nothing about whether the body can be read.
[[nodiscard]] ResponseVerdict judge_response(JsonReader& reader, const RestResponse& response,
                                             Timestamp received);

}  // namespace cscan::binance_family
