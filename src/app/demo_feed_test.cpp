#include "app/demo_feed.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <map>

namespace cscan {
namespace {

using ::testing::HasSubstr;
using SeriesKey = std::pair<std::uint32_t, Timeframe>;
constexpr std::chrono::milliseconds patience{100};

/// What came out of a feed, sorted. Closes follow history in one list per series.
struct Heard {
  std::map<SeriesKey, std::vector<Candle>> settled;
  std::map<SeriesKey, std::size_t> live;
  std::map<SeriesKey, std::vector<Candle>> forming;
  std::vector<PriceUpdate> prices;
  std::vector<HistoryLoaded> histories;

  void take(const Input& input) {
    if (const auto* history = std::get_if<HistoryLoaded>(&input)) {
      histories.push_back(*history);
      auto& candles = settled[{history->instrument.value, history->timeframe}];
      if (candles.empty())
        candles = history->candles;
      return;
    }
    const auto& event = std::get<MarketEvent>(input);
    if (const auto* price = std::get_if<PriceUpdate>(&event)) {
      prices.push_back(*price);
      return;
    }
    const auto& update = std::get<CandleUpdate>(event);
    const SeriesKey key{update.instrument.value, update.timeframe};
    if (update.candle.state == CandleState::forming) {
      forming[key].push_back(update.candle);
      return;
    }
    EXPECT_EQ(update.candle.state, CandleState::closed_provisional);
    EXPECT_GE(update.received_time, update.event_time) << "nothing closes before its time";
    settled[key].push_back(update.candle);
    ++live[key];
  }
};

class AppDemoFeed : public ::testing::Test {
 protected:
  static std::shared_ptr<const SyntheticMarket> market() {
    static const auto made = std::make_shared<const SyntheticMarket>(42);
    return made;
  }
  FeedPlan plan(std::size_t history = 120) {
    auto instruments = market()->instruments("binance");
    instruments.resize(2);
    instruments.push_back(market()->instruments("kucoinfutures").front());
    return {instruments, {Timeframe::m1, Timeframe::m5, Timeframe::h1}, history};
  }
  /// Takes inputs until `done`, two minutes at most.
  template <class Done>
  void listen(Done done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    std::vector<Input> inputs;
    while (!done() && std::chrono::steady_clock::now() < deadline) {
      queue_.take_all(inputs, patience);
      for (const Input& input : inputs)
        heard_.take(input);
    }
    EXPECT_TRUE(done());
  }
  static Instrument instrument_of(const FeedPlan& plan, const SeriesKey& key) {
    return plan.instruments[key.first];
  }

  InputQueue queue_{65'536};
  Heard heard_;
};

TEST_F(AppDemoFeed, LiveClosesContinueTheHistoryWithoutAGap) {
  for (double speed : {30.0, 2'000.0}) {
    heard_ = {};
    const Clock clock(speed);
    DemoFeed feed(market(), clock);
    const FeedPlan asked = plan();
    ASSERT_TRUE(feed.start(asked, queue_));
    listen([&] {
      return heard_.live[{0, Timeframe::m1}] >= 5 && heard_.live[{2, Timeframe::m1}] >= 5;
    });
    feed.stop();
    ASSERT_EQ(heard_.settled.size(), 9);
    for (const auto& [key, candles] : heard_.settled) {
      ASSERT_GE(candles.size(), 120);
      for (std::size_t i = 1; i < candles.size(); ++i)
        ASSERT_EQ(candles[i].open_time, candles[i - 1].open_time + length(key.second))
            << to_string(key.second) << " at " << i << ", speed " << speed;
      // The market asked once for the whole span says the same as it said bit by bit.
      const auto whole =
          market()->history(instrument_of(asked, key), key.second,
                            close_time(candles.back().open_time, key.second), candles.size());
      ASSERT_EQ(whole.size(), candles.size());
      for (std::size_t i = 0; i < whole.size(); ++i)
        ASSERT_TRUE(same_values(whole[i], candles[i])) << to_string(key.second) << " at " << i;
    }
    std::vector<Input> rest;
    queue_.take_all(rest, std::chrono::milliseconds(0));
  }
}

TEST_F(AppDemoFeed, SendsAHistoryOfEverySeriesAndAPriceOfEveryMarket) {
  const Clock clock(1);
  DemoFeed feed(market(), clock);
  ASSERT_TRUE(feed.start(plan(), queue_));
  listen([&] { return heard_.histories.size() >= 9 && heard_.forming.size() == 9; });
  feed.stop();
  for (const HistoryLoaded& history : heard_.histories) {
    EXPECT_EQ(history.candles.size(), 120);
    EXPECT_LE(close_time(history.candles.back().open_time, history.timeframe), clock.now());
    EXPECT_FALSE(history.from_listing);
  }
  for (std::uint32_t i = 0; i < 3; ++i)
    EXPECT_TRUE(std::ranges::any_of(heard_.prices, [&](const PriceUpdate& price) {
      return price.instrument == InstrumentId{i} && price.price > 0 && price.quote_volume_24h > 0;
    }));
  for (const FeedHealth& health : feed.health()) {
    EXPECT_TRUE(health.connected);
    EXPECT_GT(health.messages, 0);
    EXPECT_TRUE(health.last_message.has_value());
  }
  EXPECT_EQ(feed.health().size(), 2);
}

TEST_F(AppDemoFeed, AnswersWhatItIsAskedFor) {
  const Clock clock(1);
  DemoFeed feed(market(), clock);
  ASSERT_TRUE(feed.start(plan(), queue_));
  listen([&] { return heard_.histories.size() >= 9; });
  const Timestamp from = floor_to(clock.now(), minutes(5)) - minutes(20);
  feed.request_history({InstrumentId{1}, Timeframe::m5, from});
  listen([&] { return heard_.histories.size() >= 10; });
  feed.stop();
  const HistoryLoaded& answer = heard_.histories[9];
  EXPECT_EQ(answer.instrument, InstrumentId{1});
  EXPECT_LE(answer.candles.front().open_time, from);
  EXPECT_GE(answer.candles.back().open_time, from + minutes(15));
}

TEST_F(AppDemoFeed, StopsWhileItIsStillLoading) {
  const Clock clock(1);
  FeedPlan everything{market()->instruments("binance"), {Timeframe::m5, Timeframe::d1}, 500};
  DemoFeed feed(market(), clock);
  ASSERT_TRUE(feed.start(everything, queue_));
  listen([&] { return !heard_.histories.empty(); });
  feed.stop();
  std::vector<Input> rest;
  queue_.take_all(rest, std::chrono::milliseconds(0));
  EXPECT_LT(heard_.histories.size() + rest.size(), 2 * everything.instruments.size());
  feed.stop();  // and again, as its end does
}

TEST_F(AppDemoFeed, KnowsItsExchanges) {
  const Clock clock(1);
  DemoFeed feed(market(), clock);
  for (const std::string& exchange : feed.exchanges()) {
    auto listed = feed.markets(exchange);
    ASSERT_TRUE(listed) << exchange;
    EXPECT_GE(listed->size(), 250);
    for (const ListedMarket& listing : *listed) {
      EXPECT_EQ(listing.instrument.exchange, exchange);
      EXPECT_LE(market()->listed_at(listing.instrument), clock.now() + days(3));
    }
  }
  auto unknown = feed.markets("mtgox");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::unsupported);
  EXPECT_THAT(unknown.error().message, HasSubstr("kucoinfutures"));
  const FeedPlan asked = plan();
  EXPECT_EQ(feed.budget(asked).history_requests, 9);
}

/// Instruments of all exchanges that are listed between two times.
std::vector<Instrument> listed_between(const SyntheticMarket& market, Timestamp from,
                                       Timestamp until) {
  std::vector<Instrument> found;
  for (const char* exchange : {"binance", "binanceusdm", "kucoinfutures"})
    for (const Instrument& instrument : market.instruments(exchange))
      if (Timestamp at = market.listed_at(instrument); from < at && at < until)
        found.push_back(instrument);
  return found;
}

TEST_F(AppDemoFeed, LoadsFirstWhatGivesTheFirstSignals) {
  const Clock clock(1);
  DemoFeed feed(market(), clock);
  auto instruments = market()->instruments("kucoinfutures");
  instruments.resize(30);
  ASSERT_TRUE(
      feed.start({instruments, {Timeframe::m5, Timeframe::h1, Timeframe::d1}, 150}, queue_));
  listen([&] { return heard_.histories.size() >= 90; });
  feed.stop();
  const auto turnover = [&](std::size_t history) {
    const InstrumentId id = heard_.histories[history].instrument;
    return market()->quote_volume_24h(instruments[id.value], clock.now());
  };
  EXPECT_GT(turnover(0), turnover(20)) << "the most traded first";
  EXPECT_GT(turnover(20), turnover(58));
  for (std::size_t i = 0; i < 90; ++i)
    EXPECT_EQ(heard_.histories[i].timeframe == Timeframe::d1, i >= 60) << "history " << i;
}

TEST_F(AppDemoFeed, AHistoryThatReachesTheListingSaysSo) {
  const Clock clock(1);
  auto young = listed_between(*market(), clock.now() - days(700), clock.now() - days(2));
  ASSERT_FALSE(young.empty());
  young.resize(1);
  DemoFeed feed(market(), clock);
  ASSERT_TRUE(feed.start({young, {Timeframe::m1, Timeframe::d1}, 1'000}, queue_));
  listen([&] { return heard_.histories.size() >= 2; });
  feed.stop();
  const Timestamp listed = market()->listed_at(young[0]);
  for (const HistoryLoaded& history : heard_.histories) {
    EXPECT_EQ(history.from_listing, history.timeframe == Timeframe::d1);
    if (history.from_listing) {
      EXPECT_EQ(history.candles.front().open_time, floor_to(listed, days(1)));
    }
  }
}

TEST_F(AppDemoFeed, AMarketListedDuringTheRunBeginsToHaveCandles) {
  const Timestamp wall = Clock(1).now();
  auto coming = listed_between(*market(), wall + hours(2), wall + days(600));
  ASSERT_FALSE(coming.empty()) << "until 2038";
  const Instrument next = *std::ranges::min_element(
      coming, {}, [&](const Instrument& i) { return market()->listed_at(i); });
  const Timestamp listed = market()->listed_at(next);
  // So fast that the listing comes after some three seconds.
  const Clock clock(static_cast<double>((listed - wall).ms) / 3'000);
  DemoFeed feed(market(), clock);
  ASSERT_TRUE(feed.start({{next}, {Timeframe::h1, Timeframe::d1}, 500}, queue_));
  listen([&] { return heard_.live[{0, Timeframe::d1}] >= 2; });
  feed.stop();
  ASSERT_EQ(heard_.histories.size(), 2U) << "the first candle of each timeframe";
  for (const HistoryLoaded& history : heard_.histories) {
    EXPECT_TRUE(history.from_listing);
    EXPECT_EQ(history.candles.front().open_time, floor_to(listed, length(history.timeframe)));
  }
  for (const PriceUpdate& price : heard_.prices)
    EXPECT_GE(price.event_time, listed) << "no price before the first trade";
  const auto& days_seen = heard_.settled[{0, Timeframe::d1}];
  for (std::size_t i = 1; i < days_seen.size(); ++i)
    EXPECT_EQ(days_seen[i].open_time, days_seen[i - 1].open_time + days(1));
}

TEST_F(AppDemoFeed, KucoinIsSilentAboutSilenceUntilItIsAsked) {
  // The quietest market, at 40 minutes a second.
  auto listed = market()->instruments("kucoinfutures");
  const Clock clock(2'400);
  std::erase_if(listed, [&](const Instrument& i) { return market()->listed_at(i) > clock.now(); });
  auto silent = [&](const Instrument& instrument) {
    return std::ranges::count(market()->history(instrument, Timeframe::m5, clock.now(), 200), 0.0,
                              &Candle::volume);
  };
  const Instrument quietest = *std::ranges::max_element(listed, {}, silent);
  DemoFeed feed(market(), clock);
  ASSERT_TRUE(feed.start({{quietest}, {Timeframe::m5}, 10}, queue_));
  listen([&] { return heard_.live[{0, Timeframe::m5}] >= 15; });
  const auto& heard = heard_.settled[{0, Timeframe::m5}];
  const Timestamp last = heard.back().open_time;
  std::size_t silences = 0;
  const auto all = market()->history(quietest, Timeframe::m5, last + minutes(5), 500);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].open_time < heard[9].open_time)
      continue;  // still loaded history
    bool told = std::ranges::count(heard, all[i].open_time, &Candle::open_time) > 0;
    EXPECT_EQ(told, all[i].volume > 0 || all[i].open_time == heard[9].open_time);
    silences += !told;
  }
  EXPECT_GT(silences, 0);
  for (const Candle& candle : heard_.forming[{0, Timeframe::m5}])
    EXPECT_GT(candle.volume, 0);
  feed.request_history({InstrumentId{0}, Timeframe::m5, heard[9].open_time});
  listen([&] { return heard_.histories.size() >= 2; });
  feed.stop();
  EXPECT_GT(std::ranges::count(heard_.histories[1].candles, CandleState::no_trade, &Candle::state),
            0);
}

TEST_F(AppDemoFeed, SaysThatItIsBehind) {
  const Clock clock(1);
  InputQueue narrow(4);
  DemoFeed feed(market(), clock);
  const FeedPlan asked = plan();
  ASSERT_TRUE(feed.start(asked, narrow));
  std::vector<Input> inputs;
  while (heard_.histories.size() < 9) {
    narrow.take_all(inputs, patience);
    for (const Input& input : inputs)
      heard_.take(input);
  }
  EXPECT_EQ(feed.health()[0].note, "synthetic");
  // Prices wait for room, and nobody makes any for a while.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (feed.health()[0].note == "synthetic" && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1'000));
    narrow.take_all(inputs, patience);
  }
  narrow.close();
  feed.stop();
  for (const FeedHealth& health : feed.health())
    EXPECT_THAT(health.note, HasSubstr("longer than 500 ms"));
}

}  // namespace
}  // namespace cscan
