// What the full scan costs an instrument and timeframe, in processor time, on one core and in one
// run, beside TA-Lib's batch functions over the 500 candles a scanner keeps.
// usage: scan_bench [--quick]

#include <fmt/format.h>

#include <cstring>

#include "analysis/scan_indicators.hpp"
#include "analysis/scan_verdict.hpp"
#include "bench_candles.hpp"
#include "measurement.hpp"
#include "talib_bundle.hpp"

namespace cscan::bench {
namespace {

constexpr std::size_t rounds = 5;
/// Candles before the first that is measured: a whole window of the peer.
constexpr std::size_t window = 500;
/// The peer is thousands of times slower: it computes every 16th candle.
constexpr std::size_t peer_stride = 16;

using Series = std::vector<Candle>;

/// Nanoseconds a candle of `work(bundle, candle)` over all series from the warm-up on.
template <class Work>
double ours_ns(const std::vector<Series>& all, Work&& work) {
  double ns = 0;
  std::size_t count = 0;
  for (const Series& series : all) {
    ScanIndicators bundle(Timeframe::m5);
    bundle.rebuild(std::span(series).first(window));
    ns += cpu_ns([&] {
      for (std::size_t i = window; i < series.size(); ++i)
        work(bundle, series[i]);
    });
    count += series.size() - window;
    consume(bundle.value().close);
  }
  return ns / static_cast<double>(count);
}

double talib_ns(const std::vector<TalibColumns>& all) {
  TalibBundle bundle(window);
  double sum = 0;
  std::size_t count = 0;
  double ns = cpu_ns([&] {
    for (const TalibColumns& columns : all)
      for (std::size_t i = window; i < columns.close.size(); i += peer_stride, ++count)
        sum += bundle.run_scan(columns, i);
  });
  consume(sum);
  return ns / static_cast<double>(count);
}

void measure(std::size_t per_series) {
  BenchCandles candles = load_bench_candles(window + per_series);
  std::erase_if(candles.series, [](const Series& series) { return series.size() <= window; });
  std::vector<TalibColumns> columns;
  for (const Series& series : candles.series)
    columns.push_back(to_columns(series));
  std::string peer = fmt::format("TA-Lib, same windows of {} candles", window);
  Measurement update{"scan bundle per candle",
                     "ns/candle",
                     Better::lower,
                     {},
                     peer,
                     {},
                     fmt::format("{}; {} bytes a series", candles.source, sizeof(ScanIndicators))};
  Measurement row{"scan row of a forming candle",
                  "ns/row",
                  Better::lower,
                  {},
                  peer,
                  {},
                  "a copy of the state, all values, the verdict"};
  for (std::size_t round = 0; round < rounds; ++round) {
    double sum = 0;
    update.ours.push_back(
        ours_ns(candles.series, [&](ScanIndicators& bundle, const Candle& candle) {
          bundle.update(candle);
          sum += bundle.value().close;
        }));
    row.ours.push_back(ours_ns(candles.series, [&](ScanIndicators& bundle, const Candle& candle) {
      Candle next = candle;
      next.open_time = bundle.newest_open() + length(Timeframe::m5);
      sum += judge_scan(bundle.peek(next)).trend_score.value_or(0);
    }));
    consume(sum);
    update.peer.push_back(talib_ns(columns));
  }
  row.peer = update.peer;
  print(update);
  print(row);
}

}  // namespace
}  // namespace cscan::bench

int main(int argc, char** argv) {
  bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
  cscan::bench::measure(quick ? 500 : 4'000);
}
