#pragma once
// Bodies of KuCoin's REST answers: {"code": "200000", "data": …}. Pure functions of (body, time of
// arrival).

#include <string_view>

#include "exchange/candle_page.hpp"
#include "exchange/json_reader.hpp"
#include "exchange/rest_message.hpp"

namespace cscan::kucoinfutures {

[[nodiscard]] Result<Timestamp> parse_time(JsonReader& reader, std::string_view body,
                                           Timestamp received);

/// Rows [open ms, open, high, low, close, lots, …], ascending; intervals without trades have none.
/// The streams' order of prices is another one.
[[nodiscard]] Result<CandlePage> parse_candles(JsonReader& reader, std::string_view body,
                                               Timeframe timeframe, Timestamp received);

/// The right to one stream connection, for a day.
struct StreamToken {
  std::string token;
  std::string endpoint;  ///< "wss://…"
  Duration ping_every{};
};
/// /bullet-public: the token and the first WebSocket server.
[[nodiscard]] Result<StreamToken> parse_token(JsonReader& reader, std::string_view body);

/// What an answer means; errors come with status 200 too. `malformed` for a success that is none of
/// theirs (a web page).
[[nodiscard]] ResponseVerdict judge_response(JsonReader& reader, const RestResponse& response);

}  // namespace cscan::kucoinfutures
