// What one pass of previews over many forming candles costs, in processor time, on one core: the
// step of a whole scanner in which only the signals stream is due. Beside it TA-Lib's bundle over
// as many windows. usage: preview_bench [--quick]

#include <fmt/format.h>

#include <cstring>

#include "base/check.hpp"
#include "bench_scanner.hpp"
#include "measurement.hpp"
#include "sim/synthetic_market.hpp"
#include "talib_bundle.hpp"

namespace cscan::bench {
namespace {

constexpr std::size_t rounds = 5;
constexpr std::size_t peer_window = 100;

/// Only previews within the five minutes that are measured.
Settings previews_alone(ScoreModel model) {
  Settings settings;
  settings.score_model = model;
  settings.price_update_interval = 3'600;
  settings.market_state_interval = 3'600;
  settings.scan_interval = 3'600;
  return settings;
}

/// Milliseconds of `count` windows; a few hundred different ones, again and again.
double talib_ms(const TalibColumns& columns, std::size_t count) {
  TalibBundle bundle(peer_window);
  double sum = 0;
  double ns = cpu_ns([&] {
    for (std::size_t i = 0; i < count; ++i)
      sum += bundle.run(columns, peer_window + i % (columns.close.size() - peer_window));
  });
  consume(sum);
  return ns / 1e6;
}

void measure(ScoreModel model, std::size_t instruments) {
  Scanner scanner;
  step(scanner, SettingsChanged{previews_alone(model)});
  fill(scanner, instruments, true);
  step(scanner, ClockAdvanced{bench_start() + seconds(1)});  // every stream's first run
  SyntheticMarket market(42);
  TalibColumns columns = to_columns(market.history(market.instruments("binance").front(),
                                                   Timeframe::m5, bench_start(), bench_history));
  std::size_t series = instruments * bench_timeframes.size();
  Measurement pass{fmt::format("preview pass, {}", to_string(model)),
                   "ms/pass",
                   Better::lower,
                   {},
                   fmt::format("TA-Lib bundle, as many windows of {}", peer_window),
                   {},
                   ""};
  for (std::size_t round = 0; round < rounds; ++round) {
    Timestamp now = bench_start() + seconds(30 * (static_cast<std::int64_t>(round) + 1));
    std::size_t effects = 0;
    pass.ours.push_back(cpu_ns([&] { effects = step(scanner, ClockAdvanced{now}); }) / 1e6);
    CHECK(effects > series, "{} effects", effects);  // a preview each, and the view
    pass.peer.push_back(talib_ms(columns, series));
  }
  pass.note = fmt::format("{} symbols x {} timeframes, every one forming", instruments,
                          bench_timeframes.size());
  print(pass);
}

}  // namespace
}  // namespace cscan::bench

int main(int argc, char** argv) {
  using namespace cscan;
  bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
  for (ScoreModel model : {ScoreModel::classic, ScoreModel::rarity})
    bench::measure(model, quick ? 200 : 2'000);
}
