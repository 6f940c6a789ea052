#include "replay/effect_text.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "core/scanner_rig.hpp"
#include "replay/input_log_replay.hpp"
#include "replay/input_log_test_support.hpp"

namespace cscan {
namespace {

namespace json = boost::json;
using rig::start;

/// A run with something of everything: history, live candles, prices, previews, a hole, a revision.
std::vector<Input> small_run() {
  auto candles = rig::random_walk(1, 140, start, Timeframe::m5);
  std::vector<Input> inputs = {
      SettingsChanged{rig::settings_of({Timeframe::m5, Timeframe::h1})},
      UniverseChanged{{rig::Rig::btc(), {"kucoin", "ETH", "USDT", "USDT"}}, {"binance", "kucoin"}},
      HistoryLoaded{{}, Timeframe::m5, {candles.begin(), candles.begin() + 120}}};
  for (std::size_t i = 120; i < 140; ++i) {
    Timestamp closes = close_time(candles[i].open_time, Timeframe::m5);
    Candle candle = candles[i];
    candle.state = CandleState::forming;
    inputs.push_back(MarketEvent{CandleUpdate{{}, Timeframe::m5, candle, closes, closes}});
    inputs.push_back(ClockAdvanced{closes - seconds(60)});
    candle.state = CandleState::closed_provisional;
    if (i != 130)
      inputs.push_back(MarketEvent{CandleUpdate{{}, Timeframe::m5, candle, closes, closes}});
    inputs.push_back(MarketEvent{PriceUpdate{InstrumentId{1}, 1.5, 7, closes, closes}});
    inputs.push_back(ClockAdvanced{closes + seconds(30)});
  }
  Candle revised = candles[135];
  revised.volume += 1;
  Timestamp now = start + minutes(5 * 141);
  inputs.push_back(MarketEvent{CandleUpdate{{}, Timeframe::m5, revised, now, now}});
  inputs.push_back(InputsDropped{3});
  return inputs;
}

std::string text_of(const std::vector<Input>& inputs) {
  Scanner scanner;
  RunNames names;
  EffectBuffer effects;
  std::string text;
  for (const Input& input : inputs) {
    names.take(input);
    effects.clear();
    scanner.step(input, effects);
    for (const Effect& effect : effects)
      append_effect_text(text, effect, names);
  }
  return text;
}

TEST(ReplayEffectText, EveryKindIsOneLineOfJson) {
  std::map<std::string, int> kinds;
  std::istringstream lines(text_of(small_run()));
  for (std::string line; std::getline(lines, line);) {
    json::value value = json::parse(line);
    ++kinds[std::string(value.at("effect").as_string())];
  }
  EXPECT_THAT(kinds, ::testing::ElementsAre(::testing::Key("candle"), ::testing::Key("note"),
                                            ::testing::Key("preview"), ::testing::Key("request"),
                                            ::testing::Key("signal"), ::testing::Key("view")));
}

TEST(ReplayEffectText, HoldsTheBodyThatIsStored) {
  Signal signal;
  signal.timeframe = Timeframe::h1;
  signal.open_time = start;
  RunNames names;
  names.take(SettingsChanged{rig::settings_of({Timeframe::h1})});
  names.take(UniverseChanged{{rig::Rig::btc()}, {}});
  std::string text;
  append_effect_text(text, PersistSignal{signal, start, start, Origin::live, true}, names);
  EXPECT_THAT(text, ::testing::HasSubstr(signal_body_json(signal, names.context(signal))));
  EXPECT_THAT(text, ::testing::HasSubstr(R"("newest":true)"));
}

TEST(ReplayEffectText, AnyChangeOfAnInputChangesTheText) {
  std::string whole = text_of(small_run());
  EXPECT_EQ(text_of(small_run()), whole);
  for (std::size_t i = 2; i < small_run().size(); ++i) {
    auto changed = small_run();
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_NE(text_of(changed), whole) << "input " << i << " left out";
  }
}

TEST(ReplayEffectText, ARecordedRunGivesTheTextOfTheRun) {
  TempDir dir;
  auto inputs = small_run();
  testing::LogBytes log;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (i == 50)
      log.next_file();
    log.inputs({inputs[i]});
  }
  log.end();
  log.write(dir.path());
  auto reader = InputLogReader::open(dir.path());
  ASSERT_TRUE(reader) << reader.error().message;
  std::string text;
  replay_input_log(**reader, [&](const EffectBuffer& effects, const RunNames& names) {
    for (const Effect& effect : effects)
      append_effect_text(text, effect, names);
    return true;
  });
  EXPECT_EQ(text, text_of(inputs));
  EXPECT_EQ((*reader)->bytes_read(), (*reader)->bytes_total());
}

}  // namespace
}  // namespace cscan
