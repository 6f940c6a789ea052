#pragma once
// For the tests of this room: a scanner and a history without threads, without a store and without
// a market. What they answer is set by the test; what they were asked is kept.

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "net/http_message.hpp"
#include "server/ports.hpp"

namespace cscan::testing {

/// 2025-10-24T10:00:00Z.
inline constexpr Timestamp test_now{1'761'300'000'000};

inline Instrument spot(std::string exchange, std::string base, std::string quote = "USDT") {
  return {std::move(exchange), std::move(base), std::move(quote), ""};
}
inline Instrument swap(std::string exchange, std::string base) {
  return {std::move(exchange), std::move(base), "USDT", "USDT"};
}

/// What matters of a signal to whoever selects signals.
struct SignalShape {
  std::uint32_t instrument = 0;
  Timeframe timeframe = Timeframe::m5;
  Timestamp close_time = test_now;
  std::int32_t hundredths = 5'000;
  SignalType type = SignalType::momentum_buy;
  Timestamp stale_at = test_now + hours(1);
  std::string id = "a";
};

inline SignalPtr make_signal(const SignalShape& shape) {
  auto rendered = std::make_shared<RenderedSignal>();
  Signal& signal = rendered->signal;
  signal.instrument = InstrumentId{shape.instrument};
  signal.timeframe = shape.timeframe;
  signal.open_time = shape.close_time - length(shape.timeframe);
  signal.combined = Score{shape.hundredths};
  signal.type = shape.type;
  signal.direction = direction_of(shape.type);
  rendered->id = shape.id;
  rendered->stale_at = shape.stale_at;
  rendered->json_fresh = "{\"id\":\"" + shape.id + "\",\"stale\":false}";
  rendered->json_stale = "{\"id\":\"" + shape.id + "\",\"stale\":true}";
  return rendered;
}

/// A running view of these instruments in the default timeframes (5m, 1h, 4h, 1d), no signal yet.
inline std::shared_ptr<MarketView> make_view(std::vector<Instrument> instruments) {
  auto view = std::make_shared<MarketView>();
  auto run = std::make_shared<RunInfo>();
  run->run_id = "test-run";
  run->source = "synthetic";
  run->started_at = test_now - hours(1);
  for (const Instrument& instrument : instruments)
    if (run->exchanges.empty() || run->exchanges.back() != instrument.exchange)
      run->exchanges.push_back(instrument.exchange);
  run->instruments = std::move(instruments);
  for (std::uint32_t i = 0; i < run->instruments.size(); ++i)
    for (Timeframe timeframe : {Timeframe::m5, Timeframe::h1, Timeframe::h4, Timeframe::d1})
      view->series.push_back({InstrumentId{i}, timeframe, nullptr, nullptr, 40, 100});
  view->version = 1;
  view->as_of = test_now;
  view->state = RunState::running;
  view->run = std::move(run);
  return view;
}

class FakeScanner final : public ScannerPort {
 public:
  Result<StartReply> start(const StartRequest& request) override {
    ++starts;
    start_thread = std::this_thread::get_id();
    last_start = request;
    if (on_start)
      return on_start();
    StartReply reply;
    reply.run = picture->run;
    return reply;
  }
  StopReply stop() override {
    ++stops;
    return {true, "test-run", true, "", 3};
  }
  [[nodiscard]] MarketViewPtr view() const override { return picture; }
  [[nodiscard]] std::string source() const override { return "synthetic"; }
  [[nodiscard]] Timestamp now() const override { return time; }
  [[nodiscard]] std::vector<FeedHealth> feeds() const override {
    return {{"binance", true, test_now - seconds(2), 10, 0, 0, 0, ""}};
  }

  std::shared_ptr<MarketView> picture = make_view({spot("binance", "BTC"), spot("binance", "ETH")});
  Timestamp time = test_now;
  std::function<Result<StartReply>()> on_start;
  int starts = 0;
  int stops = 0;
  StartRequest last_start;
  std::thread::id start_thread;
};

/// Plays rows given by a test. With an error it fails where the rows end.
class FakeTrainingRows final : public TrainingRows {
 public:
  explicit FakeTrainingRows(std::vector<TrainingItem> items, std::optional<Error> error = {})
      : items_(std::move(items)), error_(std::move(error)) {}
  Result<std::optional<TrainingItem>> next() override {
    if (next_ < items_.size())
      return items_[next_++];
    if (error_)
      return fail(*error_);
    return std::nullopt;
  }
  [[nodiscard]] std::string summary_json() const override { return "[]"; }
  [[nodiscard]] std::uint64_t total_signals() const override {
    return count(TrainingItem::Kind::signal);
  }
  [[nodiscard]] std::uint64_t total_clusters() const override {
    return count(TrainingItem::Kind::cluster);
  }
  [[nodiscard]] std::vector<Timeframe> timeframes() const override { return {Timeframe::m5}; }

 private:
  [[nodiscard]] std::uint64_t count(TrainingItem::Kind kind) const {
    return static_cast<std::uint64_t>(std::ranges::count(items_, kind, &TrainingItem::kind));
  }
  std::vector<TrainingItem> items_;
  std::optional<Error> error_;
  std::size_t next_ = 0;
};

class FakeHistory final : public HistoryPort {
 public:
  [[nodiscard]] Result<HistoryPage> signals(const HistoryFilter& filter) const override {
    last_filter = filter;
    last_thread = std::this_thread::get_id();
    return HistoryPage{{R"({"id":"stored"})"}, 1, ""};
  }
  [[nodiscard]] Result<std::vector<SignalHistoryPoint>> votes(const Instrument&, Timeframe,
                                                              std::int64_t) const override {
    last_thread = std::this_thread::get_id();
    return std::vector<SignalHistoryPoint>{};
  }
  [[nodiscard]] Result<std::vector<Candle>> candles(const Instrument&, Timeframe, Timestamp,
                                                    Timestamp, std::int64_t) const override {
    last_thread = std::this_thread::get_id();
    return std::vector<Candle>{{test_now - minutes(5), 100, 101, 99, 100.5, 7}};
  }
  [[nodiscard]] Result<std::vector<Instrument>> instruments() const override { return stored; }
  [[nodiscard]] Result<std::unique_ptr<TrainingRows>> training(
      const TrainingRequest& request) const override {
    last_thread = std::this_thread::get_id();
    last_training = request;
    return std::make_unique<FakeTrainingRows>(rows);
  }

  std::vector<Instrument> stored = {spot("binance", "BTC")};
  std::vector<TrainingItem> rows;
  mutable HistoryFilter last_filter;
  mutable TrainingRequest last_training;
  mutable std::thread::id last_thread;
};

/// The whole body of a response that is one text.
inline std::string body_text(const HttpResponse& response) {
  if (const auto* text = std::get_if<std::string>(&response.body))
    return *text;
  if (const auto* shared = std::get_if<SharedBytes>(&response.body))
    return **shared;
  return {};
}

inline std::string header_of(const HttpResponse& response, std::string_view name) {
  for (const HttpHeader& header : response.headers)
    if (equals_ignoring_case(header.name, name))
      return header.value;
  return {};
}

/// The value of one named detail of an error.
inline std::string detail(const Error& error, std::string_view name) {
  for (const auto& [key, value] : error.context)
    if (key == name)
      return value;
  return {};
}

}  // namespace cscan::testing
