#include "app/replay_report.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "base/temp_dir.hpp"
#include "core/scanner_rig.hpp"
#include "replay/candle_replay.hpp"
#include "store/parquet_candles.hpp"

namespace cscan {
namespace {

namespace json = boost::json;

class AppReplayReport : public ::testing::Test {
 protected:
  AppReplayReport() {
    recording_.instruments = {{"binance", "BTC", "USDT", ""}};
    recording_.timeframes = {Timeframe::m5};
    recording_.series.push_back(
        {InstrumentId{0}, Timeframe::m5, rig::random_walk(7, 700, rig::start, Timeframe::m5), 0});
    recording_.candles = 700;
  }
  /// Replays into a report; returns its JSON. `bodies` gets every body, one a line.
  json::value play(const std::string& signals_file, const std::string& data_dir,
                   std::string* bodies = nullptr) {
    const Settings settings = replay_settings({}, recording_);
    auto report = ReplayReport::open(recording_, settings, signals_file, data_dir);
    EXPECT_TRUE(report) << report.error().message;
    const SignalContext context =
        signal_context(recording_.instruments[0], settings, Timeframe::m5);
    replay_candles(recording_, {{}, FileStart::somewhere},
                   [&](const EffectBuffer& effects, std::uint64_t) {
                     EXPECT_TRUE((*report)->take(effects));
                     for (const Effect& effect : effects)
                       if (const auto* s = std::get_if<PersistSignal>(&effect); s && bodies)
                         *bodies += signal_body_json(s->signal, context) + "\n";
                     return true;
                   });
    EXPECT_TRUE((*report)->finish());
    ::testing::internal::CaptureStdout();
    (*report)->print(0.5, true);
    return json::parse(::testing::internal::GetCapturedStdout());
  }

  TempDir dir_;
  CandleRecording recording_;
};

TEST_F(AppReplayReport, DigestsEveryBodyOneALine) {
  std::string bodies;
  const json::value report = play("", "", &bodies);
  EXPECT_EQ(std::ranges::count(bodies, '\n'), 201);  // 700 candles hold 201 windows of 500
  EXPECT_EQ(report.at("sha256").as_string(), sha256_hex(bodies));
  EXPECT_EQ(report.at("candles").as_int64(), 700);
  EXPECT_EQ(report.at("signals").as_int64(), 201);
  EXPECT_EQ(report.at("candles_per_second").to_number<double>(), 1'400);
  std::int64_t by_type = 0, by_quality = 0;
  for (const auto& [name, count] : report.at("by_type").as_object())
    by_type += count.as_int64();
  for (const auto& [name, count] : report.at("by_quality").as_object())
    by_quality += count.as_int64();
  EXPECT_EQ(by_type, 201);
  EXPECT_EQ(by_quality, 201);
}

TEST_F(AppReplayReport, WritesEverySignalWithItsEnvelope) {
  std::string bodies;
  (void)play((dir_.path() / "signals.ndjson").string(), "", &bodies);
  std::ifstream file(dir_.path() / "signals.ndjson");
  std::string line, rebuilt;
  while (std::getline(file, line)) {
    const json::value signal = json::parse(line);
    EXPECT_EQ(signal.at("origin").as_string(), "replay");
    EXPECT_EQ(signal.at("source").as_string(), "recorded");
    EXPECT_EQ(signal.at("available_at").as_string(), signal.at("candle_close_time").as_string());
    rebuilt += line.substr(0, line.find(",\"computed_at\"")) + "}\n";
  }
  EXPECT_EQ(rebuilt, bodies);
}

TEST_F(AppReplayReport, StoresAndPublishesOnceHoweverOftenItIsPlayed) {
  const std::string data_dir = (dir_.path() / "data").string();
  const json::value first = play("", data_dir);
  const json::value second = play("", data_dir);
  EXPECT_EQ(first, second);
  auto store = Store::open(data_dir);
  ASSERT_TRUE(store) << store.error().message;
  auto counts = (*store)->counts();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->candles, 700);
  EXPECT_EQ(counts->signals, 201);
  auto file = read_candle_file(dir_.path() / "data" / "ohlcv" / "binance_BTCUSDT_5m.parquet",
                               Timeframe::m5);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(*file, recording_.series[0].candles);
}

TEST_F(AppReplayReport, SaysWhatItCannotWrite) {
  auto report = ReplayReport::open(recording_, {}, (dir_.path() / "no" / "file").string(), "");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::io);
  EXPECT_TRUE(report.error().message.contains("--signals"));
}

}  // namespace
}  // namespace cscan
