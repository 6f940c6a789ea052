#pragma once
// For tests only: a frame of Binance's streams, decoded, compared value by value with what another
// parser finds in it.

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "exchange/exchange_table.hpp"
#include "exchange/stream_message.hpp"

namespace cscan::fixture {

/// When the frames count as received.
inline constexpr Timestamp after_all_captures{1'800'000'000'000};

[[nodiscard]] DecodedFrame decode_binance_frame(const ExchangeTable& table, std::string_view frame);

/// The event of a frame, wrapped or bare.
[[nodiscard]] boost::json::object binance_event(const std::string& frame);

void check_binance_trade(const TradeMessage& message, const boost::json::object& event);

/// Compares the frame with its text and says of which kind it is: "forming", "closed", "trade",
/// "quote", "other".
std::string check_binance_frame(const ExchangeTable& table, const std::string& frame);

}  // namespace cscan::fixture
