#pragma once
// What may change about an exchange without its protocol changing: hosts, paths, names, limits and
// weights. One constant of this type per exchange (its endpoints.hpp) and nowhere else a number.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// At most `max` of something in any `window`.
struct WindowLimit {
  std::uint32_t max = 0;
  Duration window;
};

/// A page of up to `rows_max` candles costs `weight`.
struct PageCost {
  std::uint32_t rows_max = 0;
  std::uint32_t weight = 0;
};

/// How an exchange spells a timeframe.
struct IntervalName {
  Timeframe timeframe{};
  std::string_view stream;
  std::string_view rest;
};

/// An asset that the exchange calls otherwise than everybody else.
struct AssetAlias {
  std::string_view exchange_name;
  std::string_view common_name;
};

/// One REST endpoint.
struct Endpoint {
  std::string_view path;
  std::uint32_t weight = 0;
};

/// Constants with static storage; plain data.
struct ExchangeTable {
  std::string_view id{};  ///< ccxt's

  std::string_view rest_host{};    ///< "https://…", no slash at the end
  std::string_view stream_host{};  ///< "wss://…"; empty when a token names it
  std::string_view stream_path{};
  std::string_view mirror_rest_host{};  ///< the same market data without a region block, or empty
  std::string_view mirror_stream_host{};
  std::string_view blocked_advice{};  ///< what a user can do about 451 and 403

  Endpoint time{};
  Endpoint listing{};
  Endpoint prices{};     ///< last prices of all markets; empty path: the streams bring them
  Endpoint turnovers{};  ///< 24 h turnover of all markets; empty path: the listing has it
  Endpoint candles{};
  Endpoint token{};                          ///< empty path: streams need none
  std::span<const PageCost> candle_pages{};  ///< ascending by rows_max
  std::span<const IntervalName> intervals{};
  std::span<const AssetAlias> aliases{};

  WindowLimit request_weight{};  ///< per address
  std::string_view used_weight_header{};
  WindowLimit stream_messages{};  ///< from us, per connection
  WindowLimit connects{};         ///< attempts per address
  std::uint32_t connections_max = 0;
  std::uint32_t topics_per_connection_max = 0;
  std::uint32_t topics_per_message_max = 0;
  std::uint32_t message_bytes_max = 0;
  Duration connection_life{};  ///< the exchange cuts after this

  bool flags_closed_candles = false;  ///< its candle stream says when a candle is closed
  bool omits_quiet_candles = false;   ///< a stretch without trades has no candle

  [[nodiscard]] const IntervalName* find_interval(Timeframe timeframe) const {
    for (const IntervalName& name : intervals)
      if (name.timeframe == timeframe)
        return &name;
    return nullptr;
  }
  [[nodiscard]] std::optional<Timeframe> find_stream_interval(std::string_view text) const {
    for (const IntervalName& name : intervals)
      if (name.stream == text)
        return name.timeframe;
    return std::nullopt;
  }
  [[nodiscard]] std::optional<Timeframe> find_rest_interval(std::string_view text) const {
    for (const IntervalName& name : intervals)
      if (name.rest == text)
        return name.timeframe;
    return std::nullopt;
  }
  [[nodiscard]] std::string_view common_asset(std::string_view exchange_name) const {
    for (const AssetAlias& alias : aliases)
      if (alias.exchange_name == exchange_name)
        return alias.common_name;
    return exchange_name;
  }
  /// The cost of a page of `rows`; the largest page's when `rows` is beyond it.
  [[nodiscard]] constexpr std::uint32_t page_weight(std::uint32_t rows) const {
    for (const PageCost& page : candle_pages)
      if (rows <= page.rows_max)
        return page.weight;
    return candle_pages.back().weight;
  }
  /// The page size that brings most candles per weight.
  [[nodiscard]] constexpr std::uint32_t best_page_rows() const {
    PageCost best = candle_pages.front();
    for (const PageCost& page : candle_pages)
      if (page.rows_max * best.weight > best.rows_max * page.weight)
        best = page;
    return best.rows_max;
  }
};

}  // namespace cscan
