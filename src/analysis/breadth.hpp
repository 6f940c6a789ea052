#pragma once
// How many assets rise and fall. Each base asset counts once: an asset listed on three exchanges is
// not three opinions. Rows of disjoint sets of instruments can be joined before counting.

#include <optional>
#include <string_view>
#include <vector>

#include "model/market_state.hpp"

namespace cscan {

/// One instrument's change over the window. `rank` is the position of its exchange in the start
/// list; the lowest rank that has a change speaks for the base.
struct BreadthRow {
  std::string_view base;
  std::size_t rank = 0;
  std::optional<double> change;  ///< fraction; empty when the price is not fresh
};

struct BreadthCount {
  std::int64_t advancing = 0;
  std::int64_t declining = 0;
  std::int64_t unchanged = 0;
  std::int64_t bases = 0;
  [[nodiscard]] std::int64_t covered() const { return advancing + declining + unchanged; }
  /// advancing / (advancing + declining); empty when both are 0.
  [[nodiscard]] std::optional<double> ratio() const;
};

[[nodiscard]] BreadthCount count_breadth(std::vector<BreadthRow> rows);

/// The brief's market_bias: bullish from 0.55, bearish up to 0.45, else neutral.
[[nodiscard]] MarketBias market_bias(std::optional<double> ratio);

/// market_trend over the breadth of the 24 h change: bullish from 0.70, bearish up to 0.30; a
/// verdict is left only 0.05 beyond its threshold.
[[nodiscard]] MarketBias market_trend(std::optional<double> ratio, MarketBias previous);

}  // namespace cscan
