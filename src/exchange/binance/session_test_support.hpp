#pragma once
// For tests only: a session with Binance, played by hand.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "exchange/binance/protocol.hpp"
#include "exchange/exchange_session.hpp"

namespace cscan::binance {

inline constexpr Timestamp start{1'760'000'400'000};  // a whole hour
inline constexpr Duration minute = minutes(1);

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
    ASSERT_THAT(opened, testing::SizeIs(1));
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

}  // namespace cscan::binance
