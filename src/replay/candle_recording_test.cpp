#include "replay/candle_recording.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "replay/replay_test_support.hpp"

namespace cscan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::no_progress;

class ReplayRecording : public ::testing::Test {
 protected:
  static std::vector<Candle> walk(std::uint64_t seed, std::size_t n, Timeframe timeframe) {
    return rig::random_walk(seed, n, rig::start, timeframe);
  }
  void write_four() const {
    dir_.write("binance_ETHUSDT_5m.parquet", walk(1, 30, Timeframe::m5));
    dir_.write("binance_BTCUSDT_1h.parquet", walk(2, 20, Timeframe::h1));
    dir_.write("binance_BTCUSDT_5m.parquet", walk(3, 40, Timeframe::m5));
    dir_.write("kucoinfutures_BTCUSDT-USDT_5m.parquet", walk(4, 10, Timeframe::m5));
  }
  [[nodiscard]] Result<CandleRecording> load(const RecordingFilter& filter = {}) const {
    return load_recording(dir_.path(), filter, no_progress);
  }

  testing::RecordingDir dir_;
};

TEST_F(ReplayRecording, LoadsEveryFileInTheOrderOfTheContract) {
  write_four();
  auto recording = load();
  ASSERT_TRUE(recording) << recording.error().message;
  std::vector<std::string> names;
  for (const Instrument& instrument : recording->instruments)
    names.push_back(instrument.exchange + " " + instrument.symbol());
  EXPECT_THAT(names,
              ElementsAre("binance BTC/USDT", "binance ETH/USDT", "kucoinfutures BTC/USDT:USDT"));
  EXPECT_THAT(recording->timeframes, ElementsAre(Timeframe::m5, Timeframe::h1));
  ASSERT_EQ(recording->series.size(), 4);
  EXPECT_EQ(recording->candles, 100);
  EXPECT_EQ(recording->series[1].timeframe, Timeframe::h1);
  EXPECT_EQ(recording->series[1].candles, walk(2, 20, Timeframe::h1));
  EXPECT_EQ(recording->series[2].instrument, InstrumentId{1});
  EXPECT_EQ(recording->series[3].candles, walk(4, 10, Timeframe::m5));
}

TEST_F(ReplayRecording, FillsMissingRowsWithCandlesWithoutTrades) {
  std::vector<Candle> candles = walk(1, 10, Timeframe::m5);
  candles.erase(candles.begin() + 7);
  candles.erase(candles.begin() + 3, candles.begin() + 5);
  dir_.write("binance_BTCUSDT_5m.parquet", candles);
  auto recording = load();
  ASSERT_TRUE(recording) << recording.error().message;
  const RecordedSeries& series = recording->series[0];
  EXPECT_EQ(series.filled, 3);
  EXPECT_EQ(recording->candles, 10);
  ASSERT_EQ(series.candles.size(), 10);
  const std::vector<Candle> whole = walk(1, 10, Timeframe::m5);
  for (std::size_t i = 0; i < 10; ++i) {
    const Candle& candle = series.candles[i];
    EXPECT_EQ(candle.open_time, whole[i].open_time);
    if (i != 3 && i != 4 && i != 7) {
      EXPECT_EQ(candle, whole[i]) << i;
      continue;
    }
    const double last_close = whole[i == 4 ? 2 : i - 1].close;
    EXPECT_EQ(candle.state, CandleState::no_trade);
    EXPECT_EQ(candle.volume, 0);
    for (double price : {candle.open, candle.high, candle.low, candle.close})
      EXPECT_EQ(price, last_close) << i;
  }
}

TEST_F(ReplayRecording, FiltersNarrow) {
  write_four();
  const std::vector<std::pair<RecordingFilter, std::uint64_t>> cases = {
      {{"binance", {}, {}}, 90},
      {{"", {"BTC/USDT"}, {}}, 60},
      {{"", {"btc/usdt", "ETH/usdt"}, {}}, 90},
      {{"", {"BTC/USDT:USDT"}, {}}, 10},
      {{"", {}, {Timeframe::m5}}, 80},
      {{"binance", {"BTC/USDT"}, {Timeframe::h1}}, 20},
      {{"", {}, {Timeframe::m5, Timeframe::h1, Timeframe::d1}}, 100}};
  for (const auto& [filter, candles] : cases) {
    auto recording = load(filter);
    ASSERT_TRUE(recording) << recording.error().message;
    EXPECT_EQ(recording->candles, candles);
  }
}

TEST_F(ReplayRecording, SaysWhatIsNotThere) {
  EXPECT_EQ(load().error().code, ErrorCode::not_found);  // an empty folder
  EXPECT_EQ(load_recording(dir_.path() / "nowhere", {}, no_progress).error().code,
            ErrorCode::not_found);
  write_four();
  for (const RecordingFilter& filter :
       {RecordingFilter{"kraken", {}, {}}, RecordingFilter{"", {}, {Timeframe::d1}},
        RecordingFilter{"kucoinfutures", {"BTC/USDT"}, {}},
        RecordingFilter{"binance", {"ETH/USDT"}, {Timeframe::h1}}}) {
    auto recording = load(filter);
    ASSERT_FALSE(recording);
    EXPECT_EQ(recording.error().code, ErrorCode::not_found);
  }
  auto misspelt = load({"", {"BTC/USDT", "DOGE/USDT"}, {}});
  ASSERT_FALSE(misspelt) << "a symbol that is not there must not be dropped in silence";
  EXPECT_THAT(misspelt.error().message, HasSubstr("DOGE/USDT"));
}

TEST_F(ReplayRecording, NamesTheFileThatIsDamaged) {
  write_four();
  std::ofstream(dir_.path() / "okx_BTCUSDT_5m.parquet") << "not parquet";
  auto recording = load();
  ASSERT_FALSE(recording);
  EXPECT_EQ(recording.error().code, ErrorCode::corrupt);
  EXPECT_THAT(recording.error().message, HasSubstr("okx_BTCUSDT_5m.parquet"));
  EXPECT_TRUE(load({"binance", {}, {}})) << "a file that is left out is not opened";
}

TEST_F(ReplayRecording, TellsHowFarItIs) {
  write_four();
  std::vector<std::pair<std::size_t, std::size_t>> calls;
  ASSERT_TRUE(load_recording(
      dir_.path(), {"binance", {}, {}},
      [&](std::size_t done, std::size_t total) { calls.emplace_back(done, total); }));
  EXPECT_THAT(calls, ElementsAre(std::pair(0u, 3u), std::pair(1u, 3u), std::pair(2u, 3u),
                                 std::pair(3u, 3u)));
}

}  // namespace
}  // namespace cscan
