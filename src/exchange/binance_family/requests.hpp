#pragma once
// What is said to Binance: query addresses and subscription messages.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exchange/exchange_table.hpp"
#include "exchange/protocol.hpp"
#include "exchange/rest_message.hpp"

namespace cscan::binance_family {

/// Up to `rows` candles of `market` from the one that opens at `from` (inclusive) on. `rest_host`
/// is the table's or its mirror's.
[[nodiscard]] RestRequest candle_request(const ExchangeTable& table, std::string_view rest_host,
                                         std::string_view market, Timeframe timeframe,
                                         Timestamp from, std::uint32_t rows);

/// What such an address asks; nullopt for any other.
[[nodiscard]] std::optional<CandleQuestion> parse_candle_request(const ExchangeTable& table,
                                                                 std::string_view url);

/// {"method":"SUBSCRIBE","params":[…],"id":n}, or UNSUBSCRIBE.
[[nodiscard]] std::string subscribe_text(std::span<const std::string> streams, std::int64_t id);
[[nodiscard]] std::string unsubscribe_text(std::span<const std::string> streams, std::int64_t id);

}  // namespace cscan::binance_family
