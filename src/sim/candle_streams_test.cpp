// Candles on streams: when they end, what the last word about each is, and what is said of minutes
// in which nothing traded. The truth is the judge.

#include <algorithm>

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// A message about a candle, in whatever words it was said.
struct Told {
  std::string topic{};
  Timestamp at{};
  Timestamp open_time{};
  double open = 0, high = 0, low = 0, close = 0;
  double volume = 0;  ///< base units
  bool is_closed = false;
};

struct Venue {
  const char* exchange;
  const char* address;
  bool flags;      ///< says when a candle has closed
  bool says_flat;  ///< speaks of minutes without trades
};
constexpr Venue venues[] = {
    {"binance", "/ws", true, true},
    {"binanceusdm", "/market/ws", true, false},
    {"kucoinfutures", "/?token=sim/1&connectId=1", false, false},
};

std::string lower(std::string text) {
  for (char& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

class CandleStreams : public testing::TestWithParam<Venue> {
 protected:
  [[nodiscard]] const Venue& venue() const { return GetParam(); }
  [[nodiscard]] TradedMarket market(std::string_view base) const {
    return market_of(venue().exchange, base);
  }
  [[nodiscard]] std::string topic(const std::string& base, Timeframe timeframe) const {
    const std::string interval(to_string(timeframe));
    if (venue().flags)
      return lower(base) + "usdt@kline_" + interval;
    return "/contractMarket/limitCandle:" + (base == "BTC" ? "XBT" : base) + "USDTM_" + interval +
           "in";
  }
  void listen(const std::string& base, Timeframe timeframe = Timeframe::m1) {
    if (stream_ == 0)
      stream_ = rig_.open(venue().address);
    const std::string wanted = topic(base, timeframe);
    lots_[wanted] = market(base).lot();
    if (venue().flags)
      rig_.subscribe(stream_, "[\"" + wanted + "\"]");
    else
      rig_.subscribe_topic(stream_, wanted);
    rig_.run(seconds(1));
    rig_.take();
  }
  void run_until(Timestamp end) {
    while (rig_.now() < end) {
      if (!venue().flags)  // KuCoin's stream stays for whoever speaks
        rig_.say(stream_, R"({"id":"1","type":"ping"})");
      rig_.run(std::min(end - rig_.now(), seconds(20)), milliseconds(5));
    }
  }

  /// Everything about candles since the last call.
  std::vector<Told> told() {
    std::vector<Told> all;
    for (const Heard& one : rig_.take()) {
      if (one.frame.kind != SimFrame::Kind::text)
        continue;
      const json::object message = one.object();
      if (const json::value* k = message.if_contains("k"))
        all.push_back(binance_candle(one.at, k->as_object()));
      else if (message.contains("data"))
        all.push_back(kucoin_candle(one.at, message));
    }
    return all;
  }
  /// The last word about each candle of `base`.
  static std::map<Timestamp, Told> last_words(const std::vector<Told>& all,
                                              const std::string& topic) {
    std::map<Timestamp, Told> last;
    for (const Told& one : all)
      if (one.topic == topic)
        last[one.open_time] = one;
    return last;
  }

  static Told binance_candle(Timestamp at, const json::object& k) {
    return {lower(word(k, "s")) + "@kline_" + word(k, "i"),
            at,
            Timestamp{k.at("t").as_int64()},
            number(k.at("o")),
            number(k.at("h")),
            number(k.at("l")),
            number(k.at("c")),
            number(k.at("v")),
            k.at("x").as_bool()};
  }
  Told kucoin_candle(Timestamp at, const json::object& message) {
    const json::array row = message.at("data").at("candles").as_array();
    return {word(message, "topic"),
            at,
            Timestamp{static_cast<std::int64_t>(number(row[0])) * 1'000},
            number(row[1]),
            number(row[3]),
            number(row[4]),
            number(row[2]),
            number(row[6]) * lots_.at(word(message, "topic")),
            false};
  }

  SimRig rig_;
  SimStreamId stream_ = 0;
  std::map<std::string, double> lots_;
};

void expect_equal(const Told& said, const Candle& real) {
  EXPECT_EQ(said.open, real.open) << said.topic;
  EXPECT_EQ(said.high, real.high) << said.topic;
  EXPECT_EQ(said.low, real.low) << said.topic;
  EXPECT_EQ(said.close, real.close) << said.topic;
  EXPECT_NEAR(said.volume, real.volume, 1e-9 * real.volume) << said.topic;
}

TEST_P(CandleStreams, TheLastWordAboutACandleIsTheTruthAndComesInTime) {
  const std::vector<std::string> bases = {"BTC", "ETH", "SOL", "XRP", "DOGE", "KSM", "CHZ", "LTC"};
  for (const std::string& base : bases)
    listen(base);
  run_until(ten_o_clock + minutes(4) + seconds(5));
  const auto all = told();
  for (const std::string& base : bases) {
    const auto last = last_words(all, topic(base, Timeframe::m1));
    for (int minute = 0; minute < 4; ++minute) {
      const Timestamp open = ten_o_clock + minutes(minute), close = open + minutes(1);
      const Candle real = true_candle(market(base), Timeframe::m1, open);
      if (real.volume == 0 && !venue().says_flat)
        continue;
      ASSERT_TRUE(last.contains(open)) << base << " " << minute;
      const Told& said = last.at(open);
      expect_equal(said, real);
      EXPECT_EQ(said.is_closed, venue().flags);
      EXPECT_LE(said.at, close + milliseconds(2'005)) << base;
      if (venue().flags) {
        EXPECT_GE(said.at, close) << base;
      }
    }
  }
}

TEST_P(CandleStreams, ClosesOfDifferentMarketsComeAtDifferentTimes) {
  if (!venue().flags)
    GTEST_SKIP() << "KuCoin says no close";
  for (const char* base : {"BTC", "ETH", "SOL", "XRP", "DOGE"})
    listen(base);
  run_until(ten_o_clock + seconds(5));
  std::set<std::int64_t> delays;
  for (const Told& one : told())
    if (one.is_closed && one.open_time == ten_o_clock - minutes(1))
      delays.insert((one.at - ten_o_clock).ms);
  EXPECT_EQ(delays.size(), 5u);
  EXPECT_GT(*delays.rbegin() - *delays.begin(), 1'000);
}

TEST_P(CandleStreams, ACandleOnlyGrowsAndTheNextOneWaitsForItsEnd) {
  listen("BTC");
  run_until(ten_o_clock + minutes(3));
  Told before{};
  std::size_t messages = 0;
  for (const Told& said : told()) {
    if (said.open_time == before.open_time) {
      EXPECT_EQ(said.open, before.open);
      EXPECT_GE(said.high, before.high);
      EXPECT_LE(said.low, before.low);
      EXPECT_GE(said.volume, before.volume);
      EXPECT_FALSE(before.is_closed) << "after its end nothing is said of it";
    } else {
      EXPECT_GT(said.open_time, before.open_time);
      EXPECT_TRUE(before.is_closed || !venue().flags || messages == 0);
    }
    EXPECT_LE(said.low, std::min(said.open, said.close));
    EXPECT_GE(said.high, std::max(said.open, said.close));
    before = said;
    ++messages;
  }
  EXPECT_GT(messages, 3u * 20);
}

TEST_P(CandleStreams, EachIntervalEndsAtItsOwnTime) {
  listen("ETH", Timeframe::m5);
  listen("ETH", Timeframe::m1);
  listen("ETH", Timeframe::m15);
  run_until(ten_o_clock + minutes(5) + seconds(4));
  const auto all = told();
  struct Case {
    Timeframe timeframe;
    std::vector<int> opens;  ///< minutes after ten
  };
  for (const Case& one : {Case{Timeframe::m1, {-1, 0, 1, 2, 3, 4}}, Case{Timeframe::m5, {-5, 0}},
                          Case{Timeframe::m15, {-15}}}) {
    const auto last = last_words(all, topic("ETH", one.timeframe));
    for (int minute : one.opens) {
      const Timestamp open = ten_o_clock + minutes(minute);
      ASSERT_TRUE(last.contains(open)) << to_string(one.timeframe) << " " << minute;
      expect_equal(last.at(open), true_candle(market("ETH"), one.timeframe, open));
    }
    EXPECT_LE(last.size(), one.opens.size() + 2) << "those and what is still forming";
    if (venue().flags) {
      EXPECT_FALSE(last.rbegin()->second.is_closed);
    }
  }
}

TEST_P(CandleStreams, MinutesWithoutTrades) {
  // Two minutes in a row, within the next hour.
  const auto coming =
      truth()->closed(market("KSM").instrument, Timeframe::m1, ten_o_clock + hours(1), 55);
  const auto quiet = std::ranges::adjacent_find(
      coming, [](const Candle& a, const Candle& b) { return a.volume == 0 && b.volume == 0; });
  ASSERT_NE(quiet, coming.end());
  rig_.skip(quiet->open_time - minutes(1) - rig_.now());
  listen("KSM");
  run_until(quiet->open_time + minutes(2) + seconds(3));
  const auto all = told();
  for (auto candle = quiet; candle != quiet + 2; ++candle) {
    std::vector<Told> said;
    std::ranges::copy_if(all, std::back_inserter(said),
                         [&](const Told& one) { return one.open_time == candle->open_time; });
    if (!venue().says_flat) {
      EXPECT_THAT(said, IsEmpty());
      continue;
    }
    ASSERT_EQ(said.size(), 2u) << "that it began, and that it ended";
    expect_equal(said[0], *candle);
    EXPECT_FALSE(said[0].is_closed);
    expect_equal(said[1], *candle);
    EXPECT_TRUE(said[1].is_closed);
  }
}

TEST_P(CandleStreams, TheLedgerHoldsEveryCandleThatEnded) {
  std::vector<std::string> lines;
  rig_.sim().set_ledger([&](const LedgerLine& line) {
    lines.push_back(std::string(line.exchange) + " " + line.market->instrument.base + " " +
                    std::string(to_string(line.timeframe)) + " " +
                    std::to_string((line.candle.open_time - ten_o_clock).ms / 60'000));
    const TradedMarket& traded = market(line.market->instrument.base);
    EXPECT_TRUE(
        same_values(line.candle, true_candle(traded, line.timeframe, line.candle.open_time)));
    const Timestamp close = line.candle.open_time + length(line.timeframe);
    if (line.told_at)
      EXPECT_TRUE(close <= *line.told_at && *line.told_at <= close + seconds(3));
    else
      EXPECT_EQ(line.candle.volume, 0) << "all others are told";
  });
  listen("BTC");
  listen("ETH", Timeframe::m5);
  run_until(ten_o_clock + minutes(2) + seconds(1));
  const std::string exchange = venue().exchange;
  EXPECT_THAT(lines, UnorderedElementsAre(exchange + " BTC 1m -2", exchange + " BTC 1m -1",
                                          exchange + " ETH 5m -5", exchange + " BTC 1m 0",
                                          exchange + " BTC 1m 1"));
}

INSTANTIATE_TEST_SUITE_P(Exchanges, CandleStreams, testing::ValuesIn(venues),
                         [](const auto& param) { return std::string(param.param.exchange); });

}  // namespace
}  // namespace cscan
