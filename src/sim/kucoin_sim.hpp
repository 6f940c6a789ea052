#pragma once
// What KuCoin Futures' queries and streams have in common in the simulator: names and numbers.

#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/decimal.hpp"
#include "sim/exchange_dialect.hpp"
#include "sim/sim_json.hpp"

namespace cscan::kucoin_sim {

struct IntervalRow {
  Timeframe timeframe{};
  std::string_view stream;
  std::int64_t granularity = 0;
};
inline constexpr std::array intervals = {
    IntervalRow{Timeframe::m1, "1min", 1},    IntervalRow{Timeframe::m3, "3min", 3},
    IntervalRow{Timeframe::m5, "5min", 5},    IntervalRow{Timeframe::m15, "15min", 15},
    IntervalRow{Timeframe::m30, "30min", 30}, IntervalRow{Timeframe::h1, "1hour", 60},
    IntervalRow{Timeframe::h2, "2hour", 120}, IntervalRow{Timeframe::h4, "4hour", 240},
    IntervalRow{Timeframe::h8, "8hour", 480}, IntervalRow{Timeframe::h12, "12hour", 720},
    IntervalRow{Timeframe::d1, "1day", 1'440}};

/// Base units are whole lots here.
inline std::int64_t lots(const SimMarket& market, double volume) {
  return static_cast<std::int64_t>(volume * market.traded.lots_per_unit + 0.5);
}
inline std::string number(double value) { return format_decimal(value); }
/// On the grid of its ticks, as differences and sums of prices are not.
inline std::string price_number(const SimMarket& market, double price) {
  const double per_unit = market.traded.ticks_per_unit;
  return number(std::round(price * per_unit) / per_unit);
}
/// Likewise of its lots.
inline std::string volume_number(const SimMarket& market, double volume) {
  return number(std::round(volume * market.traded.lots_per_unit) / market.traded.lots_per_unit);
}
inline std::int64_t nanoseconds_of(Timestamp t) { return t.ms * 1'000'000; }

inline SimReply success(std::string_view body) {
  return {200, fmt::format(R"({{"code":"200000","data":{}}})", body)};
}
inline SimReply refuse(std::string_view code, std::string_view text, int status = 200) {
  return {status, fmt::format(R"({{"code":"{}","msg":{}}})", code, json_text(text))};
}

/// Last trade and best prices, as queries and an old topic tell them.
[[nodiscard]] std::string quote(const SimMarket& market, double price, Timestamp now);
[[nodiscard]] std::string best_quote(const SimMarket& market, double price, Timestamp now);

/// `tokens` counts those given out.
[[nodiscard]] SimReply answer(SimVenue& venue, const SimRequest& request, Timestamp now,
                              std::uint64_t& tokens);

}  // namespace cscan::kucoin_sim
