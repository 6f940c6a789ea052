// Queries for candles on all three exchanges: which rows come, in what order, with which values.

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

/// 10:02:30.
constexpr Timestamp now = ten_o_clock + seconds(150);

/// Minutes after ten at which the rows open.
std::vector<std::int64_t> minutes_of(const json::value& rows) {
  std::vector<std::int64_t> opens;
  for (const json::value& row : rows.as_array())
    opens.push_back((row.at(0).as_int64() - ten_o_clock.ms) / 60'000);
  return opens;
}
std::string ms(std::int64_t minute, std::int64_t more = 0) {
  return std::to_string((ten_o_clock + minutes(minute)).ms + more);
}
std::string first_and_last(const json::value& rows) {
  const auto opens = minutes_of(rows);
  return opens.empty() ? "none"
                       : std::to_string(opens.size()) + " from " + std::to_string(opens.front()) +
                             " to " + std::to_string(opens.back());
}

class BinanceCandles : public testing::TestWithParam<const char*> {
 protected:
  json::value rows(const std::string& parameters, const char* symbol = "BTCUSDT") {
    return rig_.ask(std::string(GetParam()) + "?symbol=" + symbol + "&interval=1m" + parameters);
  }
  [[nodiscard]] bool is_futures() const { return std::string_view(GetParam()).contains("fapi"); }
  SimRig rig_{"", now};
};

TEST_P(BinanceCandles, WithoutARangeTheNewestComeAndTheLastIsStillForming) {
  EXPECT_EQ(first_and_last(rows("")), "500 from -497 to 2") << "500 unless another limit is given";
  EXPECT_THAT(minutes_of(rows("&limit=3")), ElementsAre(0, 1, 2));
  const json::value last = rows("&limit=1").at(0);
  EXPECT_GT(last.at(6).as_int64(), now.ms) << "its close lies ahead";
  EXPECT_LT(rows("&limit=2").at(0).at(6).as_int64(), now.ms);
}

TEST_P(BinanceCandles, ARangeCountsFromItsStartOrElseBackFromItsEnd) {
  EXPECT_THAT(minutes_of(rows("&startTime=" + ms(-1))), ElementsAre(-1, 0, 1, 2));
  EXPECT_THAT(minutes_of(rows("&startTime=" + ms(-9) + "&limit=3")), ElementsAre(-9, -8, -7));
  EXPECT_THAT(minutes_of(rows("&startTime=" + ms(-9, 1) + "&limit=2")), ElementsAre(-8, -7))
      << "open times at or after the start";
  EXPECT_THAT(minutes_of(rows("&endTime=" + ms(-5) + "&limit=3")), ElementsAre(-7, -6, -5));
  EXPECT_THAT(minutes_of(rows("&endTime=" + ms(-5, -1) + "&limit=2")), ElementsAre(-7, -6));
  EXPECT_THAT(minutes_of(rows("&startTime=" + ms(-5) + "&endTime=" + ms(-3))),
              ElementsAre(-5, -4, -3));
  EXPECT_THAT(minutes_of(rows("&startTime=" + ms(-5) + "&endTime=" + ms(-3) + "&limit=2")),
              ElementsAre(-5, -4));
  EXPECT_THAT(minutes_of(rows("&startTime=" + ms(-3) + "&endTime=" + ms(-5))), IsEmpty());
  EXPECT_THAT(minutes_of(rows("&startTime=" + ms(9))), IsEmpty()) << "the future has no rows";
  EXPECT_THAT(minutes_of(rows("&endTime=" + ms(900) + "&limit=2")), ElementsAre(1, 2));
}

TEST_P(BinanceCandles, ALimitIsCappedAtTheMostThatTheExchangeGives) {
  EXPECT_THAT(rows("&limit=1000").as_array(), SizeIs(1'000));
  EXPECT_THAT(rows("&limit=1001").as_array(), SizeIs(is_futures() ? 1'001 : 1'000));
  EXPECT_THAT(rows("&limit=90000").as_array(), SizeIs(is_futures() ? 1'500 : 1'000));
}

TEST_P(BinanceCandles, TimesBeyondAllReasonAreNoHarm) {
  EXPECT_THAT(minutes_of(rows("&startTime=9223372036854775807")), IsEmpty());
  EXPECT_THAT(minutes_of(rows("&endTime=-9223372036854775808")), IsEmpty());
  EXPECT_THAT(minutes_of(rows("&endTime=9223372036854775807&limit=1")), ElementsAre(2));
  const json::value first = rows("&startTime=-9223372036854775808&limit=1");
  EXPECT_EQ(first.at(0).at(0).as_int64(), 1'577'836'800'000) << "the market's first minute";
}

TEST_P(BinanceCandles, ARowHasTwelveColumnsWithTheTruth) {
  const json::array row = rows("&limit=2").at(0).as_array();
  std::string kinds;
  for (const json::value& column : row)
    kinds += kind_of(column) + " ";
  EXPECT_EQ(kinds, "whole text text text text text whole text whole text text text ");
  const char* exchange = is_futures() ? "binanceusdm" : "binance";
  const Candle real =
      true_candle(market_of(exchange, "BTC"), Timeframe::m1, ten_o_clock + minutes(1));
  EXPECT_EQ(row[0].as_int64(), 1'741'168'860'000);
  EXPECT_EQ(number(row[1]), real.open);
  EXPECT_EQ(number(row[2]), real.high);
  EXPECT_EQ(number(row[3]), real.low);
  EXPECT_EQ(number(row[4]), real.close);
  EXPECT_EQ(number(row[5]), real.volume);
  EXPECT_EQ(row[6].as_int64(), 1'741'168'919'999) << "a millisecond before the next one's open";
  EXPECT_GE(number(row[7]), real.volume * real.low);
  EXPECT_LE(number(row[7]), real.volume * real.high);
  EXPECT_GT(row[8].as_int64(), 0);
  EXPECT_LE(number(row[9]), real.volume);
  EXPECT_LE(number(row[10]), number(row[7]));
  EXPECT_EQ(row[11].as_string(), "0");
  if (!is_futures()) {
    EXPECT_THAT(std::string(row[1].as_string()), MatchesRegex("[0-9]+\\.[0-9]{8}"));
  }
}

TEST_P(BinanceCandles, TheFormingRowIsWhatHasTradedSoFar) {
  const auto early = rows("&limit=1").at(0).as_array();
  rig_.skip(seconds(25));
  const auto late = rows("&limit=1").at(0).as_array();
  EXPECT_EQ(early[0], late[0]);
  EXPECT_EQ(early[1], late[1]);
  EXPECT_LT(number(early[5]), number(late[5]));
  EXPECT_LE(number(early[2]), number(late[2]));
  EXPECT_GE(number(early[3]), number(late[3]));
  rig_.skip(seconds(5));
  EXPECT_EQ(rows("&limit=1").at(0).at(8).as_int64(), 0) << "nothing trades in the first second";
}

TEST_P(BinanceCandles, MinutesWithoutTradesAreFlatRows) {
  int flat = 0;
  double close = 0;
  std::int64_t open_time = 0;
  const json::value thin = rows("&limit=1000", "KSMUSDT");
  for (const json::value& row : thin.as_array()) {
    if (open_time != 0) {
      EXPECT_EQ(row.at(0).as_int64(), open_time + 60'000) << "none is left out";
    }
    open_time = row.at(0).as_int64();
    if (number(row.at(5)) == 0 && open_time < (now - minutes(1)).ms) {
      ++flat;
      for (std::size_t price = 1; price <= 4; ++price)
        EXPECT_EQ(number(row.at(price)), close) << "at the last close";
      EXPECT_EQ(row.at(8).as_int64(), 0);
      EXPECT_EQ(number(row.at(7)), 0);
    }
    close = number(row.at(4));
  }
  EXPECT_GT(flat, 10);
}

TEST_P(BinanceCandles, EveryIntervalHasItsRowsOnTheGridOfTheEpoch) {
  struct Case {
    const char* interval;
    std::int64_t minutes;
  };
  for (const Case& one : {Case{"3m", 3}, Case{"5m", 5}, Case{"15m", 15}, Case{"30m", 30},
                          Case{"1h", 60}, Case{"2h", 120}, Case{"4h", 240}, Case{"6h", 360},
                          Case{"8h", 480}, Case{"12h", 720}, Case{"1d", 1'440}}) {
    const json::value rows =
        rig_.ask(std::string(GetParam()) + "?symbol=ETHUSDT&limit=2&interval=" + one.interval);
    ASSERT_EQ(rows.as_array().size(), 2u) << one.interval;
    const std::int64_t length = one.minutes * 60'000;
    EXPECT_EQ(rows.at(1).at(0).as_int64(), now.ms - now.ms % length) << one.interval;
    EXPECT_EQ(rows.at(0).at(0).as_int64(), now.ms - now.ms % length - length) << one.interval;
    EXPECT_EQ(rows.at(0).at(6).as_int64(), now.ms - now.ms % length - 1) << one.interval;
  }
}

INSTANTIATE_TEST_SUITE_P(Spot, BinanceCandles, testing::Values("/api/v3/klines"));
INSTANTIATE_TEST_SUITE_P(SpotUi, BinanceCandles, testing::Values("/api/v3/uiKlines"));
INSTANTIATE_TEST_SUITE_P(Futures, BinanceCandles, testing::Values("/fapi/v1/klines"));

class KuCoinCandles : public testing::Test {
 protected:
  json::value rows(const std::string& parameters, const char* symbol = "XBTUSDTM",
                   int granularity = 1) {
    const json::value answer = rig_.ask(std::string("/api/v1/kline/query?symbol=") + symbol +
                                        "&granularity=" + std::to_string(granularity) + parameters);
    EXPECT_EQ(word(answer.as_object(), "code"), "200000");
    return answer.at("data");
  }
  SimRig rig_{"", now};
};

TEST_F(KuCoinCandles, TwoHundredIntervalsAtMost) {
  EXPECT_EQ(first_and_last(rows("")), "200 from -197 to 2");
  EXPECT_EQ(first_and_last(rows("&to=" + ms(2, 30'000))), "200 from -197 to 2");
  EXPECT_EQ(first_and_last(rows("&to=" + ms(-5))), "200 from -204 to -5");
  EXPECT_EQ(first_and_last(rows("&from=" + ms(-300) + "&to=" + ms(2))), "200 from -300 to -101");
  EXPECT_THAT(minutes_of(rows("&from=" + ms(-3) + "&to=" + ms(-1))), ElementsAre(-3, -2, -1));
  EXPECT_THAT(minutes_of(rows("&from=" + ms(0))), ElementsAre(0, 1, 2));
  EXPECT_THAT(minutes_of(rows("&from=" + ms(8) + "&to=" + ms(9))), IsEmpty());
}

TEST_F(KuCoinCandles, ARowIsNumbersInTheOrderOpenHighLowCloseWithLots) {
  const TradedMarket btc = market_of("kucoinfutures", "BTC");
  const Candle real = true_candle(btc, Timeframe::m1, ten_o_clock + minutes(1));
  const json::array row = rows("&from=" + ms(1) + "&to=" + ms(1)).at(0).as_array();
  ASSERT_EQ(row.size(), 7u);
  for (const json::value& column : row)
    EXPECT_TRUE(column.is_number());
  EXPECT_EQ(row[0].as_int64(), 1'741'168'860'000) << "milliseconds here";
  EXPECT_EQ(number(row[1]), real.open);
  EXPECT_EQ(number(row[2]), real.high);
  EXPECT_EQ(number(row[3]), real.low);
  EXPECT_EQ(number(row[4]), real.close);
  EXPECT_EQ(kind_of(row[5]), "whole");
  EXPECT_NEAR(number(row[5]) * 0.001, real.volume, 1e-9) << "a lot is a thousandth of a bitcoin";
  EXPECT_GE(number(row[6]), real.volume * real.low);
  EXPECT_LE(number(row[6]), real.volume * real.high);
}

TEST_F(KuCoinCandles, IntervalsWithoutTradesHaveNoRow) {
  const auto real = truth()->closed(market_of("kucoinfutures", "KSM").instrument, Timeframe::m1,
                                    ten_o_clock, 200);
  std::vector<std::int64_t> traded;
  for (const Candle& candle : real)
    if (candle.volume > 0)
      traded.push_back((candle.open_time.ms - ten_o_clock.ms) / 60'000);
  ASSERT_LT(traded.size(), 190u) << "a thin market";
  EXPECT_EQ(minutes_of(rows("&from=" + ms(-200) + "&to=" + ms(-1), "KSMUSDTM")), traded);
}

TEST_F(KuCoinCandles, EveryGranularityAndNoOther) {
  for (int minutes : {1, 3, 5, 15, 30, 60, 120, 240, 480, 720, 1'440}) {
    const json::value two = rows("&from=" + ms(-2 * minutes), "ETHUSDTM", minutes);
    ASSERT_GE(two.as_array().size(), 2u) << minutes;
    EXPECT_EQ(two.at(1).at(0).as_int64() - two.at(0).at(0).as_int64(), minutes * 60'000);
    EXPECT_EQ(two.at(0).at(0).as_int64() % (minutes * 60'000), 0);
  }
  for (const char* wrong : {"2", "0", "-5", "7", "", "1m", "99999999999999999999"}) {
    const SimReply reply =
        rig_.get(std::string("/api/v1/kline/query?symbol=XBTUSDTM&granularity=") + wrong);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, R"({"code":"300000","msg":"Unsupported granularity"})") << wrong;
  }
  EXPECT_EQ(rig_.get("/api/v1/kline/query?symbol=BTCUSDTM&granularity=1").body,
            R"({"code":"200003","msg":"Invalid symbol."})");
}

}  // namespace
}  // namespace cscan
