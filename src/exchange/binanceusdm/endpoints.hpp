#pragma once
// Binance USD-M futures in numbers: hosts, paths, weights, limits, names. From its public
// documentation as of July 2026; nothing here has been tried on the live service.

#include <array>

#include "exchange/exchange_table.hpp"

namespace cscan::binanceusdm {

/// Case matters. 3d, 1w and 1M exist too (1s is gone); the scanner has no such timeframes.
inline constexpr std::array<IntervalName, 12> intervals = {{
    {Timeframe::m1, "1m", "1m"},
    {Timeframe::m3, "3m", "3m"},
    {Timeframe::m5, "5m", "5m"},
    {Timeframe::m15, "15m", "15m"},
    {Timeframe::m30, "30m", "30m"},
    {Timeframe::h1, "1h", "1h"},
    {Timeframe::h2, "2h", "2h"},
    {Timeframe::h4, "4h", "4h"},
    {Timeframe::h6, "6h", "6h"},
    {Timeframe::h8, "8h", "8h"},
    {Timeframe::h12, "12h", "12h"},
    {Timeframe::d1, "1d", "1d"},
}};

/// 499 rows for 2 bring most candles per weight.
inline constexpr std::array<PageCost, 4> candle_pages = {
    {{99, 1}, {499, 2}, {1'000, 5}, {1'500, 10}}};

inline constexpr std::array<AssetAlias, 2> aliases = {{
    {"XBT", "BTC"},
    {"BCHSV", "BSV"},
}};

inline constexpr ExchangeTable table = {
    .id = "binanceusdm",
    .rest_host = "https://fapi.binance.com",
    .stream_host = "wss://fstream.binance.com",
    // Candles and tickers live under /market, books under /public. A stream asked for in the wrong
    // place is acknowledged and never heard of again.
    .stream_path = "/market/ws",
    .mirror_rest_host = "",
    .mirror_stream_host = "",
    .blocked_advice =
        "Binance does not serve USD-M futures to this region; there is no other "
        "address for this market",
    .time = {"/fapi/v1/time", 1},
    .listing = {"/fapi/v1/exchangeInfo", 1},
    .prices = {},
    .turnovers = {"/fapi/v1/ticker/24hr", 40},
    .candles = {"/fapi/v1/klines", 2},
    .token = {},
    .candle_pages = candle_pages,
    .intervals = intervals,
    .aliases = aliases,
    .request_weight = {2'400, minutes(1)},  // a calendar minute; exchangeInfo has the last word
    .used_weight_header = "X-MBX-USED-WEIGHT-1M",
    .stream_messages = {10, seconds(1)},  // PONG frames count
    .connects = {300, minutes(5)},        // documented for spot; assumed here
    .connections_max = 100,
    .topics_per_connection_max = 200,  // 1,024 by newer documents, 200 by older ones
    .topics_per_message_max = 100,
    .message_bytes_max = 4'000,  // above 4,096 the spot server was seen to say nothing
    .connection_life = hours(24),
    .flags_closed_candles = true,
    .omits_quiet_candles = false,
};

}  // namespace cscan::binanceusdm
