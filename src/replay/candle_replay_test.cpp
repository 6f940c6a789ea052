#include "replay/candle_replay.hpp"

#include <gmock/gmock.h>

#include <map>

#include "replay/replay_test_support.hpp"
#include "wire/signal_json.hpp"

namespace cscan {
namespace {

using ::testing::ElementsAre;

/// What a replay did: every effect of interest in order, and every signal body by id.
struct Outcome {
  struct Step {
    Timestamp close;
    Timeframe timeframe{};
    std::string exchange;
    std::string symbol;
    auto operator<=>(const Step&) const = default;
  };
  std::vector<Step> candles;
  std::vector<Step> signals;
  std::vector<PersistSignal> persisted;
  std::map<std::string, std::string> bodies;
  std::uint64_t done = 0;
};

Outcome play(const CandleRecording& recording, FileStart start = FileStart::somewhere,
             std::size_t sinks_max = 1'000'000) {
  Outcome outcome;
  const Settings settings = replay_settings(rig::classic_settings(), recording);
  std::size_t sinks = 0;
  auto step = [&](InstrumentId id, Timeframe timeframe, Timestamp close) {
    const Instrument& instrument = recording.instruments[id.value];
    return Outcome::Step{close, timeframe, instrument.exchange, instrument.symbol()};
  };
  replay_candles(recording, {rig::classic_settings(), start},
                 [&](const EffectBuffer& effects, std::uint64_t done) {
                   outcome.done = done;
                   for (const Effect& effect : effects) {
                     if (const auto* candle = std::get_if<PersistCandle>(&effect))
                       outcome.candles.push_back(
                           step(candle->instrument, candle->timeframe,
                                close_time(candle->candle.open_time, candle->timeframe)));
                     if (const auto* persisted = std::get_if<PersistSignal>(&effect)) {
                       const Signal& s = persisted->signal;
                       outcome.signals.push_back(step(s.instrument, s.timeframe, s.close_time()));
                       outcome.persisted.push_back(*persisted);
                       const SignalContext context = signal_context(
                           recording.instruments[s.instrument.value], settings, s.timeframe);
                       outcome.bodies[signal_id(s, context)] = signal_body_json(s, context);
                     }
                   }
                   return ++sinks < sinks_max;
                 });
  return outcome;
}

class ReplayCandles : public ::testing::Test {
 protected:
  struct File {
    const char* stem;
    Timeframe timeframe{};
    std::size_t count = 0;
    std::uint64_t seed = 0;
  };
  /// A day and a half of three markets; the first `cut` candles of every file are left out.
  CandleRecording record(std::size_t cut_5m = 0, std::size_t cut_1h = 0) {
    const testing::RecordingDir dir;
    for (const File& file : {File{"binance_BTCUSDT", Timeframe::m5, 432, 1},
                             File{"binance_BTCUSDT", Timeframe::h1, 136, 2},
                             File{"kucoinfutures_BTCUSDT-USDT", Timeframe::m5, 432, 3},
                             File{"binance_ETHUSDT", Timeframe::m5, 432, 4},
                             File{"binance_ETHUSDT", Timeframe::h1, 136, 5}}) {
      // The hours reach back 100 hours further, so that both timeframes have signals at once.
      const Timestamp first =
          file.timeframe == Timeframe::h1 ? rig::start - hours(100) : rig::start;
      std::vector<Candle> candles = rig::random_walk(file.seed, file.count, first, file.timeframe);
      for (std::size_t gap : {200, 199, 150})
        if (gap < candles.size())
          candles.erase(candles.begin() + static_cast<std::ptrdiff_t>(gap));
      const std::size_t cut = file.timeframe == Timeframe::h1 ? cut_1h : cut_5m;
      candles.erase(candles.begin(), candles.begin() + static_cast<std::ptrdiff_t>(cut));
      dir.write(std::string(file.stem) + "_" + std::string(to_string(file.timeframe)) + ".parquet",
                candles);
    }
    auto recording = load_recording(dir.path(), {}, testing::no_progress);
    EXPECT_TRUE(recording) << recording.error().message;
    return std::move(*recording);
  }
};

TEST_F(ReplayCandles, TellsEverythingInOneOrder) {
  const CandleRecording recording = record();
  const Outcome outcome = play(recording);
  EXPECT_EQ(outcome.done, recording.candles);
  EXPECT_EQ(outcome.candles.size(), 3 * 432 + 2 * 136);
  // 432 candles hold 333 windows of 100, 136 hold 37.
  EXPECT_EQ(outcome.signals.size(), 3 * 333 + 2 * 37);
  EXPECT_TRUE(std::ranges::is_sorted(outcome.candles)) << "close time, timeframe, exchange, symbol";
  EXPECT_TRUE(std::ranges::is_sorted(outcome.signals));
  for (const PersistSignal& persisted : outcome.persisted) {
    EXPECT_EQ(persisted.origin, Origin::replay);
    EXPECT_EQ(persisted.available_at, persisted.signal.close_time());
    EXPECT_EQ(persisted.signal.history_n, 100);
  }
}

TEST_F(ReplayCandles, TwiceIsTheSame) {
  const CandleRecording recording = record();
  const Outcome first = play(recording), second = play(recording);
  EXPECT_EQ(first.candles, second.candles);
  EXPECT_EQ(first.signals, second.signals);
  EXPECT_EQ(first.bodies, second.bodies);
}

TEST_F(ReplayCandles, WhereItStartsChangesNoSignal) {
  const Outcome whole = play(record());
  // The last two starts lie right behind a gap and beside one.
  for (const auto& [cut_5m, cut_1h] :
       std::vector<std::pair<std::size_t, std::size_t>>{{1, 0}, {57, 11}, {150, 36}, {198, 20}}) {
    const Outcome part = play(record(cut_5m, cut_1h));
    ASSERT_GT(part.bodies.size(), 300);
    EXPECT_LT(part.bodies.size(), whole.bodies.size());
    for (const auto& [id, body] : part.bodies) {
      const auto found = whole.bodies.find(id);
      ASSERT_NE(found, whole.bodies.end()) << body;
      ASSERT_EQ(found->second, body) << cut_5m;
    }
  }
}

TEST_F(ReplayCandles, SaysNothingBeforeAWholeWindow) {
  const Outcome outcome = play(record(0, 40));  // 96 hours are left: too few
  for (const Outcome::Step& step : outcome.signals)
    EXPECT_EQ(step.timeframe, Timeframe::m5);
}

TEST_F(ReplayCandles, AListingIsScoredFromItsMinimumOn) {
  const CandleRecording recording = record();
  const Outcome listed = play(recording, FileStart::listing);
  const Outcome somewhere = play(recording);
  EXPECT_GT(listed.bodies.size(), somewhere.bodies.size());
  std::size_t young = 0;
  for (const PersistSignal& persisted : listed.persisted) {
    const RecordedSeries& series =
        *std::ranges::find_if(recording.series, [&](const RecordedSeries& s) {
          return s.instrument == persisted.signal.instrument &&
                 s.timeframe == persisted.signal.timeframe;
        });
    const auto known =
        (persisted.signal.open_time - series.candles.front().open_time) / length(series.timeframe) +
        1;
    EXPECT_EQ(persisted.signal.history_n, std::min<std::int64_t>(known, 100));
    young += persisted.signal.history_n < 100;
  }
  EXPECT_GT(young, 0);
  // With a whole window there is no difference between a listing and any other start.
  for (const auto& [id, body] : somewhere.bodies)
    ASSERT_EQ(listed.bodies.at(id), body);
}

TEST_F(ReplayCandles, StopsWhenTold) {
  const CandleRecording recording = record();
  const Outcome outcome = play(recording, FileStart::somewhere, 3);
  // The first three instants are the closes of three hours of two markets.
  EXPECT_EQ(outcome.done, 6);
  EXPECT_EQ(outcome.candles.size(), 6);
}

TEST_F(ReplayCandles, KeepsTheStylesOfTheSettings) {
  Settings settings;
  settings.timeframes = {{"quick", Timeframe::m5}, {"slow", Timeframe::d1}};
  settings.momentum_bias = 0.25;
  const Settings used = replay_settings(settings, record());
  ASSERT_EQ(used.timeframes.size(), 2);
  EXPECT_EQ(used.timeframes[0], (TimeframeSetting{"quick", Timeframe::m5}));
  EXPECT_EQ(used.timeframes[1], (TimeframeSetting{"1h", Timeframe::h1}));
  EXPECT_EQ(used.momentum_bias, 0.25);
}

TEST_F(ReplayCandles, AnEmptyRecordingIsOverAtOnce) {
  const Outcome outcome = play({});
  EXPECT_EQ(outcome.done, 0);
  EXPECT_THAT(outcome.candles, ElementsAre());
}

}  // namespace
}  // namespace cscan
