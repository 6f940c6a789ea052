#include "core/input_codec.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "base/limits.hpp"
#include "core/random_input.hpp"
#include "core/scanner_rig.hpp"

namespace cscan {
namespace {

std::string encode(const std::vector<Input>& inputs) {
  std::string bytes;
  InputEncoder encoder;
  for (const Input& input : inputs)
    encoder.append(input, bytes);
  return bytes;
}

/// All inputs in `bytes`, which must be whole.
std::vector<Input> decode(std::string_view bytes) {
  std::vector<Input> inputs;
  InputDecoder decoder;
  while (!bytes.empty()) {
    auto input = decoder.take(bytes);
    if (!input) {
      ADD_FAILURE() << input.error().message;
      break;
    }
    inputs.push_back(std::move(*input));
  }
  return inputs;
}

bool decodes(std::string_view bytes) {
  InputDecoder decoder;
  while (!bytes.empty())
    if (!decoder.take(bytes))
      return false;
  return true;
}

RC_GTEST_PROP(InputCodec, WhatIsReadIsWhatWasWritten, (std::uint64_t seed)) {
  rig::RandomInputs random(seed);
  std::vector<Input> inputs;
  for (int i = 0; i < 60; ++i)
    inputs.push_back(random.next());
  std::vector<Input> read = decode(encode(inputs));
  RC_ASSERT(read.size() == inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i)
    RC_ASSERT(rig::same(inputs[i], read[i]));
}

RC_GTEST_PROP(InputCodec, NoPrefixOfARecordIsARecord, (std::uint64_t seed)) {
  std::string bytes = encode({rig::RandomInputs(seed).next()});
  for (std::size_t size = 1; size < bytes.size(); ++size)
    RC_ASSERT(!decodes(std::string_view(bytes).substr(0, size)));
}

TEST(InputCodec, AClockStepTakesFourBytesAndAFormingCandleAboutThirty) {
  InputEncoder encoder;
  std::string bytes;
  Timestamp now = rig::start;
  encoder.append(ClockAdvanced{now}, bytes);
  std::size_t before = bytes.size();
  encoder.append(ClockAdvanced{now + milliseconds(100)}, bytes);
  EXPECT_LE(bytes.size() - before, 4U);
  Candle candle{now, 67'123.45, 67'200.1, 67'001, 67'150.05, 12.345, 0, CandleState::forming};
  encoder.append(MarketEvent{CandleUpdate{{}, Timeframe::m5, candle, now, now}}, bytes);
  before = bytes.size();
  encoder.append(MarketEvent{CandleUpdate{{}, Timeframe::m5, candle, now, now}}, bytes);
  EXPECT_LE(bytes.size() - before, 34U);
}

TEST(InputCodec, ARecordThatIsNotUnderstoodIsRefused) {
  const std::vector<std::string> refused = {
      std::string(1, '\0'),                        // an empty record
      std::string("\x01\x00", 2),                  // no such kind
      std::string("\x01\x08", 2),                  // no such kind yet
      std::string("\x01\x01", 2),                  // a clock without a time
      std::string("\x03\x01\x02\x03", 4),          // a clock and a byte too much
      std::string("\x02\x01\x80", 3),              // an unfinished number
      std::string("\x7f\x01\x02", 3),              // longer than what is there
      std::string("\x05\x04\x01\x0c\x00\x00", 6),  // no such timeframe
      std::string("\x05\x04\x01\x02\x02\x00", 6),  // neither listed nor not
      std::string("\x05\x04\x01\x02\x00\x09", 6),  // nine candles in no bytes
  };
  for (const std::string& bytes : refused)
    EXPECT_FALSE(decodes(bytes)) << ::testing::PrintToString(bytes);
  EXPECT_TRUE(decodes(std::string("\x02\x01\x02\x05\x04\x01\x02\x00\x00", 9)));
}

/// A settings record with one byte changed, wherever its value stands.
TEST(InputCodec, SettingsThatNoRunMayHaveAreRefused) {
  auto bytes_of = [](auto change) {
    Settings settings;
    change(settings);
    return encode({SettingsChanged{settings}});
  };
  EXPECT_TRUE(decodes(bytes_of([](Settings&) {})));
  EXPECT_FALSE(decodes(bytes_of([](Settings& s) { s.price_update_interval = 0; })));
  EXPECT_FALSE(decodes(bytes_of([](Settings& s) { s.scan_interval = INT64_MIN; })));
  EXPECT_FALSE(decodes(bytes_of([](Settings& s) { s.momentum_bias = 1.01; })));
  EXPECT_FALSE(decodes(
      bytes_of([](Settings& s) { s.momentum_bias = std::numeric_limits<double>::quiet_NaN(); })));
  EXPECT_FALSE(decodes(bytes_of([](Settings& s) { s.timeframes.clear(); })));
  EXPECT_FALSE(decodes(bytes_of([](Settings& s) { s.timeframes.push_back(s.timeframes[0]); })));
  EXPECT_FALSE(decodes(bytes_of([](Settings& s) { s.score_model = static_cast<ScoreModel>(9); })));
  std::string renamed = bytes_of([](Settings&) {});
  renamed.replace(renamed.find("momentum_bias"), 13, "momentum_bios");
  EXPECT_FALSE(decodes(renamed)) << "a key that this build does not have";
}

TEST(InputCodec, MoreInstrumentsThanARunMayWatchAreRefused) {
  UniverseChanged universe{std::vector<Instrument>(limits::instruments_max), {}};
  EXPECT_TRUE(decodes(encode({universe})));
  universe.instruments.push_back({});
  EXPECT_FALSE(decodes(encode({universe})));
}

TEST(InputCodec, APlayedBackRunCausesTheSameEffects) {
  auto candles = rig::random_walk(1, 140, rig::start, Timeframe::m5);
  std::vector<Input> inputs = {SettingsChanged{rig::settings_of({Timeframe::m5})},
                               UniverseChanged{{rig::Rig::btc()}, {"binance"}}};
  inputs.push_back(HistoryLoaded{{}, Timeframe::m5, {candles.begin(), candles.begin() + 120}});
  for (std::size_t i = 120; i < 140; ++i) {
    Timestamp closes = close_time(candles[i].open_time, Timeframe::m5);
    Candle closed = candles[i];
    closed.state = CandleState::closed_provisional;
    inputs.push_back(MarketEvent{CandleUpdate{{}, Timeframe::m5, closed, closes, closes}});
    inputs.push_back(ClockAdvanced{closes + seconds(5)});
  }
  auto signals_of = [](const std::vector<Input>& played) {
    Scanner scanner;
    EffectBuffer effects;
    for (const Input& input : played)
      scanner.step(input, effects);
    std::vector<std::pair<std::int64_t, std::int32_t>> made;
    for (const Effect& effect : effects)
      if (const auto* signal = std::get_if<PersistSignal>(&effect))
        made.emplace_back(signal->signal.open_time.ms, signal->signal.combined.hundredths);
    return made;
  };
  auto expected = signals_of(inputs);
  EXPECT_EQ(expected.size(), 41U);
  EXPECT_EQ(signals_of(decode(encode(inputs))), expected);
}

}  // namespace
}  // namespace cscan
