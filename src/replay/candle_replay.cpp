#include "replay/candle_replay.hpp"

#include <queue>

#include "core/scanner.hpp"

namespace cscan {
namespace {

/// Where one series stands. Its place in the order of the contract is kept beside it: comparing
/// must not fetch candles from all over memory.
struct Cursor {
  explicit Cursor(const RecordedSeries& of) : series(&of) { set_key(); }

  const RecordedSeries* series;
  std::size_t next = 0;
  Timestamp close{};
  std::uint64_t rank = 0;  ///< timeframe, then instrument: these are sorted by exchange and symbol

  [[nodiscard]] const Candle& candle() const { return series->candles[next]; }
  [[nodiscard]] bool advance() {
    if (++next == series->candles.size())
      return false;
    set_key();
    return true;
  }

 private:
  void set_key() {
    close = close_time(candle().open_time, series->timeframe);
    rank = static_cast<std::uint64_t>(series->timeframe) << 32 | series->instrument.value;
  }
};

struct Later {
  bool operator()(const Cursor& a, const Cursor& b) const {
    return a.close != b.close ? a.close > b.close : a.rank > b.rank;
  }
};

using CursorQueue = std::priority_queue<Cursor, std::vector<Cursor>, Later>;

void start(Scanner& scanner, const CandleRecording& recording, const Settings& settings,
           EffectBuffer& effects) {
  scanner.step(SettingsChanged{settings}, effects);
  UniverseChanged universe{recording.instruments, {}};
  for (const Instrument& instrument : recording.instruments)
    if (universe.exchange_ranking.empty() ||
        universe.exchange_ranking.back() != instrument.exchange)
      universe.exchange_ranking.push_back(instrument.exchange);
  scanner.step(universe, effects);
}

void feed(Scanner& scanner, const Cursor& cursor, FileStart file_start, EffectBuffer& effects) {
  const RecordedSeries& series = *cursor.series;
  if (cursor.next == 0 && file_start == FileStart::listing) {
    scanner.step(HistoryLoaded{series.instrument, series.timeframe, {cursor.candle()}, true},
                 effects);
    return;
  }
  scanner.step(MarketEvent{CandleUpdate{series.instrument, series.timeframe, cursor.candle(),
                                        cursor.close, cursor.close}},
               effects);
}

}  // namespace

Settings replay_settings(const Settings& settings, const CandleRecording& recording) {
  Settings result = settings;
  result.timeframes.clear();
  for (Timeframe timeframe : recording.timeframes)
    result.timeframes.push_back({std::string(settings.style_of(timeframe)), timeframe});
  return result;
}

void replay_candles(
    const CandleRecording& recording, const ReplayOptions& options,
    const std::function<bool(const EffectBuffer&, std::uint64_t candles_done)>& sink) {
  Scanner scanner(Origin::replay);
  EffectBuffer effects;
  start(scanner, recording, replay_settings(options.settings, recording), effects);
  CursorQueue queue;
  for (const RecordedSeries& series : recording.series)
    if (!series.candles.empty())
      queue.push(Cursor(series));
  std::uint64_t done = 0;
  while (!queue.empty()) {
    Timestamp instant = queue.top().close;
    scanner.step(ClockAdvanced{instant}, effects);
    while (!queue.empty() && queue.top().close == instant) {
      Cursor cursor = queue.top();
      queue.pop();
      feed(scanner, cursor, options.file_start, effects);
      ++done;
      if (cursor.advance())
        queue.push(cursor);
    }
    if (!sink(effects, done))
      return;
    effects.clear();
  }
}

}  // namespace cscan
