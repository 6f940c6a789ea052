#pragma once
// For tests only: a scanner with its hands and ears. Says things to it in few words and sorts what
// it answers. Time starts at `start`, a Monday at midnight UTC, on every grid.

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "core/scanner.hpp"

namespace cscan::rig {

inline constexpr Timestamp start = Timestamp{} + days(20'002);

/// A random walk of `n` candles that opens at `first`; the same seed gives the same candles.
/// Volumes are spiky and moves have moods, so that all kinds of signals occur.
inline std::vector<Candle> random_walk(std::uint64_t seed, std::size_t n, Timestamp first,
                                       Timeframe timeframe, double size = 0.01) {
  std::mt19937_64 engine(seed);
  auto dice = [&](unsigned sides) { return static_cast<double>(engine() % sides); };
  std::vector<Candle> candles;
  double price = 1 + dice(50'000), mood = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (dice(8) == 0)
      mood = (dice(3) - 1) * size;
    double open = price, close = open * (1 + mood + size * (dice(201) - 100) / 100);
    double volume = dice(10) == 0 ? 300 : 20 + dice(100);
    candles.push_back({first + length(timeframe) * static_cast<std::int64_t>(i), open,
                       std::max(open, close) * 1.001, std::min(open, close) * 0.999, close,
                       volume});
    price = close;
  }
  return candles;
}

/// Candles that stand at 100 with volume 10.
inline std::vector<Candle> flat_market(std::size_t n, Timestamp first, Timeframe timeframe) {
  std::vector<Candle> candles;
  for (std::size_t i = 0; i < n; ++i)
    candles.push_back(
        {first + length(timeframe) * static_cast<std::int64_t>(i), 100, 100, 100, 100, 10});
  return candles;
}

/// The classic model: its window of a hundred candles keeps tests of everything else short.
inline Settings classic_settings() {
  Settings settings;
  settings.score_model = ScoreModel::classic;
  return settings;
}

inline Settings settings_of(std::vector<Timeframe> timeframes) {
  Settings settings = classic_settings();
  settings.timeframes.clear();
  for (Timeframe timeframe : timeframes)
    settings.timeframes.push_back({std::string(to_string(timeframe)), timeframe});
  return settings;
}

class Rig {
 public:
  explicit Rig(Settings settings = classic_settings(),
               std::vector<Instrument> instruments = {btc()}, Origin origin = Origin::live)
      : scanner(origin) {
    say(SettingsChanged{std::move(settings)});
    say(UniverseChanged{std::move(instruments), {"binance", "kucoin"}});
  }
  static Instrument btc() { return {"binance", "BTC", "USDT", ""}; }

  void say(const Input& input) {
    effects.clear();
    scanner.step(input, effects);
    for (const Effect& effect : effects)
      std::visit([this](const auto& e) { keep(e); }, effect);
  }
  void clock(Timestamp now) { say(ClockAdvanced{now}); }
  /// Moves the clock second by second, so that every timer is on time.
  void run_until(Timestamp now, Timestamp from) {
    for (Timestamp t = from; t <= now; t = t + seconds(1))
      clock(t);
  }
  void history(Timeframe timeframe, std::vector<Candle> past, std::uint32_t id = 0,
               bool from_listing = false) {
    say(HistoryLoaded{InstrumentId{id}, timeframe, std::move(past), from_listing});
  }
  void candle(Timeframe timeframe, Candle values, CandleState state, Timestamp received,
              std::uint32_t id = 0) {
    values.state = state;
    say(MarketEvent{CandleUpdate{InstrumentId{id}, timeframe, values, received, received}});
  }
  void price(double value, Timestamp received, std::uint32_t id = 0) {
    say(MarketEvent{PriceUpdate{InstrumentId{id}, value, 0, received, received}});
  }
  /// A whole candle as an exchange streams it: one forming update, the flag, then the settle delay.
  void stream(Timeframe timeframe, const Candle& values, std::uint32_t id = 0) {
    Timestamp closes = close_time(values.open_time, timeframe);
    candle(timeframe, values, CandleState::forming, closes - seconds(1), id);
    candle(timeframe, values, CandleState::closed_provisional, closes, id);
    clock(closes + seconds(5));
  }
  [[nodiscard]] const CoreCounters& counters() { return views.back().counters; }

  Scanner scanner;
  EffectBuffer effects;  ///< of the newest step
  std::vector<PersistSignal> signals;
  std::vector<PersistCandle> candles;
  std::vector<PublishPreview> previews;
  std::vector<PublishView> views;
  std::vector<RequestHistory> requests;

 private:
  void keep(const PersistSignal& e) { signals.push_back(e); }
  void keep(const PersistCandle& e) { candles.push_back(e); }
  void keep(const PublishPreview& e) { previews.push_back(e); }
  void keep(const PublishView& e) { views.push_back(e); }
  void keep(const RequestHistory& e) { requests.push_back(e); }
  void keep(const Note&) {}
};

}  // namespace cscan::rig
