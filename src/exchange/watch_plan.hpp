#pragma once
// What watching costs an exchange, before anything is asked of it: streams, connections, requests
// and the time they take within 80 % of its limits. What cannot be carried is refused here, with
// the largest setting that can.

#include <cstdint>
#include <span>
#include <string>

#include "base/result.hpp"
#include "exchange/exchange_table.hpp"

namespace cscan {

struct WatchPlan {
  std::uint64_t topics = 0;
  std::uint64_t connections = 0;
  std::uint64_t topics_per_connection = 0;  ///< at most, without canary and prices
  std::uint64_t subscribe_messages = 0;
  std::uint64_t seconds_to_subscribe = 0;
  std::uint64_t history_requests = 0;
  std::uint64_t history_weight = 0;
  std::uint64_t seconds_to_load = 0;

  /// One line for people.
  [[nodiscard]] std::string text() const;
};

/// `history` candles of each series are loaded. unsupported: a timeframe that the exchange does not
/// have, or more topics than its connections hold.
[[nodiscard]] Result<WatchPlan> plan_watch(const ExchangeTable& table, std::size_t markets,
                                           std::span<const Timeframe> timeframes,
                                           std::size_t history);

/// The page size for a history of that length: one page where one does, else the best value.
[[nodiscard]] std::uint32_t history_page_rows(const ExchangeTable& table, std::size_t history);

}  // namespace cscan
