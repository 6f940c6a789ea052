// Prints docs/scores.md: what the scores look like on recorded candles and on candles in which
// there is nothing to find. Called by ./dev scores. The same candles give the same page.

#include <fmt/format.h>

#include "gate_sets.hpp"
#include "score_survey.hpp"

namespace cscan::survey {
namespace {

constexpr std::string_view introduction = R"(# What the scores look like

**A score says how rare a move is, not that it pays.** Nothing on this page says what happens after
a signal, and the tables show why that has to be asked separately: on random walks, where nothing
can pay, scores come out as high as on real markets, and `rarity` finds about as many candidates
for a reversion.

This page is made by `./dev scores`, with default settings, from recorded candles that lie outside
the repository (`CSCAN_MARKET_DATA`). No signal is left out. Running it again gives the same page;
a test recomputes parts of it.

## The candles

| name | what |
|---|---|
| `binance_2024` | Binance spot, 42 markets, January to September 2024, 5m from late July |
| `kucoin_2023` | KuCoin spot, 20 markets, thin ones among them, five weeks; 1h rolled up from 5m |
| `outage_2021` | Binance spot, 8 markets, ten days with two halts of the exchange |
| `long` | Binance spot, BTC/USDT alone: 1h since 2017, 5m of 2024 |
| `iid, volume s` | normal returns of 0.4 %; volume log-normal, s its logarithm's deviation |
| `GARCH(1,1)` | variance: 0.02 v + 0.10 return² + 0.88 × its last; volume log-normal × σ |
| `…, shuffled` | the recorded candles in a random order, each with its shape and volume |
| `…, random signs` | the recorded candles, each turned upside down with even chances |

The last four are *nulls*: there is nothing to find in them. Shuffling leaves neither trends nor
clusters of volatility; random signs leave size, order and volume as they were and take only the
direction. Walks have 60,000 candles. All draws are counter-based, seed 20251024. Rows that a
recorded file lacks count as candles without trades. Empty cells: no series is long enough (`rarity`
needs 500 candles).

## The columns

Shares are in percent of all signals, one for each candle with a full window. *≥ 60* is a combined
score of 60 or more; *by series* is the smallest, the median and the largest share among the series.
A *reversion candidate* has at least two of the last four columns (fully met factors) and, in
`rarity`, a reversion score of 70.
)";

constexpr std::string_view score_head =
    "| candles | timeframe | signals | ≥ 40 % | ≥ 60 % | ≥ 80 % | ≥ 60 % by series: min / median / "
    "max |\n|---|---|---:|---:|---:|---:|---:|\n";
constexpr std::string_view type_head =
    "| candles | timeframe | MOMENTUM BUY | SELL | REVERSION BULLISH | BEARISH | STRONG BUY | SELL "
    "| "
    "WEAK BUY | SELL | NEUTRAL |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";
constexpr std::string_view firing_head =
    "| candles | timeframe | trend formation | reversion candidate | momentum > 70 | run of closes "
    "| "
    "volume | gain | RSI |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n";

/// All groups, of both models.
struct Survey {
  Groups rarity{ScoreModel::rarity};
  Groups classic{ScoreModel::classic};

  Status take(const std::filesystem::path& root) {
    SeriesSink sink = [this](std::string_view set, Timeframe timeframe,
                             const std::vector<Candle>& candles) {
      rarity.add(set, timeframe, candles);
      classic.add(set, timeframe, candles);
    };
    for (std::string_view set : recorded_sets)
      if (auto done = for_each_recorded(root, {set, {}}, sink); !done)
        return done;
    for_each_walk(walk_candles, sink);
    for (std::string_view set : recorded_null_sets)
      if (auto done = for_each_recorded_null(root, {set, {}}, sink); !done)
        return done;
    return {};
  }
};

void print_table(std::string_view title, std::string_view head, const Groups& groups,
                 std::string (*row)(const Group&)) {
  fmt::print("\n### {}\n\n{}", title, head);
  for (const Group& group : groups.all())
    fmt::print("{}", row(group));
}

void print_model(std::string_view title, std::string_view text, const Groups& groups) {
  fmt::print("\n## {}\n\n{}", title, text);
  print_table("Scores", score_head, groups, &score_row);
  print_table("Types", type_head, groups, &type_row);
  print_table("Detectors", firing_head, groups, &firing_row);
}

int run() {
  auto root = gate::recorded_root();
  if (!root) {
    fmt::print(stderr, "score_survey: no recorded data (set CSCAN_MARKET_DATA)\n");
    return 2;
  }
  Survey survey;
  if (auto done = survey.take(*root); !done) {
    fmt::print(stderr, "score_survey: {}\n", done.error().message);
    return 2;
  }
  fmt::print("{}", introduction);
  print_model(
      "rarity",
      "The default. Its scores are ranks in a series' own history, so about as many candles\n"
      "reach 60 on one market as on another, and on a random walk as on either.\n",
      survey.rarity);
  print_model(
      "classic",
      "The formulas of an older scanner, for comparison. Its thresholds are in percent of\n"
      "price, so its scores depend on timeframe and market, and on short timeframes nearly\n"
      "all are low. Its trend formation fires on a fifth to a third of all candles, random\n"
      "or not.\n",
      survey.classic);
  return 0;
}

}  // namespace
}  // namespace cscan::survey

int main() { return cscan::survey::run(); }
