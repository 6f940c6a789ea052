#pragma once
// For tests only: the local exchange in simulated time, and one client of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/exchange_sim.hpp"

namespace cscan::sim_test {

namespace json = boost::json;

/// One market for all tests: made once, never changed.
inline std::shared_ptr<const MarketTruth> truth() {
  static const auto made =
      std::make_shared<SyntheticTruth>(std::make_shared<const SyntheticMarket>(7));
  return made;
}

/// 2025-03-05 09:58:20 UTC, a Wednesday: a five-minute candle closes soon.
inline constexpr Timestamp start{1'741'168'700'000};
inline constexpr Timestamp ten_o_clock{1'741'168'800'000};

/// The first market of `exchange` with that base, among those traded at `start`.
inline TradedMarket market_of(std::string_view exchange, std::string_view base) {
  for (const TradedMarket& market : truth()->markets(exchange))
    if (market.instrument.base == base)
      return market;
  ADD_FAILURE() << exchange << " has no " << base;
  return {};
}

/// Of its closed candles the one that opens at `open`.
inline Candle true_candle(const TradedMarket& market, Timeframe timeframe, Timestamp open) {
  const auto closed = truth()->closed(market.instrument, timeframe, open + length(timeframe), 1);
  EXPECT_EQ(closed.size(), 1u);
  return closed.empty() ? Candle{} : closed.front();
}

/// A number, or the number that a text spells: by the C library, which the program does not use.
inline double number(const json::value& value) {
  if (value.is_string())
    return std::strtod(value.as_string().c_str(), nullptr);
  return value.to_number<double>();
}
inline std::string word(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "(none)";
}
inline bool is_json(std::string_view text) {
  boost::system::error_code error;
  static_cast<void>(json::parse({text.data(), text.size()}, error));
  return !error;
}

/// "name:type" of each member, in order: what a payload looks like. Types are text, whole, real,
/// list, object, yes/no and null.
inline std::string kind_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string: return "text";
    case json::kind::int64:
    case json::kind::uint64: return "whole";
    case json::kind::double_: return "real";
    case json::kind::array: return "list";
    case json::kind::object: return "object";
    case json::kind::bool_: return "yes/no";
    case json::kind::null: return "null";
  }
  return "";
}
inline std::string shape_of(const json::object& object) {
  std::string shape;
  for (const auto& [key, value] : object)
    shape += (shape.empty() ? "" : " ") + std::string(key) + ":" + kind_of(value);
  return shape;
}

/// What reached the client, and when.
struct Heard {
  SimStreamId stream = 0;
  Timestamp at{};  ///< market time
  SimFrame frame{};

  [[nodiscard]] json::object object() const { return json::parse(frame.text).as_object(); }
};

/// The exchanges and a client that answers pings, unless told not to.
class SimRig {
 public:
  explicit SimRig(std::string_view faults = "", Timestamp from = start,
                  std::shared_ptr<const MarketTruth> market = truth())
      : now_(from), real_(from), sim_(market, {faults_of(faults), true}, {from, from}) {}

  SimReply get(std::string_view target, std::string_view method = "GET") {
    SimRequest request = parse_sim_target(method, target);
    request.host = "127.0.0.1:9000";
    return sim_.answer(request, time());
  }
  /// The body of an answer that has to be status 200 and JSON.
  json::value ask(std::string_view target, std::string_view method = "GET") {
    const SimReply reply = get(target, method);
    EXPECT_EQ(reply.status, 200) << target << ": " << reply.body;
    EXPECT_TRUE(is_json(reply.body)) << target << ": " << reply.body;
    return is_json(reply.body) ? json::parse(reply.body) : json::value();
  }

  StreamVerdict try_open(SimStreamId stream, std::string_view target) {
    return sim_.open(stream, parse_sim_target("GET", target), time());
  }
  /// A stream that is accepted; what it is told at once is heard.
  SimStreamId open(std::string_view target) {
    const SimStreamId stream = ++last_stream_;
    EXPECT_EQ(try_open(stream, target).kind, StreamVerdict::Kind::accepted) << target;
    hear();
    return stream;
  }
  void say(SimStreamId stream, std::string_view text) {
    sim_.on_text(stream, text, time());
    hear();
  }
  /// SUBSCRIBE in Binance's words, `topics` as a JSON list.
  void subscribe(SimStreamId stream, std::string_view topics, int id = 1) {
    say(stream, R"({"method":"SUBSCRIBE","params":)" + std::string(topics) + R"(,"id":)" +
                    std::to_string(id) + "}");
  }
  /// The same in KuCoin's.
  void subscribe_topic(SimStreamId stream, std::string_view topic) {
    say(stream,
        R"({"id":"s","type":"subscribe","topic":")" + std::string(topic) + R"(","response":true})");
  }

  /// Time goes on in small steps; every frame is heard at the time it was sent.
  void run(Duration time, Duration step = milliseconds(50)) {
    for (Timestamp end = now_ + time; now_ < end;) {
      now_ = now_ + step;
      real_ = real_ + step;
      sim_.step(this->time());
      hear();
    }
  }
  void run_until(Timestamp end, Duration step = milliseconds(50)) { run(end - now_, step); }
  /// Nothing happens meanwhile.
  void skip(Duration time) {
    now_ = now_ + time;
    real_ = real_ + time;
  }
  void skip_real(Duration time) { real_ = real_ + time; }

  [[nodiscard]] SimTime time() const { return {now_, real_}; }
  [[nodiscard]] Timestamp now() const { return now_; }
  [[nodiscard]] ExchangeSim& sim() { return sim_; }
  [[nodiscard]] SimReport report(std::string_view exchange) const {
    for (SimReport& one : sim_.report(time()))
      if (one.exchange == exchange)
        return one;
    return {};
  }

  /// All since the last call.
  std::vector<Heard> take() { return std::exchange(heard_, {}); }
  /// The same, as texts; what is no text is "ping", "close" or "cut".
  std::vector<std::string> take_texts() {
    std::vector<std::string> texts;
    for (Heard& one : take())
      texts.push_back(one.frame.kind == SimFrame::Kind::text    ? std::move(one.frame.text)
                      : one.frame.kind == SimFrame::Kind::ping  ? "ping"
                      : one.frame.kind == SimFrame::Kind::close ? "close"
                                                                : "cut");
    return texts;
  }
  bool answers_pings = true;

 private:
  static std::vector<Fault> faults_of(std::string_view script) {
    auto faults = parse_faults(script);
    EXPECT_TRUE(faults) << faults.error().message;
    return faults ? *faults : std::vector<Fault>{};
  }
  void hear() {
    for (SimFrame& frame : sim_.take_frames()) {
      if (frame.kind == SimFrame::Kind::ping && answers_pings)
        sim_.on_pong(frame.stream, time());
      const SimStreamId stream = frame.stream;
      heard_.push_back({stream, now_, std::move(frame)});
    }
  }

  Timestamp now_;
  Timestamp real_;
  ExchangeSim sim_;
  SimStreamId last_stream_ = 0;
  std::vector<Heard> heard_;
};

}  // namespace cscan::sim_test
