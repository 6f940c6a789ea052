#include "bench_scanner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/synthetic_market.hpp"

namespace cscan::bench {
namespace {

/// What one series is told.
struct Template {
  std::vector<Candle> history;
  Candle forming;
};

std::vector<std::vector<Template>> make_templates() {
  SyntheticMarket market(42);
  auto listed = market.instruments("binance");
  listed.resize(std::min(listed.size(), bench_templates));
  std::vector<std::vector<Template>> made;
  for (const Instrument& instrument : listed) {
    auto histories = market.history_all(instrument, bench_timeframes, bench_start(), bench_history);
    auto forming = market.forming_all(instrument, bench_timeframes, bench_start() + minutes(4));
    auto& series = made.emplace_back();
    for (std::size_t t = 0; t < bench_timeframes.size(); ++t)
      series.push_back({std::move(histories[t]), forming[t]});
  }
  return made;
}

}  // namespace

Timestamp bench_start() { return SyntheticMarket::genesis + days(2'000); }

std::size_t step(Scanner& scanner, const Input& input) {
  EffectBuffer effects;
  scanner.step(input, effects);
  return effects.size();
}

void fill(Scanner& scanner, std::size_t instruments, bool forming) {
  UniverseChanged universe{{}, {"bench"}};
  for (std::size_t i = 0; i < instruments; ++i)
    universe.instruments.push_back({"bench", fmt::format("M{}", i), "USDT", ""});
  step(scanner, universe);
  Timestamp now = bench_start();
  step(scanner, ClockAdvanced{now});
  const auto templates = make_templates();
  for (std::uint32_t i = 0; i < instruments; ++i)
    for (std::size_t t = 0; t < bench_timeframes.size(); ++t) {
      const Template& of = templates[i % templates.size()][t];
      InstrumentId id{i};
      Timeframe timeframe = bench_timeframes[t];
      step(scanner, HistoryLoaded{id, timeframe, of.history, false});
      if (forming)
        step(scanner, MarketEvent{CandleUpdate{id, timeframe, of.forming, now, now}});
    }
}

}  // namespace cscan::bench
