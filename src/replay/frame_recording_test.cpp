// Recorded traffic as candles: written by hand in the shapes of the exchanges, read by their own
// protocols.

#include "replay/frame_recording.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "replay/candle_replay.hpp"
#include "replay/replay_test_support.hpp"
#include "replay/traffic_test_support.hpp"
#include "wire/signal_json.hpp"

namespace cscan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::no_progress;
using ::testing::SizeIs;
namespace binance_says = testing::binance_says;
namespace kucoin_says = testing::kucoin_says;

constexpr Timestamp start = rig::start;
constexpr Duration minute = minutes(1);

/// Minute `n`: open, close, and a tenth around them.
Candle candle(std::int64_t n, double open, double close, double volume,
              CandleState state = CandleState::final) {
  return {start + minute * n,
          open,
          std::max(open, close) + 0.5,
          std::min(open, close) - 0.5,
          close,
          volume,
          0,
          state};
}
Timestamp at(std::int64_t minute_number, std::int64_t s = 0, std::int64_t ms = 0) {
  return start + minute * minute_number + seconds(s) + milliseconds(ms);
}

class ReplayFrames : public ::testing::Test {
 protected:
  void list_binance(Timestamp when, const std::vector<std::string>& bases = {"BTC"}) {
    traffic_->on_response("binance", binance_says::listing_url, 200, when,
                          binance_says::listing(bases));
  }
  void list_kucoin(Timestamp when) {
    traffic_->on_response("kucoinfutures", kucoin_says::listing_url, 200, when,
                          kucoin_says::listing());
  }
  void kline(const Candle& told, Timestamp when, bool closed = false,
             std::string_view market = "BTCUSDT") {
    traffic_->on_frame("binance", 1, when,
                       binance_says::kline(market, Timeframe::m1, told, when, closed));
  }
  void limit_candle(const Candle& told, Timestamp when) {
    traffic_->on_frame("kucoinfutures", 1, when, kucoin_says::limit_candle("1min", told, when));
  }
  Result<FrameRecording> load(const RecordingFilter& filter = {}) {
    traffic_.stop();
    return load_frame_recording(traffic_.path(), {filter, seconds(2)}, testing::protocol_of,
                                no_progress);
  }
  /// The candles of the only series.
  std::vector<Candle> load_one() {
    auto loaded = load();
    if (!loaded) {
      ADD_FAILURE() << loaded.error().message;
      return {};
    }
    EXPECT_THAT(loaded->candles.series, SizeIs(1));
    EXPECT_THAT(loaded->notes, IsEmpty());
    EXPECT_EQ(loaded->candles.candles, loaded->candles.series[0].candles.size());
    return loaded->candles.series[0].candles;
  }

  testing::Traffic traffic_;
};

TEST_F(ReplayFrames, WhatBinanceFlagsIsClosed) {
  list_binance(at(0));
  kline(candle(0, 10, 11, 3), at(0, 20));
  kline(candle(1, 20, 21, 3), at(1, 1));
  kline(candle(0, 10, 12, 7), at(1, 2), true);
  kline(candle(1, 20, 22, 9), at(1, 50));  // its flag is lost
  kline(candle(2, 30, 31, 4), at(3, 0, 70), true);
  kline(candle(3, 40, 41, 4), at(3, 30));
  EXPECT_THAT(load_one(), ElementsAre(candle(0, 10, 12, 7), candle(2, 30, 31, 4)));
}

TEST_F(ReplayFrames, AQueryProvesWhatHadSettledWhenItWasPut) {
  list_binance(at(0));
  kline(candle(2, 30, 31, 4), at(3), true);
  kline(candle(3, 40, 41, 5), at(4), true);
  // Asked two seconds after minute 3 has closed, less a millisecond; answered late.
  traffic_.query("binance", "BTCUSDT", Timeframe::m1, at(0), 5, at(4, 1, 999), at(4, 20),
                 binance_says::page(Timeframe::m1, {candle(0, 10, 11, 1), candle(1, 20, 21, 2),
                                                    candle(2, 30, 33, 9), candle(3, 40, 42, 3),
                                                    candle(4, 50, 51, 1)}));
  EXPECT_THAT(load_one(), ElementsAre(candle(0, 10, 11, 1), candle(1, 20, 21, 2),
                                      candle(2, 30, 33, 9), candle(3, 40, 41, 5)));
}

TEST_F(ReplayFrames, AnAnswerWithoutItsQuestionIsTakenByItsOwnTime) {
  list_binance(at(0));
  auto protocol = testing::protocol_of("binance");
  std::string url =
      protocol->candle_request({"http://127.0.0.1:9", "", true}, "BTCUSDT", Timeframe::m1, at(0), 9)
          .url;
  traffic_->on_response(
      "binance", url, 200, at(2, 2),
      binance_says::page(Timeframe::m1,
                         {candle(0, 10, 11, 1), candle(1, 20, 21, 2), candle(2, 30, 31, 2)}));
  EXPECT_THAT(load_one(), ElementsAre(candle(0, 10, 11, 1), candle(1, 20, 21, 2)));
}

TEST_F(ReplayFrames, KucoinsCandlesCloseWithTheirSuccessorAndCountLots) {
  list_kucoin(at(0));
  limit_candle(candle(0, 10, 11, 1'000), at(0, 20));
  limit_candle(candle(0, 10, 12, 12'785), at(0, 59));
  limit_candle(candle(1, 20, 21, 5), at(1, 1));
  limit_candle(candle(2, 30, 31, 5), at(2, 1));
  EXPECT_THAT(load_one(), ElementsAre(candle(0, 10, 12, 12.785), candle(1, 20, 21, 0.005)));
}

TEST_F(ReplayFrames, WhatAKucoinAnswerLacksHadNoTrades) {
  list_kucoin(at(0));
  limit_candle(candle(3, 40, 41, 5), at(3, 30));
  limit_candle(candle(5, 60, 61, 1), at(5, 5));
  traffic_.query("kucoinfutures", "XBTUSDTM", Timeframe::m1, at(0), 6, at(5, 10), at(5, 11),
                 kucoin_says::page({candle(0, 10, 11, 1'000), candle(5, 60, 61, 1)}));
  // It lacks minute 3 as well, of which the stream told trades: there the stream is believed.
  auto loaded = load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_THAT(loaded->candles.series[0].candles,
              ElementsAre(candle(0, 10, 11, 1), flat_candle(at(1), 11), flat_candle(at(2), 11),
                          candle(3, 40, 41, 0.005)));
  EXPECT_EQ(loaded->candles.series[0].filled, 2u);
}

TEST_F(ReplayFrames, PagesContinueOneAnother) {
  list_kucoin(at(0));
  traffic_.query("kucoinfutures", "XBTUSDTM", Timeframe::m1, at(0), 2, at(9), at(9),
                 kucoin_says::page({candle(0, 10, 11, 1'000), candle(1, 11, 12, 1'000)}));
  traffic_.query("kucoinfutures", "XBTUSDTM", Timeframe::m1, at(2), 2, at(9), at(9),
                 kucoin_says::page({candle(3, 40, 41, 2'000)}));
  EXPECT_THAT(load_one(), ElementsAre(candle(0, 10, 11, 1), candle(1, 11, 12, 1),
                                      flat_candle(at(2), 12), candle(3, 40, 41, 2)));
}

TEST_F(ReplayFrames, TheFirstCandleEverIsNotPartOfIt) {
  list_binance(at(0));
  kline(candle(0, 10, 11, 3), at(1), true);
  traffic_.query("binance", "BTCUSDT", Timeframe::m1, Timestamp{}, 1, at(2), at(2),
                 binance_says::page(Timeframe::m1, {candle(-100'000, 1, 2, 3)}));
  EXPECT_THAT(load_one(), ElementsAre(candle(0, 10, 11, 3)));
}

TEST_F(ReplayFrames, ExchangesAndMarketsStandInTheOrderOfTheContract) {
  list_kucoin(at(0));
  list_binance(at(0), {"ETH", "BTC"});
  kline(candle(0, 10, 11, 3), at(1), true, "ETHUSDT");
  kline(candle(0, 10, 12, 3), at(1), true);
  traffic_->on_frame(
      "binance", 2, at(5),
      binance_says::kline("BTCUSDT", Timeframe::m5, candle(0, 10, 13, 3), at(5), true));
  limit_candle(candle(0, 10, 14, 3), at(0, 1));
  limit_candle(candle(5, 10, 14, 3), at(5, 1));
  auto loaded = load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  const CandleRecording& recording = loaded->candles;
  EXPECT_THAT(recording.instruments,
              ElementsAre(Instrument{"binance", "BTC", "USDT", ""},
                          Instrument{"binance", "ETH", "USDT", ""},
                          Instrument{"kucoinfutures", "BTC", "USDT", "USDT"}));
  EXPECT_THAT(recording.timeframes, ElementsAre(Timeframe::m1, Timeframe::m5));
  ASSERT_THAT(recording.series, SizeIs(4));
  std::vector<double> closes;
  for (const RecordedSeries& series : recording.series)
    closes.push_back(series.candles[0].close);
  EXPECT_THAT(closes, ElementsAre(12, 13, 11, 14));
  EXPECT_EQ(recording.series[1].instrument, InstrumentId{0});
  EXPECT_EQ(recording.series[1].timeframe, Timeframe::m5);
  EXPECT_EQ(recording.series[3].instrument, InstrumentId{2});
  EXPECT_EQ(recording.candles, 4u);
}

TEST_F(ReplayFrames, FiltersNarrow) {
  list_binance(at(0), {"ETH", "BTC"});
  list_kucoin(at(0));
  kline(candle(0, 10, 11, 3), at(1), true, "ETHUSDT");
  kline(candle(0, 10, 12, 3), at(1), true);
  limit_candle(candle(0, 10, 14, 3), at(0, 1));
  limit_candle(candle(5, 10, 14, 3), at(5, 1));
  EXPECT_EQ(load({"binance", {}, {}})->candles.candles, 2u);
  EXPECT_EQ(load({"", {"btc/usdt"}, {}})->candles.candles, 1u);
  EXPECT_EQ(load({"", {"BTC/USDT", "BTC/USDT:USDT"}, {Timeframe::m1}})->candles.candles, 2u);
  for (const RecordingFilter& filter :
       {RecordingFilter{"kraken", {}, {}}, RecordingFilter{"", {"DOGE/USDT"}, {}},
        RecordingFilter{"binance", {"BTC/USDT:USDT"}, {}},
        RecordingFilter{"", {}, {Timeframe::d1}}}) {
    auto loaded = load(filter);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::not_found);
  }
}

TEST_F(ReplayFrames, ARecordingMayBeginInTheMiddleOfARun) {
  kline(candle(0, 10, 11, 3), at(1), true);
  traffic_->on_response("binance", binance_says::listing_url, 503, at(1), "<html>");
  list_binance(at(2));
  EXPECT_THAT(load_one(), ElementsAre(candle(0, 10, 11, 3)));
}

TEST_F(ReplayFrames, WithoutAListingNobodyKnowsWhatMarketsAreCalled) {
  kline(candle(0, 10, 11, 3), at(1), true);
  auto alone = load();
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code, ErrorCode::not_found);
  EXPECT_THAT(alone.error().message, HasSubstr("binance is left out"));
}

TEST_F(ReplayFrames, OtherExchangesDoNotNeedTheOneThatNeverAnswered) {
  traffic_->on_response("kucoinfutures", kucoin_says::listing_url, 0, at(0), "timed out");
  list_binance(at(0));
  kline(candle(0, 10, 11, 3), at(1), true);
  auto loaded = load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_THAT(loaded->notes, ElementsAre(HasSubstr("kucoinfutures is left out")));
  EXPECT_EQ(loaded->candles.candles, 1u);
}

TEST_F(ReplayFrames, WhatCannotBeReadIsCountedAndHurtsNobody) {
  list_binance(at(0));
  traffic_->on_frame("binance", 1, at(0), R"({"e":"kline",)");
  traffic_->on_frame("binance", 1, at(0), "<html>");
  traffic_->on_frame("binance", 1, at(0), R"({"result":null,"id":1})");
  traffic_.query("binance", "BTCUSDT", Timeframe::m1, at(0), 3, at(9), at(9), "[[1]]");
  traffic_.query("binance", "BTCUSDT", Timeframe::m1, at(0), 4, at(9), at(9),
                 R"({"code":-1003,"msg":"Too many requests"})");
  kline(candle(0, 10, 11, 3), at(9), true);
  kline(candle(0, 10, 11, 3), at(9), true, "NOBODYKNOWS");
  auto loaded = load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->candles.candles, 1u);
  EXPECT_THAT(loaded->notes, ElementsAre(HasSubstr("binance: 3 messages could not be read")));
}

TEST_F(ReplayFrames, AForeignExchangeIsNamed) {
  list_binance(at(0));
  kline(candle(0, 10, 11, 3), at(9), true);
  traffic_->on_frame("kraken", 1, at(0), "{}");
  auto loaded = load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::unsupported);
  EXPECT_THAT(loaded.error().message, HasSubstr("kraken"));
  EXPECT_TRUE(load({"binance", {}, {}}));
}

TEST_F(ReplayFrames, TornFilesAreNamedAndDamagedOnesRefused) {
  list_binance(at(0));
  kline(candle(0, 10, 11, 3), at(1), true);
  traffic_->on_time(at(2));
  kline(candle(1, 10, 11, 3), at(2, 1), true);
  traffic_.stop();
  auto file = std::filesystem::directory_iterator(traffic_.path())->path();
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  auto torn = load();
  ASSERT_TRUE(torn) << torn.error().message;
  EXPECT_EQ(torn->candles.candles, 1u);
  EXPECT_THAT(torn->notes, ElementsAre(HasSubstr(file.string())));
  std::fstream(file).seekp(20) << "damage";
  auto damaged = load();
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::corrupt);
  EXPECT_THAT(damaged.error().message, HasSubstr(file.string() + " at byte 0"));
}

/// The bodies of all signals of a replay.
std::vector<std::string> bodies_of(const CandleRecording& recording) {
  std::vector<std::string> bodies;
  const Settings settings = replay_settings(rig::classic_settings(), recording);
  replay_candles(recording, {settings, FileStart::somewhere},
                 [&](const EffectBuffer& effects, std::uint64_t) {
                   for (const Effect& effect : effects)
                     if (const auto* made = std::get_if<PersistSignal>(&effect)) {
                       const Signal& signal = made->signal;
                       bodies.push_back(signal_body_json(
                           signal, signal_context(recording.instruments[signal.instrument.value],
                                                  settings, signal.timeframe)));
                     }
                   return true;
                 });
  return bodies;
}

TEST_F(ReplayFrames, TrafficAndFilesOfTheSameMarketAreTheSameRecording) {
  const std::vector<Candle> walk = rig::random_walk(5, 300, start, Timeframe::m1);
  testing::RecordingDir files;
  files.write("binance_BTCUSDT_1m.parquet", walk);
  auto of_files = load_recording(files.path(), {}, no_progress);
  ASSERT_TRUE(of_files) << of_files.error().message;
  // The first half is history, asked for when the run starts; the rest comes over the stream.
  list_binance(at(149, 58));
  std::vector<Candle> history(walk.begin(), walk.begin() + 150);
  traffic_.query("binance", "BTCUSDT", Timeframe::m1, start, 152, at(150, 30), at(150, 31),
                 binance_says::page(Timeframe::m1, history));
  for (std::size_t n = 150; n < walk.size(); ++n) {
    Candle growing = walk[n];
    growing.high = growing.low = growing.close = growing.open;
    kline(growing, walk[n].open_time + seconds(1));
    kline(walk[n], walk[n].open_time + minute + milliseconds(90), true);
  }
  auto of_traffic = load();
  ASSERT_TRUE(of_traffic) << of_traffic.error().message;
  EXPECT_EQ(of_traffic->candles.series[0].candles, walk);
  EXPECT_EQ(of_traffic->candles.instruments, of_files->instruments);
  const auto bodies = bodies_of(of_traffic->candles);
  EXPECT_GT(bodies.size(), 100u);
  EXPECT_EQ(bodies, bodies_of(*of_files));
}

}  // namespace
}  // namespace cscan
