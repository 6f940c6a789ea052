// What one closed candle costs, in processor time, on one core and in one run: the score of each
// model and the step of the whole scanner beside TA-Lib's bundle on the same windows, and the text
// and digest of a signal beside the digest alone. usage: score_bench [--quick]

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "analysis/series_scorer.hpp"
#include "base/digest.hpp"
#include "bench_candles.hpp"
#include "core/scanner.hpp"
#include "measurement.hpp"
#include "talib_bundle.hpp"
#include "wire/signal_json.hpp"

namespace cscan::bench {
namespace {

constexpr std::size_t rounds = 5;
/// Candles before the first that is measured; the longest window of any model fits.
constexpr std::size_t warm_up = 600;

double per(double total, std::size_t count) { return total / static_cast<double>(count); }

/// The windows of one run: all series from the warm-up on.
struct Windows {
  BenchCandles candles;
  std::vector<TalibColumns> columns;
  std::size_t count = 0;
};

Windows load_windows(std::size_t per_series) {
  Windows windows{load_bench_candles(warm_up + per_series), {}, 0};
  std::erase_if(windows.candles.series,
                [](const auto& series) { return series.size() <= warm_up; });
  for (const auto& series : windows.candles.series) {
    windows.columns.push_back(to_columns(series));
    windows.count += series.size() - warm_up;
  }
  return windows;
}

double talib_ns(const Windows& windows, TalibBundle& bundle) {
  double sum = 0;
  double ns = cpu_ns([&] {
    for (const TalibColumns& columns : windows.columns)
      for (std::size_t i = warm_up; i < columns.close.size(); ++i)
        sum += bundle.run(columns, i);
  });
  consume(sum);
  return per(ns, windows.count);
}

double score_ns(const Windows& windows, const ScoreModelInfo& model, const Settings& settings) {
  double sum = 0, ns = 0;
  for (const auto& series : windows.candles.series) {
    SeriesScorer scorer(model);
    (void)scorer.score_closed(series, warm_up - 1, false, settings);  // fills its memo
    ns += cpu_ns([&] {
      for (std::size_t i = warm_up; i < series.size(); ++i)
        if (auto signal = scorer.score_closed(series, i, false, settings))
          sum += signal->combined.value();
    });
  }
  consume(sum);
  return per(ns, windows.count);
}

/// Closed candles through a scanner, instant by instant over all markets, as a replay feeds them.
class Feed {
 public:
  Feed(const Windows& windows, const Settings& settings) : windows_(windows) {
    UniverseChanged universe{{}, {"bench"}};
    for (std::size_t i = 0; i < windows.candles.series.size(); ++i) {
      universe.instruments.push_back({"bench", fmt::format("M{}", i), "USDT", ""});
      // Series that began later end with the others: count from the end.
      longest_ = std::max(longest_, windows.candles.series[i].size());
    }
    scanner_.step(SettingsChanged{settings}, effects_);
    scanner_.step(universe, effects_);
  }

  [[nodiscard]] std::size_t length() const { return longest_; }

  /// Feeds instants [from, to); the number of candles in them.
  std::size_t play(std::size_t from, std::size_t to) {
    std::size_t fed = 0;
    for (std::size_t instant = from; instant < to; ++instant) {
      bool advanced = false;
      for (std::uint32_t id = 0; id < windows_.candles.series.size(); ++id) {
        const auto& series = windows_.candles.series[id];
        std::size_t absent = longest_ - series.size();
        if (instant < absent)
          continue;
        const Candle& candle = series[instant - absent];
        Timestamp close = close_time(candle.open_time, Timeframe::m5);
        if (!std::exchange(advanced, true))
          scanner_.step(ClockAdvanced{close}, effects_);
        scanner_.step(
            MarketEvent{CandleUpdate{InstrumentId{id}, Timeframe::m5, candle, close, close}},
            effects_);
        ++fed;
      }
      effects_.clear();
    }
    return fed;
  }

 private:
  const Windows& windows_;
  Scanner scanner_{Origin::replay};
  EffectBuffer effects_;
  std::size_t longest_ = 0;
};

double step_ns(const Windows& windows, Settings settings) {
  settings.timeframes = {{"scalp", Timeframe::m5}};
  Feed feed(windows, settings);
  feed.play(0, warm_up);
  std::size_t fed = 0;
  double ns = cpu_ns([&] { fed = feed.play(warm_up, feed.length()); });
  return per(ns, fed);
}

void measure_models(const Windows& windows) {
  TalibBundle bundle(100);
  for (ScoreModel model : {ScoreModel::classic, ScoreModel::rarity}) {
    const ScoreModelInfo* info = find_score_model(model);
    if (info == nullptr)
      continue;  // not in this build yet
    Settings settings;
    settings.score_model = model;
    std::string name(to_string(model));
    Measurement score{"score_closed, " + name,      "ns/candle", Better::lower,         {},
                      "TA-Lib bundle, 100 candles", {},          windows.candles.source};
    Measurement step{"Scanner::step, " + name,
                     "ns/candle",
                     Better::lower,
                     {},
                     "TA-Lib bundle, 100 candles",
                     {},
                     "one closed candle, no JSON"};
    for (std::size_t round = 0; round < rounds; ++round) {
      score.ours.push_back(score_ns(windows, *info, settings));
      score.peer.push_back(talib_ns(windows, bundle));
      step.ours.push_back(step_ns(windows, settings));
    }
    step.peer = score.peer;
    print(score);
    print(step);
  }
}

/// Signals to render, as a replay of a whole set meets them.
std::vector<Signal> some_signals(const Windows& windows, const Settings& settings) {
  const ScoreModelInfo* model = find_score_model(settings.score_model);
  std::vector<Signal> signals;
  for (const auto& series : windows.candles.series)
    for (std::size_t i = warm_up; i < series.size() && i < warm_up + 100; ++i) {
      signals.push_back(*score_closed(*model, series, i, false, settings));
      signals.back().timeframe = Timeframe::m5;
    }
  return signals;
}

void measure_text(const Windows& windows) {
  Settings settings;
  std::vector<Signal> signals = some_signals(windows, settings);
  SignalContext context = signal_context({"binance", "BTC", "USDT", ""}, settings, Timeframe::m5);
  std::vector<std::string> ids(signals.size()), bodies(signals.size());
  Sha256 digest;
  auto each = [&](auto&& work) {
    return per(cpu_ns([&] {
                 for (std::size_t i = 0; i < signals.size(); ++i)
                   work(i);
               }),
               signals.size());
  };
  Measurement id{"signal id (SHA-256 of its key)", "ns/signal", Better::lower, {}, "", {}, ""};
  Measurement text{
      "signal body as JSON", "ns/signal", Better::lower, {}, "SHA-256 of the same bytes", {}, ""};
  for (std::size_t round = 0; round < rounds; ++round) {
    id.ours.push_back(each([&](std::size_t i) { ids[i] = signal_id(signals[i], context); }));
    text.ours.push_back(each([&](std::size_t i) {
      bodies[i].clear();
      append_signal_body(bodies[i], signals[i], context, ids[i]);
    }));
    text.peer.push_back(each([&](std::size_t i) { digest.update(bodies[i]); }));
  }
  std::size_t bytes = 0;
  for (const std::string& body : bodies)
    bytes += body.size();
  text.note = fmt::format("{} bytes on average", bytes / bodies.size());
  print(id);
  print(text);
}

}  // namespace
}  // namespace cscan::bench

int main(int argc, char** argv) {
  using namespace cscan::bench;
  bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
  Windows windows = load_windows(quick ? 500 : 4'000);
  measure_models(windows);
  measure_text(windows);
}
