#pragma once
// KuCoin Futures in numbers: hosts, paths, weights, limits, names. From its public documentation
// and probes by others as of October 2026; nothing here has been tried on the live service. Where
// sources disagree the smaller number stands.

#include <array>

#include "exchange/exchange_table.hpp"

namespace cscan::kucoinfutures {

/// REST counts minutes. There are no 3m (documented for streams only) and no 6h.
inline constexpr std::array<IntervalName, 10> intervals = {{
    {Timeframe::m1, "1min", "1"},
    {Timeframe::m5, "5min", "5"},
    {Timeframe::m15, "15min", "15"},
    {Timeframe::m30, "30min", "30"},
    {Timeframe::h1, "1hour", "60"},
    {Timeframe::h2, "2hour", "120"},
    {Timeframe::h4, "4hour", "240"},
    {Timeframe::h8, "8hour", "480"},
    {Timeframe::h12, "12hour", "720"},
    {Timeframe::d1, "1day", "1440"},
}};

/// 500 rows by newer documents, 200 by older ones; odd answers to larger windows were reported.
inline constexpr std::array<PageCost, 1> candle_pages = {{{200, 3}}};

inline constexpr std::array<AssetAlias, 7> aliases = {{
    {"XBT", "BTC"},
    {"BCHSV", "BSV"},
    {"BIFI", "BIFIF"},
    {"VAI", "VAIOT"},
    {"WAX", "WAXP"},
    {"ALT", "APTOSLAUNCHTOKEN"},
    {"KALT", "ALT"},
}};

/// A token's server must lie here; anything else is no server of theirs.
inline constexpr std::string_view stream_domain = ".kucoin.com";

inline constexpr ExchangeTable table = {
    .id = "kucoinfutures",
    .rest_host = "https://api-futures.kucoin.com",
    .stream_host = "",  // the token's answer names it
    .stream_path = "",
    .mirror_rest_host = "",
    .mirror_stream_host = "",
    .blocked_advice =
        "KuCoin does not serve this region or this address; there is no other address for its "
        "futures",
    .time = {"/api/v1/timestamp", 2},
    .listing = {"/api/v1/contracts/active", 3},
    .prices = {},
    .turnovers = {},
    .candles = {"/api/v1/kline/query", 3},
    .token = {"/api/v1/bullet-public", 10},
    .candle_pages = candle_pages,
    .intervals = intervals,
    .aliases = aliases,
    .request_weight = {2'000, seconds(30)},
    .used_weight_header = "",  // limit and remainder instead
    .stream_messages = {100, seconds(10)},
    .connects = {30, minutes(1)},      // by old documents
    .connections_max = 50,             // 800 by newer documents
    .topics_per_connection_max = 300,  // 400, or unlimited, by others
    .topics_per_message_max = 100,
    .message_bytes_max = 4'000,  // not documented
    .connection_life = hours(24),
    .flags_closed_candles = false,
    .omits_quiet_candles = true,
};

}  // namespace cscan::kucoinfutures
