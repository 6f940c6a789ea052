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

  DemoFeed& make(Clock& clock) {
    auto made = DemoFeed::make(market(), clock);
    EXPECT_TRUE(made) << made.error().message;
    feed_ = std::move(*made);
    for (const std::string& exchange : feed_->exchanges())
      EXPECT_TRUE(feed_->markets(exchange));
    return *feed_;
  }

  std::unique_ptr<DemoFeed> feed_;
  InputQueue queue_{65'536};
  Heard heard_;
};

TEST_F(AppDemoFeed, TellsWhatTheMarketDid) {
  Clock clock(60);
  DemoFeed& feed = make(clock);
  const FeedPlan asked = plan();
  ASSERT_TRUE(feed.start(asked, queue_));
  listen([&] {
    return heard_.histories.size() >= 9 && heard_.live[{0, Timeframe::m1}] >= 5 &&
           heard_.live[{1, Timeframe::m1}] >= 5;
  });
  feed.stop();
  // Histories and candles that binance called closed are those of the market asked directly.
  for (const auto& [key, candles] : heard_.settled)
    for (const Candle& candle : candles) {
      const auto whole = market()->history(instrument_of(asked, key), key.second,
                                           close_time(candle.open_time, key.second), 1);
      ASSERT_EQ(whole.size(), 1u);
      EXPECT_EQ(whole[0].open_time, candle.open_time);
      EXPECT_TRUE(same_values(whole[0], candle)) << to_string(key.second);
    }
}

TEST_F(AppDemoFeed, SendsAHistoryOfEverySeriesAndAPriceOfEveryMarket) {
  Clock clock(1);
  DemoFeed& feed = make(clock);
  ASSERT_TRUE(feed.start(plan(), queue_));
  const auto is_live = [&] {
    const auto all = feed.health();
    return all.size() == 2 && std::ranges::all_of(all, &FeedHealth::connected);
  };
  const auto has_turnover = [&] {
    return std::ranges::any_of(heard_.prices,
                               [](const PriceUpdate& p) { return p.quote_volume_24h > 0; });
  };
  listen([&] {
    return heard_.histories.size() >= 9 && heard_.forming.size() == 9 && is_live() &&
           has_turnover();
  });
  feed.stop();
  for (const HistoryLoaded& history : heard_.histories) {
    EXPECT_GE(history.candles.size(), 119);  // the newest may not be settled yet
    EXPECT_LE(close_time(history.candles.back().open_time, history.timeframe), clock.now());
    EXPECT_FALSE(history.from_listing);
  }
  for (std::uint32_t i = 0; i < 3; ++i)
    EXPECT_TRUE(std::ranges::any_of(heard_.prices, [&](const PriceUpdate& price) {
      return price.instrument == InstrumentId{i} && price.price > 0;
    }));
  for (const FeedHealth& health : feed.health()) {
    EXPECT_TRUE(health.connected);
    EXPECT_GT(health.messages, 0);
    EXPECT_TRUE(health.last_message.has_value());
  }
  EXPECT_EQ(feed.health().size(), 2);
}

TEST_F(AppDemoFeed, AnswersWhatItIsAskedFor) {
  Clock clock(1);
  DemoFeed& feed = make(clock);
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
  Clock clock(1);
  FeedPlan everything{market()->instruments("binance"), {Timeframe::m5, Timeframe::d1}, 500};
  DemoFeed& feed = make(clock);
  ASSERT_TRUE(feed.start(everything, queue_));
  listen([&] { return !heard_.histories.empty(); });
  feed.stop();
  std::vector<Input> rest;
  queue_.take_all(rest, std::chrono::milliseconds(0));
  EXPECT_LT(heard_.histories.size() + rest.size(), 2 * everything.instruments.size());
  feed.stop();  // and again, as its end does
}

TEST_F(AppDemoFeed, KnowsItsExchanges) {
  Clock clock(1);
  DemoFeed& feed = make(clock);
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
  feed.stop();  // before its clock goes
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
  Clock clock(1);
  DemoFeed& feed = make(clock);
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
  Clock clock(1);
  auto young = listed_between(*market(), clock.now() - days(700), clock.now() - days(2));
  ASSERT_FALSE(young.empty());
  young.resize(1);
  DemoFeed& feed = make(clock);
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

}  // namespace
}  // namespace cscan
