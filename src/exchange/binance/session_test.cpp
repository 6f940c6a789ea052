// A session with Binance, played by hand: every answer and frame is written here.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "exchange/binance/protocol.hpp"
#include "exchange/exchange_session.hpp"

namespace cscan::binance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr Timestamp start{1'760'000'400'000};  // a whole hour
constexpr Duration minute = minutes(1);

/// Time, actions and events of one session; answers queries about a market whose candle that opens
/// n minutes after `start` closes at 5,000 + n.
class Play {
 public:
  Play() : session_(make_protocol(), {default_hosts(binance_table()), seconds(2), 1, 1}) {
    session_.start(now_);
    take();
  }

  static const ExchangeTable& binance_table() {
    static const std::unique_ptr<Protocol> protocol = make_protocol();
    return protocol->table();
  }

  void pass(Duration time) {
    for (Duration gone{}; gone < time; gone = gone + milliseconds(100)) {
      now_ = {now_.market + milliseconds(100), now_.real + milliseconds(100)};
      session_.step(now_);
      take();
      if (answers_)
        answer_all();
    }
  }
  /// Time during which a stream says something every second.
  void pass_with_data(Duration time, StreamId stream) {
    for (Duration gone{}; gone < time; gone = gone + seconds(1)) {
      text(stream, ticker());
      pass(seconds(1));
    }
  }

  void answer_all() {
    while (!requests.empty()) {
      SendRequest sent = requests.front();
      requests.erase(requests.begin());
      answer(sent, body_for(sent.request.url));
    }
  }
  void answer(const SendRequest& sent, std::string body, int status = 200,
              std::vector<std::pair<std::string, std::string>> headers = {}) {
    session_.on_response(sent.id, {status, std::move(headers), std::move(body)}, now_);
    take();
  }
  void open(StreamId stream) {
    session_.on_stream_open(stream, now_);
    take();
  }
  void text(StreamId stream, const std::string& frame) {
    session_.on_stream_text(stream, frame, now_);
    take();
  }
  void closed(StreamId stream, int refusal = 0) {
    session_.on_stream_closed(stream, refusal, "closed by the other side", now_);
    take();
  }
  /// Acknowledges everything sent on a stream.
  void acknowledge(StreamId stream) {
    for (const SendText& sent : std::exchange(sent_, {}))
      if (sent.stream == stream)
        text(stream, fmt::format(R"({{"result":null,"id":{}}})", id_of(sent.text)));
  }
  static std::string id_of(const std::string& text) {
    std::size_t at = text.find("\"id\":") + 5;
    return text.substr(at, text.find('}', at) - at);
  }
  void watch_btc(std::size_t history = 5) {
    answer_all();
    answer_all();
    auto plan = session_.watch({"BTCUSDT"}, {Timeframe::m1}, history, now_);
    ASSERT_TRUE(plan) << plan.error().message;
    take();
  }
  void go_live() {
    watch_btc();
    ASSERT_THAT(opened, SizeIs(1));
    open(opened.back());
    acknowledge(opened.back());
    pass(seconds(1));
    acknowledge(opened.back());
    text(opened.back(), ticker());
    answers_ = true;
    answer_all();
    ASSERT_EQ(health().state, SessionState::live) << health().words;
  }

  [[nodiscard]] std::string ticker() const {
    return fmt::format(R"({{"e":"24hrMiniTicker","E":{},"s":"BTCUSDT","c":"5","o":"4",)"
                       R"("h":"6","l":"3","v":"1","q":"18"}})",
                       now_.market.ms);
  }
  [[nodiscard]] std::string kline(Timestamp open, bool closed) const {
    return fmt::format(R"({{"e":"kline","E":{},"s":"BTCUSDT","k":{{"t":{},"T":{},"s":"BTCUSDT",)"
                       R"("i":"1m","f":1,"L":2,)"
                       R"("o":"10","c":"11","h":"12","l":"9","v":"7","n":2,"x":{},"q":"70",)"
                       R"("V":"1","Q":"1","B":"0"}}}})",
                       now_.market.ms, open.ms, (open + minute).ms - 1, closed);
  }
  [[nodiscard]] SessionHealth health() const { return session_.health(now_); }
  [[nodiscard]] Timestamp market() const { return now_.market; }
  void request(Timestamp from) {
    session_.request_history(0, Timeframe::m1, from, now_);
    take();
  }
  void answer_by_itself(bool on) { answers_ = on; }

  std::vector<SendRequest> requests;
  std::vector<StreamId> opened;
  std::vector<StreamId> dropped;
  std::vector<SendText>& sent() { return sent_; }
  std::vector<SessionHistory> histories;
  std::vector<SessionCandle> candles;
  std::vector<SessionPrice> prices;
  std::vector<std::string> warnings;
  std::vector<Duration> offsets;
  std::map<std::int64_t, bool> missing;  ///< minutes that the exchange has no row of
  Duration server_ahead{};

 private:
  void take() {
    SessionOutput out = session_.take_output();
    for (SessionAction& action : out.actions) {
      if (auto* request = std::get_if<SendRequest>(&action))
        requests.push_back(*request);
      if (auto* open_it = std::get_if<OpenStream>(&action))
        opened.push_back(open_it->stream);
      if (auto* close_it = std::get_if<CloseStream>(&action))
        dropped.push_back(close_it->stream);
      if (auto* send = std::get_if<SendText>(&action))
        sent_.push_back(*send);
    }
    for (SessionEvent& event : out.events) {
      if (auto* history = std::get_if<SessionHistory>(&event))
        histories.push_back(*history);
      if (auto* candle = std::get_if<SessionCandle>(&event))
        candles.push_back(*candle);
      if (auto* price = std::get_if<SessionPrice>(&event))
        prices.push_back(*price);
      if (auto* clock = std::get_if<SessionClock>(&event))
        offsets.push_back(clock->offset);
      if (auto* note = std::get_if<SessionNote>(&event); note != nullptr && note->warning)
        warnings.push_back(note->text);
    }
  }

  std::string body_for(const std::string& url) {
    if (url.find("/time") != std::string::npos)
      return fmt::format(R"({{"serverTime":{}}})", (now_.market + server_ahead).ms);
    if (url.find("/exchangeInfo") != std::string::npos)
      return R"({"timezone":"UTC","serverTime":1760000000000,"rateLimits":[{"rateLimitType":)"
             R"("REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000}],"symbols":[)"
             R"({"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT",)"
             R"("filters":[{"filterType":"PRICE_FILTER","tickSize":"0.01"},)"
             R"({"filterType":"LOT_SIZE","stepSize":"0.001"}]}]})";
    if (url.find("/ticker/24hr") != std::string::npos)
      return "[]";
    return rows(url);
  }
  static std::int64_t number_after(const std::string& url, const std::string& name) {
    return std::stoll(url.substr(url.find(name) + name.size()));
  }
  std::string rows(const std::string& url) {
    std::int64_t from = number_after(url, "startTime=");
    std::int64_t limit = number_after(url, "limit=");
    std::string text = "[";
    // Listed 1,000 minutes before the start.
    std::int64_t first = std::max<std::int64_t>(-1'000, (from - start.ms) / 60'000);
    for (std::int64_t n = first, count = 0; count < limit && start + minute * n <= now_.market;
         ++n) {
      if (missing.contains(n))
        continue;
      Timestamp open = start + minute * n;
      text += fmt::format(R"({}[{},"{}","{}","{}","{}","2",{},"9",1,"1","1","0"])",
                          text.size() > 1 ? "," : "", open.ms, 5'000 + n, 5'000 + n, 5'000 + n,
                          5'000 + n, (open + minute).ms - 1);
      ++count;
    }
    return text + "]";
  }

  SessionTime now_{start, Timestamp{5'000'000}};
  ExchangeSession session_;
  std::vector<SendText> sent_;
  bool answers_ = false;
};

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
