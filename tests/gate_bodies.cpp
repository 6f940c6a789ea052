#include "gate_bodies.hpp"

#include <algorithm>

#include "analysis/series_scorer.hpp"
#include "base/digest.hpp"
#include "core/scanner.hpp"
#include "replay/candle_replay.hpp"
#include "wire/signal_json.hpp"

namespace cscan::gate {
namespace {

constexpr std::size_t digest_bytes = 16;

/// Renders signals for a sink.
class Renderer {
 public:
  Renderer(const CandleRecording& recording, const Settings& settings, const BodySink& sink)
      : sink_(sink) {
    for (std::uint32_t id = 0; id < recording.instruments.size(); ++id)
      for (Timeframe timeframe : settings.intervals())
        contexts_.emplace(std::pair(InstrumentId{id}, timeframe),
                          signal_context(recording.instruments[id], settings, timeframe));
  }

  void take(const Signal& signal) {
    const SignalContext& context = contexts_.at({signal.instrument, signal.timeframe});
    std::string id = signal_id(signal, context);
    text_.clear();
    append_signal_body(text_, signal, context, id);
    text_ += '}';
    sink_({signal, id, text_});
  }
  void take(const EffectBuffer& effects) {
    for (const Effect& effect : effects)
      if (const auto* made = std::get_if<PersistSignal>(&effect))
        take(made->signal);
  }

 private:
  std::map<std::pair<InstrumentId, Timeframe>, SignalContext> contexts_;
  const BodySink& sink_;
  std::string text_;
};

/// A scanner whose signals are rendered as they come.
class PlayedScanner {
 public:
  PlayedScanner(const CandleRecording& recording, const Settings& settings, Origin origin,
                const BodySink& sink)
      : scanner_(origin), renderer_(recording, settings, sink) {
    say(SettingsChanged{settings});
    say(UniverseChanged{recording.instruments, {}});
  }
  void say(const Input& input) {
    effects_.clear();
    scanner_.step(input, effects_);
    renderer_.take(effects_);
  }
  void history(const RecordedSeries& series, std::size_t from, std::size_t to) {
    auto at = [&](std::size_t i) {
      return series.candles.begin() + static_cast<std::ptrdiff_t>(i);
    };
    say(HistoryLoaded{series.instrument, series.timeframe, {at(from), at(to)}, false});
  }

 private:
  Scanner scanner_;
  Renderer renderer_;
  EffectBuffer effects_;
};

void play_late(const RecordedSeries& series, std::size_t newest, PlayedScanner& scanner) {
  std::size_t n = series.candles.size();
  if (n <= newest) {
    scanner.history(series, 0, n);
    return;
  }
  std::size_t missing = n - newest / 16;
  scanner.history(series, n - newest, missing);
  scanner.history(series, missing + 1, n);
  scanner.history(series, 0, n - newest);
  scanner.history(series, missing, missing + 1);
}

/// All candles by the time they close.
std::multimap<Timestamp, std::pair<const RecordedSeries*, const Candle*>> by_close(
    const CandleRecording& recording) {
  std::multimap<Timestamp, std::pair<const RecordedSeries*, const Candle*>> result;
  for (const RecordedSeries& series : recording.series)
    for (const Candle& candle : series.candles)
      result.emplace(close_time(candle.open_time, series.timeframe), std::pair(&series, &candle));
  return result;
}

}  // namespace

Run replayed(const CandleRecording& recording, const Settings& settings) {
  return [&recording, settings](const BodySink& sink) {
    Settings used = replay_settings(settings, recording);
    Renderer renderer(recording, used, sink);
    replay_candles(recording, {settings, FileStart::somewhere},
                   [&](const EffectBuffer& effects, std::uint64_t) {
                     renderer.take(effects);
                     return true;
                   });
  };
}

Run batched(const CandleRecording& recording, const Settings& settings) {
  return [&recording, settings](const BodySink& sink) {
    Settings used = replay_settings(settings, recording);
    Renderer renderer(recording, used, sink);
    for (const RecordedSeries& series : recording.series) {
      SeriesScorer scorer(*find_score_model(used.score_model));
      for (std::size_t i = 0; i < series.candles.size(); ++i)
        if (auto signal = scorer.score_closed(series.candles, i, false, used)) {
          signal->instrument = series.instrument;
          signal->timeframe = series.timeframe;
          renderer.take(*signal);
        }
    }
  };
}

Run late(const CandleRecording& recording, const Settings& settings) {
  return [&recording, settings](const BodySink& sink) {
    Settings used = replay_settings(settings, recording);
    PlayedScanner scanner(recording, used, Origin::replay, sink);
    for (const RecordedSeries& series : recording.series)
      play_late(series, static_cast<std::size_t>(used.max_candles_per_timeframe), scanner);
  };
}

Run live(const CandleRecording& recording, const Settings& settings) {
  return [&recording, settings](const BodySink& sink) {
    Settings used = replay_settings(settings, recording);
    PlayedScanner scanner(recording, used, Origin::live, sink);
    auto candles = by_close(recording);
    for (auto at = candles.begin(); at != candles.end();) {
      Timestamp closes = at->first;
      for (; at != candles.end() && at->first == closes; ++at) {
        auto [series, candle] = at->second;
        Candle flagged = *candle;
        if (flagged.state == CandleState::final)
          flagged.state = CandleState::closed_provisional;
        scanner.say(MarketEvent{
            CandleUpdate{series->instrument, series->timeframe, flagged, closes, closes}});
      }
      scanner.say(ClockAdvanced{closes + seconds(used.settle_delay)});
    }
  };
}

CandleRecording begun_later(const CandleRecording& recording, double share) {
  CandleRecording later = recording;
  later.candles = 0;
  for (std::size_t i = 0; i < later.series.size(); ++i) {
    auto& candles = later.series[i].candles;
    auto drop = static_cast<std::size_t>(share * static_cast<double>(candles.size())) + 7 * i;
    candles.erase(candles.begin(),
                  candles.begin() + static_cast<std::ptrdiff_t>(std::min(drop, candles.size())));
    later.candles += candles.size();
  }
  return later;
}

Bodies bodies_of(const Run& run) {
  Bodies bodies;
  Sha256 all;
  run([&](const MadeBody& made) {
    all.update(made.text);
    all.update("\n");
    std::string digest = sha256_hex(made.text, digest_bytes);
    const Signal& s = made.signal;
    auto [at, is_new] = bodies.by_id.try_emplace(
        made.id, Bodies::Entry{s.instrument, s.timeframe, s.open_time, digest});
    bodies.twice_different += at->second.digest != digest;
  });
  bodies.digest = to_hex(all.finish());
  return bodies;
}

std::string body_of(const Run& run, const std::string& id) {
  std::string text;
  run([&](const MadeBody& made) {
    if (made.id == id)
      text = made.text;
  });
  return text;
}

Bodies within(const Bodies& bodies, const CandleRecording& recording, std::size_t window) {
  std::map<std::pair<InstrumentId, Timeframe>, Timestamp> first;
  for (const RecordedSeries& series : recording.series)
    if (series.candles.size() >= window)
      first.emplace(std::pair(series.instrument, series.timeframe),
                    series.candles[window - 1].open_time);
  Bodies result;
  for (const auto& [id, entry] : bodies.by_id) {
    auto found = first.find({entry.instrument, entry.timeframe});
    if (found != first.end() && entry.open_time >= found->second)
      result.by_id.emplace(id, entry);
  }
  return result;
}

Comparison compare(const Bodies& left, const Bodies& right) {
  Comparison result;
  auto note = [&](const std::string& id) {
    if (result.first.empty())
      result.first = id;
  };
  for (const auto& [id, entry] : left.by_id) {
    auto other = right.by_id.find(id);
    if (other == right.by_id.end()) {
      ++result.only_left;
      note(id);
      continue;
    }
    ++result.common;
    if (entry.digest != other->second.digest) {
      ++result.different;
      note(id);
    }
  }
  result.only_right = right.by_id.size() - result.common;
  for (const auto& [id, entry] : right.by_id)
    if (result.only_right > 0 && !left.by_id.contains(id))
      note(id);
  return result;
}

}  // namespace cscan::gate
