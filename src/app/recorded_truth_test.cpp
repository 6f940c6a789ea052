// Recorded markets as the local exchanges tell them.

#include "app/recorded_truth.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "app/recorded_test_support.hpp"
#include "sim/exchange_sim.hpp"

namespace cscan {
namespace {

namespace json = boost::json;
using namespace recorded_test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A recording with the series of several markets.
CandleRecording recording_of(
    const std::vector<std::pair<Instrument, std::vector<RecordedMarket::Series>>>& markets) {
  CandleRecording recording;
  for (const auto& [instrument, all] : markets) {
    const InstrumentId id{static_cast<std::uint32_t>(recording.instruments.size())};
    recording.instruments.push_back(instrument);
    for (const RecordedMarket::Series& series : all)
      recording.series.push_back({id, series.timeframe, series.candles, 0});
  }
  return recording;
}

/// An hour of five-minute candles, four of which are missing from 00:20 on; and two days of days.
std::vector<RecordedMarket::Series> hour_with_a_hole() {
  std::vector<Candle> candles;
  for (std::int64_t n = 0; n < 12; ++n)
    candles.push_back(n >= 4 && n < 8 ? flat_candle(at_minute(5 * n), 104)
                                      : traded(at_minute(5 * n), 100 + static_cast<double>(n), 30));
  return {{Timeframe::m5, candles},
          {Timeframe::d1, {traded(at_hour(-48), 90, 900), traded(at_hour(-24), 95, 800)}}};
}

std::shared_ptr<const RecordedTruth> truth() {
  return *RecordedTruth::make(recording_of({{btc(), hour_with_a_hole()}}));
}

TEST(RecordedTruth, ListsWhatTheLocalExchangesTrade) {
  const std::vector<RecordedMarket::Series> some = {{Timeframe::m5, {traded(midnight, 10, 1)}}};
  auto made = RecordedTruth::make(recording_of({{{"binance", "ETH", "USDT", ""}, some},
                                                {{"binance", "BTC", "USDT", "USDT"}, some},
                                                {{"binanceusdm", "BTC", "USDT", "USDT"}, some},
                                                {{"kucoin", "BTC", "USDT", ""}, some},
                                                {{"kucoinfutures", "BTC", "USD", "BTC"}, some},
                                                {{"kucoinfutures", "SOL", "USDT", "USDT"}, some}}));
  ASSERT_TRUE(made) << made.error().message;
  const auto symbols = [&](std::string_view exchange) {
    std::vector<std::string> listed;
    for (const TradedMarket& market : (*made)->markets(exchange))
      listed.push_back(market.instrument.symbol());
    return listed;
  };
  EXPECT_THAT(symbols("binance"), ElementsAre("ETH/USDT"));
  EXPECT_THAT(symbols("binanceusdm"), ElementsAre("BTC/USDT:USDT"));
  EXPECT_THAT(symbols("kucoinfutures"), ElementsAre("SOL/USDT:USDT"));
  EXPECT_THAT(symbols("kucoin"), IsEmpty());
  EXPECT_EQ((*made)->left_out(), 3u);
}

TEST(RecordedTruth, SaysWhyThereIsNothingToPlay) {
  auto foreign = RecordedTruth::make(recording_of(
      {{{"kucoin", "BTC", "USDT", ""}, {{Timeframe::m5, {traded(midnight, 10, 1)}}}}}));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::not_found);
  EXPECT_THAT(foreign.error().message, HasSubstr("BTC/USDT on kucoin"));
  auto empty = RecordedTruth::make(recording_of({{btc(), {{Timeframe::m5, {}}}}}));
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::not_found);
}

TEST(RecordedTruth, BeginsWhereThereIsHistory) {
  EXPECT_EQ(truth()->begin(), at_minute(0));
  EXPECT_EQ(truth()->end(), at_minute(60));
  EXPECT_EQ(truth()->usual_start(), at_minute(42));
}

TEST(RecordedTruth, ClosedCandlesAreTheNewestWithoutAGap) {
  const Instrument market = btc();
  const auto opens = [&](Timeframe timeframe, Timestamp end, std::size_t count) {
    std::vector<Timestamp> times;
    for (const Candle& candle : truth()->closed(market, timeframe, end, count))
      times.push_back(candle.open_time);
    return times;
  };
  EXPECT_THAT(opens(Timeframe::m5, at_minute(59), 2), ElementsAre(at_minute(45), at_minute(50)));
  EXPECT_THAT(opens(Timeframe::m5, at_minute(60), 2), ElementsAre(at_minute(50), at_minute(55)));
  EXPECT_EQ(opens(Timeframe::m5, at_minute(42), 1'000).size(), 8u) << "holes are places too";
  EXPECT_EQ(opens(Timeframe::m5, at_minute(42), SIZE_MAX).size(), 8u);
  EXPECT_THAT(opens(Timeframe::d1, at_minute(42), 5), ElementsAre(at_hour(-48), at_hour(-24)));
  EXPECT_THAT(opens(Timeframe::m5, at_minute(-5), 9), IsEmpty());
  EXPECT_EQ(truth()->closed(market, Timeframe::m5, at_minute(25), 1).front(),
            flat_candle(at_minute(20), 104));
}

/// The local exchanges on the recording, 42 minutes into it.
class RecordedExchange : public ::testing::Test {
 protected:
  static constexpr Timestamp start = at_minute(42);

  [[nodiscard]] SimTime time() const { return {now_, now_}; }
  json::value ask(std::string_view target) {
    return json::parse(sim_.answer(parse_sim_target("GET", target), time()).body);
  }
  /// Minutes at which the rows of an answer open.
  std::vector<std::int64_t> rows(std::string_view parameters) {
    std::vector<std::int64_t> opens;
    const json::value answer =
        ask(std::string("/api/v3/klines?symbol=BTCUSDT&interval=5m").append(parameters));
    for (const json::value& row : answer.as_array())
      opens.push_back((row.at(0).as_int64() - midnight.ms) / 60'000);
    return opens;
  }
  /// What is said meanwhile.
  std::vector<std::string> pass(Duration span) {
    std::vector<std::string> texts;
    for (const Timestamp end = now_ + span; now_ < end;) {
      now_ = now_ + milliseconds(500);
      sim_.step(time());
      for (const SimFrame& frame : sim_.take_frames()) {
        if (frame.kind == SimFrame::Kind::text)
          texts.push_back(frame.text);
        if (frame.kind == SimFrame::Kind::ping)
          sim_.on_pong(frame.stream, time());
      }
    }
    return texts;
  }

  Timestamp now_ = start;
  ExchangeSim sim_{truth(), {{}, true, "recorded"}, {start, start}};
};

TEST_F(RecordedExchange, AHoleHasNoRowsAndFillsNoPage) {
  EXPECT_THAT(rows("&limit=3"), ElementsAre(10, 15, 40));
  EXPECT_THAT(rows(""), ElementsAre(0, 5, 10, 15, 40));
}

TEST_F(RecordedExchange, APageGoesOnBeyondAHole) {
  const auto from = [](Timestamp at) { return "&startTime=" + std::to_string(at.ms); };
  EXPECT_THAT(rows(from(at_minute(10)) + "&limit=3"), ElementsAre(10, 15, 40));
  EXPECT_THAT(rows(from(at_minute(25)) + "&limit=1"), ElementsAre(40));
  EXPECT_THAT(rows("&startTime=0&limit=2"), ElementsAre(0, 5))
      << "days are older, five minutes are not";
  EXPECT_THAT(rows(from(at_minute(10)) + "&endTime=" + std::to_string(at_minute(35).ms)),
              ElementsAre(10, 15));
}

TEST_F(RecordedExchange, ItsTimeAndItsValuesAreTheRecordings) {
  EXPECT_EQ(ask("/api/v3/time").at("serverTime").as_int64(), start.ms);
  const json::value answer = ask("/api/v3/klines?symbol=BTCUSDT&interval=5m&limit=5");
  const json::array& row = answer.at(1).as_array();
  EXPECT_EQ(row[1].as_string(), "101.00000000");
  EXPECT_EQ(row[2].as_string(), "103.00000000");
  EXPECT_EQ(row[3].as_string(), "100.00000000");
  EXPECT_EQ(row[4].as_string(), "102.00000000");
  EXPECT_EQ(row[5].as_string(), "30.00000000");
  EXPECT_EQ(ask("/sim/report").at("source").as_string(), "recorded");
  EXPECT_EQ(ask("/fapi/v1/exchangeInfo").at("symbols").as_array().size(), 0u);
}

TEST_F(RecordedExchange, StreamsAreSilentInAHole) {
  now_ = at_minute(19);
  const auto verdict = sim_.open(1, parse_sim_target("GET", "/ws/btcusdt@kline_5m"), time());
  ASSERT_EQ(verdict.kind, StreamVerdict::Kind::accepted);
  const auto before = pass(minutes(1) + seconds(5));
  ASSERT_FALSE(before.empty());
  EXPECT_THAT(before.back(), HasSubstr(R"("x":true)")) << "the last candle before it is closed";
  EXPECT_THAT(pass(minutes(19)), IsEmpty());
  const auto after = pass(minutes(6));
  ASSERT_FALSE(after.empty());
  const json::value first = json::parse(after.front());
  EXPECT_EQ(first.at("k").at("t").as_int64(), at_minute(40).ms);
  EXPECT_EQ(first.at("k").at("o").as_string(), "108.00000000");
}

}  // namespace
}  // namespace cscan
