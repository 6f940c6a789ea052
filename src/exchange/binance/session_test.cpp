// A session with Binance, played by hand: every answer and frame is written here.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/binance/session_test_support.hpp"

namespace cscan::binance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(BinanceSession, HistoryIsFinalUpToTheSettleDelay) {
  Play play;
  play.watch_btc(5);
  play.answer_all();
  ASSERT_THAT(play.histories, SizeIs(1));
  const auto& candles = play.histories[0].candles;
  // At `start` sharp, the candle that has just closed is not settled yet.
  ASSERT_THAT(candles, SizeIs(4));
  EXPECT_EQ(candles.front().open_time, start - minute * 5);
  EXPECT_EQ(candles.back().open_time, start - minute * 2);
  EXPECT_EQ(candles.back().close, 4'998);
  EXPECT_EQ(candles.back().state, CandleState::final);
  EXPECT_FALSE(play.histories[0].from_listing);
}

TEST(BinanceSession, KnowsTheFirstCandleThereEverWas) {
  Play play;
  play.watch_btc(2'000);
  play.answer_all();
  ASSERT_THAT(play.histories, SizeIs(1));
  EXPECT_TRUE(play.histories[0].from_listing);
  EXPECT_EQ(play.histories[0].candles.front().open_time, start - minute * 1'000);
  EXPECT_THAT(play.histories[0].candles, SizeIs(999));
}

TEST(BinanceSession, WhatClosedWhileHistoryWasAskedForComesAfterIt) {
  Play play;
  play.watch_btc(5);  // at `start` sharp: a candle has just closed
  play.answer_all();
  ASSERT_THAT(play.histories, SizeIs(1));
  play.answer_by_itself(true);
  play.pass(seconds(3));
  ASSERT_THAT(play.histories, SizeIs(2));
  EXPECT_EQ(play.histories[1].candles.back().open_time, start - minute);
  play.pass(seconds(30));
  EXPECT_THAT(play.histories, SizeIs(2));
}

TEST(BinanceSession, StreamsAreSubscribedAndTheirCandlesGoOut) {
  Play play;
  play.watch_btc();
  ASSERT_THAT(play.opened, SizeIs(1));
  EXPECT_THAT(play.sent(), IsEmpty()) << "nothing before the connection is open";
  play.open(1);
  play.pass(seconds(1));
  ASSERT_THAT(play.sent(), SizeIs(2));
  EXPECT_THAT(play.sent()[0].text, HasSubstr("btcusdt@miniTicker"));
  EXPECT_THAT(play.sent()[1].text, AllOf(HasSubstr("btcusdt@kline_1m"), HasSubstr("SUBSCRIBE")));
  play.acknowledge(1);
  EXPECT_NE(play.health().state, SessionState::live) << "an acknowledgement proves nothing";
  play.text(1, play.kline(start, false));
  EXPECT_EQ(play.health().state, SessionState::live);
  play.pass_with_data(minutes(1), 1);
  play.prices.clear();
  play.text(1, play.kline(start, true));
  ASSERT_THAT(play.candles, SizeIs(2));
  EXPECT_EQ(play.candles[0].candle.state, CandleState::forming);
  EXPECT_EQ(play.candles[1].candle.state, CandleState::closed_provisional);
  EXPECT_EQ(play.candles[1].candle.volume, 7);
  play.text(1, play.ticker());
  ASSERT_THAT(play.prices, SizeIs(1));
  EXPECT_EQ(play.prices[0].price, 5);
}

TEST(BinanceSession, AMissedCandleIsAskedForAndAQuietOneIsProven) {
  Play play;
  play.go_live();
  play.missing[1] = true;
  play.pass_with_data(minutes(3) + seconds(5), 1);
  play.histories.clear();
  play.request(start + minute);
  play.answer_all();
  ASSERT_THAT(play.histories, SizeIs(1));
  const auto& candles = play.histories[0].candles;
  ASSERT_THAT(candles, SizeIs(3));  // the one before, the quiet one, the next
  EXPECT_EQ(candles[0].close, 5'000);
  EXPECT_EQ(candles[1].state, CandleState::no_trade);
  EXPECT_EQ(candles[1].close, 5'000);
  EXPECT_EQ(candles[2].close, 5'002);
  EXPECT_EQ(play.health().repairs, 1u);
}

TEST(BinanceSession, ACandleOfWhichTheStreamToldTradesIsNeverCalledQuiet) {
  Play play;
  play.go_live();
  play.pass_with_data(minutes(1) + seconds(10), 1);
  play.text(1, play.kline(start + minute, false));
  play.missing[1] = true;
  play.pass_with_data(minutes(2), 1);
  play.histories.clear();
  play.request(start + minute);
  play.answer_all();
  ASSERT_THAT(play.histories, SizeIs(1));
  for (const Candle& candle : play.histories[0].candles)
    EXPECT_NE(candle.open_time, start + minute);
}

TEST(BinanceSession, SilenceEndsAConnectionHoweverAliveItsSocketIs) {
  Play play;
  play.go_live();
  play.pass(seconds(7));
  EXPECT_THAT(play.dropped, IsEmpty());
  play.pass(seconds(2));
  EXPECT_THAT(play.dropped, SizeIs(1));
  play.pass(seconds(2));
  ASSERT_THAT(play.opened, SizeIs(2)) << "and another one is opened soon";
  EXPECT_EQ(play.health().reconnects, 1u);
}

TEST(BinanceSession, ALostConnectionIsReplacedAndEverythingSubscribedAnew) {
  Play play;
  play.go_live();
  play.closed(1);
  play.pass(seconds(2));
  ASSERT_THAT(play.opened, SizeIs(2));
  play.sent().clear();
  play.open(2);
  play.pass(seconds(1));
  EXPECT_THAT(play.sent(), SizeIs(2));
  play.acknowledge(2);
  play.text(2, play.ticker());
  EXPECT_EQ(play.health().state, SessionState::live);
}

TEST(BinanceSession, ADayOldConnectionIsReplacedBeforeItIsCut) {
  Play play;
  play.go_live();
  play.pass_with_data(hours(23) + seconds(5), 1);
  ASSERT_THAT(play.opened, SizeIs(2));
  EXPECT_THAT(play.dropped, IsEmpty()) << "make before break";
  play.sent().clear();
  play.open(2);
  play.pass_with_data(seconds(2), 1);
  play.acknowledge(2);
  play.text(2, play.ticker());
  play.pass(seconds(1));
  EXPECT_THAT(play.dropped, SizeIs(1));
  EXPECT_EQ(play.dropped[0], 1u);
  EXPECT_EQ(play.health().state, SessionState::live);
}

TEST(BinanceSession, AnAnnouncedShutdownIsAHandover) {
  Play play;
  play.go_live();
  play.text(1, fmt::format(R"({{"e":"serverShutdown","E":{}}})", play.market().ms));
  play.pass(seconds(1));
  EXPECT_THAT(play.opened, SizeIs(2));
  EXPECT_THAT(play.dropped, IsEmpty());
}

TEST(BinanceSession, ARefusedTopicDoesNotTakeTheOthersDown) {
  Play play;
  play.watch_btc();
  play.open(1);
  play.pass(seconds(1));
  ASSERT_THAT(play.sent(), SizeIs(2));
  std::string canary = Play::id_of(play.sent()[0].text), all = Play::id_of(play.sent()[1].text);
  play.sent().clear();
  play.text(1, fmt::format(R"({{"result":null,"id":{}}})", canary));
  play.text(1, fmt::format(R"({{"error":{{"code":2,"msg":"Invalid request"}},"id":{}}})", all));
  play.pass(seconds(1));
  ASSERT_THAT(play.sent(), SizeIs(2)) << "each half by itself";
  std::string bad = Play::id_of(play.sent()[0].text), good = Play::id_of(play.sent()[1].text);
  play.text(1, fmt::format(R"({{"error":{{"code":2,"msg":"Invalid request"}},"id":{}}})", bad));
  play.text(1, fmt::format(R"({{"result":null,"id":{}}})", good));
  play.text(1, play.ticker());
  EXPECT_EQ(play.health().state, SessionState::live);
  EXPECT_THAT(play.warnings, testing::Contains(HasSubstr("refuses !miniTicker@arr")));
}

TEST(BinanceSession, AnUnacknowledgedSubscriptionIsSentAgain) {
  Play play;
  play.watch_btc();
  play.open(1);
  play.pass(seconds(1));
  play.sent().clear();
  play.pass_with_data(seconds(6), 1);
  EXPECT_THAT(play.sent(), SizeIs(2));
}

TEST(BinanceSession, KeepsSilentWhenToldToAndGoesOnAfterwards) {
  Play play;
  ASSERT_FALSE(play.requests.empty());
  auto asked = std::exchange(play.requests, {});
  play.answer(asked[0], R"({"code":-1003,"msg":"Too many requests"})", 418,
              {{"Retry-After", "120"}});
  play.pass(seconds(119));
  EXPECT_THAT(play.requests, IsEmpty());
  EXPECT_EQ(play.health().state, SessionState::rate_limited);
  play.pass(seconds(2));
  EXPECT_FALSE(play.requests.empty());
}

TEST(BinanceSession, ARegionBlockIsFinalAndSaysWhatHelps) {
  Play play;
  auto asked = std::exchange(play.requests, {});
  play.answer(asked[0], R"({"code":0,"msg":"Service unavailable from a restricted location"})",
              451);
  play.pass(hours(2));
  EXPECT_THAT(play.requests, IsEmpty());
  EXPECT_EQ(play.health().state, SessionState::blocked);
  EXPECT_THAT(play.health().words, HasSubstr("data-api.binance.vision"));
}

TEST(BinanceSession, NoAnswerIsAskedForAgainEverLater) {
  Play play;
  std::size_t asked = 0;
  for (int second = 0; second < 300; ++second) {
    for (SendRequest& request : std::exchange(play.requests, {})) {
      ++asked;
      play.answer(request, "connection refused", 0);
    }
    play.pass(seconds(1));
  }
  EXPECT_EQ(play.health().state, SessionState::unreachable);
  EXPECT_GT(asked, 10u);
  EXPECT_LT(asked, 40u);
  play.answer_by_itself(true);
  play.pass(minutes(2));
  EXPECT_EQ(play.health().state, SessionState::idle);
}

TEST(BinanceSession, MeasuresTheExchangesClock) {
  Play play;
  play.server_ahead = milliseconds(740);
  play.answer_by_itself(true);
  play.pass(seconds(10));
  ASSERT_FALSE(play.offsets.empty());
  EXPECT_EQ(play.offsets.back(), milliseconds(740));
}

TEST(BinanceSession, NonsenseIsCountedAndHurtsNobody) {
  Play play;
  play.go_live();
  play.text(1, "{\"e\":\"kline\",");
  play.text(1, "<html>");
  play.text(1, play.kline(start, false));
  EXPECT_EQ(play.health().rejects, 2u);
  EXPECT_THAT(play.candles, SizeIs(1));
  EXPECT_EQ(play.health().state, SessionState::live);
}

/// A stream cut at any byte: what was whole is taken, the rest is nothing.
TEST(BinanceSession, AFrameCutAnywhereIsNoEvent) {
  Play play;
  play.go_live();
  play.pass_with_data(minutes(1), 1);
  std::string frame = play.kline(start, true);
  for (std::size_t bytes = 0; bytes < frame.size(); ++bytes)
    play.text(1, frame.substr(0, bytes));
  EXPECT_THAT(play.candles, IsEmpty());
  play.text(1, frame);
  EXPECT_THAT(play.candles, SizeIs(1));
}

}  // namespace
}  // namespace cscan::binance
