#pragma once
// Binance spot in numbers: hosts, paths, weights, limits, names. From its public documentation as
// of July 2026; nothing here has been tried on the live service.

#include <array>

#include "exchange/exchange_table.hpp"

namespace cscan::binance {

/// Case matters. 1s, 3d, 1w and 1M exist too; the scanner has no such timeframes.
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

/// Any page costs the same, so the largest is the best.
inline constexpr std::array<PageCost, 1> candle_pages = {{{1'000, 2}}};

inline constexpr std::array<AssetAlias, 3> aliases = {{
    {"XBT", "BTC"},
    {"BCHSV", "BSV"},
    {"YOYO", "YOYOW"},
}};

inline constexpr ExchangeTable table = {
    .id = "binance",
    .rest_host = "https://api.binance.com",
    .stream_host = "wss://stream.binance.com:9443",
    .stream_path = "/ws",
    .mirror_rest_host = "https://data-api.binance.vision",
    .mirror_stream_host = "wss://data-stream.binance.vision",
    .blocked_advice =
        "Binance does not serve this region from api.binance.com; its market data is "
        "also at data-api.binance.vision and data-stream.binance.vision: start with "
        "--exchange-url binance=https://data-api.binance.vision",
    .time = {"/api/v3/time", 1},
    .listing = {"/api/v3/exchangeInfo?showPermissionSets=false", 20},
    .prices = {},
    .turnovers = {"/api/v3/ticker/24hr", 80},
    .candles = {"/api/v3/klines", 2},
    .token = {},
    .candle_pages = candle_pages,
    .intervals = intervals,
    .aliases = aliases,
    .request_weight = {6'000, minutes(1)},  // a calendar minute; exchangeInfo has the last word
    .used_weight_header = "X-MBX-USED-WEIGHT-1M",
    .stream_messages = {5, seconds(1)},  // PONG frames count
    .connects = {300, minutes(5)},
    .connections_max = 100,
    .topics_per_connection_max = 1'024,
    .topics_per_message_max = 100,
    .message_bytes_max = 4'000,  // above 4,096 the server was seen to say nothing
    .connection_life = hours(24),
    .flags_closed_candles = true,
    .omits_quiet_candles = false,
};

}  // namespace cscan::binance
