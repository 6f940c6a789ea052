// Changing anything after T changes no body at or before T: whole histories, both models, whether
// the candles come one by one or lie there all at once.

#include <gtest/gtest.h>

#include "gate_bodies.hpp"
#include "gate_sets.hpp"
#include "recorded_fixture.hpp"
#include "sim/counter_random.hpp"

namespace cscan::gate {
namespace {

/// Everything that closes after `t` becomes something else: other prices, other volumes, silence.
CandleRecording with_another_future(const CandleRecording& recording, Timestamp t,
                                    std::uint64_t seed) {
  CandleRecording other = recording;
  for (std::size_t s = 0; s < other.series.size(); ++s) {
    RecordedSeries& series = other.series[s];
    CounterRandom random(seed, {s});
    for (std::size_t i = 0; i < series.candles.size(); ++i) {
      Candle& candle = series.candles[i];
      if (close_time(candle.open_time, series.timeframe) <= t)
        continue;
      double factor = random.lognormal(4 * i, 0.2);
      for (double* price : {&candle.open, &candle.high, &candle.low, &candle.close})
        *price *= factor;
      candle.volume *= random.lognormal(4 * i + 1, 2);
      if (random.below(4 * i + 2, 20) == 0)
        candle = flat_candle(candle.open_time, candle.close);
    }
  }
  return other;
}

/// The past alone: nothing is known after `t`.
CandleRecording without_future(const CandleRecording& recording, Timestamp t) {
  CandleRecording past = recording;
  for (RecordedSeries& series : past.series)
    std::erase_if(series.candles, [&](const Candle& candle) {
      return close_time(candle.open_time, series.timeframe) > t;
    });
  return past;
}

Bodies until(const Bodies& bodies, Timestamp t) {
  Bodies past;
  for (const auto& [id, entry] : bodies.by_id)
    if (close_time(entry.open_time, entry.timeframe) <= t)
      past.by_id.emplace(id, entry);
  return past;
}

/// Moments with a past and a future, spread over the recording's last two thirds, where every
/// timeframe with enough candles has signals.
std::vector<Timestamp> moments(const CandleRecording& recording, int count) {
  Timestamp first{INT64_MAX}, last;
  for (const RecordedSeries& series : recording.series) {
    if (series.timeframe != recording.timeframes.front())
      continue;
    first = std::min(first, series.candles.front().open_time);
    last = std::max(last, series.candles.back().open_time);
  }
  std::vector<Timestamp> result;
  for (int i = 0; i < count; ++i)
    result.push_back(
        floor_to(first + Duration{(last - first).ms * (2 + 2 * i) / (2 * count + 1)}, minutes(5)));
  return result;
}

using Road = Run (*)(const CandleRecording&, const Settings&);

void expect_same_past(const Bodies& whole, const CandleRecording& other, Timestamp t, Road road,
                      const Settings& settings) {
  Comparison c = compare(until(whole, t), until(bodies_of(road(other, settings)), t));
  EXPECT_GT(c.common, 0U) << format_rfc3339(t);
  EXPECT_EQ(c.different, 0U) << format_rfc3339(t) << ": "
                             << body_of(road(other, settings), c.first);
  EXPECT_EQ(c.only_left, 0U) << format_rfc3339(t) << ' ' << c.first;
  EXPECT_EQ(c.only_right, 0U) << format_rfc3339(t) << ' ' << c.first;
}

void expect_no_look_ahead(const CandleRecording& recording, int moment_count) {
  for (ScoreModel model : {ScoreModel::classic, ScoreModel::rarity})
    for (Road road : {&replayed, &batched}) {
      SCOPED_TRACE(std::string(to_string(model)) + (road == &replayed ? " replayed" : " batched"));
      Settings settings;
      settings.score_model = model;
      Bodies whole = bodies_of(road(recording, settings));
      std::vector<Timestamp> times = moments(recording, moment_count);
      for (Timestamp t : times) {
        CandleRecording other = with_another_future(recording, t, 1);
        expect_same_past(whole, other, t, road, settings);
        if (t == times.front()) {  // the change is one: what comes after differs
          Comparison all = compare(whole, bodies_of(road(other, settings)));
          EXPECT_GT(all.different, 0U);
        }
        if (t == times.back())
          expect_same_past(whole, without_future(recording, t), t, road, settings);
      }
    }
}

// Under a sanitizer these would take minutes and show nothing that the others do not.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
class LookAhead : public Recorded {
 protected:
  void expect_none(const char* set, int moment_count) {
    auto recording = load_set(*find_set(set), root_);
    ASSERT_TRUE(recording) << recording.error().message;
    expect_no_look_ahead(*recording, moment_count);
  }
};

TEST(LookAheadMade, RandomWalksWithSilence) {
  auto recording = load_set(*find_set("walk"), "");
  ASSERT_TRUE(recording);
  expect_no_look_ahead(*recording, 4);
}

TEST(LookAheadMade, TheSyntheticMarket) {
  auto recording = load_set(*find_set("synthetic"), "");
  ASSERT_TRUE(recording);
  expect_no_look_ahead(*recording, 3);
}

TEST_F(LookAhead, AnOutageOfEightMarkets) { expect_none("outage_2021", 2); }

TEST_F(LookAhead, AListingAndACrash) { expect_none("binance_2024", 2); }
#endif

}  // namespace
}  // namespace cscan::gate
