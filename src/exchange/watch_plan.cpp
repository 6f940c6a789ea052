#include "exchange/watch_plan.hpp"

#include <fmt/format.h>

namespace cscan {
namespace {

/// Room on a connection for the canary and the prices of all markets.
constexpr std::uint64_t reserved_topics = 2;

constexpr std::uint64_t divide_up(std::uint64_t n, std::uint64_t by) { return (n + by - 1) / by; }

Status check_timeframes(const ExchangeTable& table, std::span<const Timeframe> timeframes) {
  for (Timeframe timeframe : timeframes) {
    if (table.find_interval(timeframe) != nullptr)
      continue;
    std::string known;
    for (const IntervalName& name : table.intervals)
      known += fmt::format("{}{}", known.empty() ? "" : ", ", to_string(name.timeframe));
    return fail(Error{
        ErrorCode::unsupported,
        fmt::format("{} has no candles of {}: it has {}", table.id, to_string(timeframe), known),
        {}}.with("field", "timeframes")
                    .with("value", std::string(to_string(timeframe)))
                    .with("accepted", known));
  }
  return {};
}

}  // namespace

std::uint32_t history_page_rows(const ExchangeTable& table, std::size_t history) {
  std::uint32_t best = table.best_page_rows();
  std::uint64_t pages = divide_up(history, best);
  std::uint64_t cost = pages * table.page_weight(best);
  for (const PageCost& page : table.candle_pages)
    if (history <= page.rows_max && page.weight <= cost)
      return page.rows_max;
  return best;
}

Result<WatchPlan> plan_watch(const ExchangeTable& table, std::size_t markets,
                             std::span<const Timeframe> timeframes, std::size_t history) {
  if (auto known = check_timeframes(table, timeframes); !known)
    return fail(std::move(known.error()));
  WatchPlan plan;
  plan.topics = markets * timeframes.size();
  plan.topics_per_connection = table.topics_per_connection_max - reserved_topics;
  plan.connections = std::max<std::uint64_t>(1, divide_up(plan.topics, plan.topics_per_connection));
  if (plan.connections > table.connections_max) {
    std::uint64_t most = table.connections_max * plan.topics_per_connection;
    return fail(Error{ErrorCode::unsupported,
                      fmt::format("{} markets on {} timeframes are {} streams, and {} carries {}: "
                                  "watch at most {} markets, or fewer timeframes",
                                  markets, timeframes.size(), plan.topics, table.id, most,
                                  most / timeframes.size()),
                      {}}
                    .with("field", "symbols")
                    .with("accepted", fmt::format("{}", most / timeframes.size())));
  }
  plan.subscribe_messages = divide_up(plan.topics, table.topics_per_message_max) + plan.connections;
  std::uint64_t per_window = std::max<std::uint64_t>(1, table.stream_messages.max * 4 / 5);
  std::uint64_t per_connection = divide_up(plan.subscribe_messages, plan.connections);
  plan.seconds_to_subscribe =
      divide_up(per_connection * static_cast<std::uint64_t>(table.stream_messages.window.ms),
                per_window * 1'000);
  std::uint32_t rows = history_page_rows(table, history);
  plan.history_requests = plan.topics * divide_up(history, rows);
  plan.history_weight = plan.history_requests * table.page_weight(rows);
  plan.seconds_to_load =
      divide_up(plan.history_weight * static_cast<std::uint64_t>(table.request_weight.window.ms),
                std::uint64_t{table.request_weight.max} * 600);
  return plan;
}

std::string WatchPlan::text() const {
  return fmt::format(
      "{} streams on {} connection{}; {} requests of weight {} load the history in about {} s",
      topics, connections, connections == 1 ? "" : "s", history_requests, history_weight,
      seconds_to_load);
}

}  // namespace cscan
