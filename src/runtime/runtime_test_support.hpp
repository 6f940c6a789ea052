#pragma once
// For the tests of this room: a market feed that does what the test says, candles that are a pure
// function of time (so that a restart hears the same ones again), and patience without fixed waits.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/full_disk.hpp"
#include "base/temp_dir.hpp"
#include "runtime/engine.hpp"

namespace cscan::testing {

/// Whether `holds` becomes true; asked again and again for two minutes at most.
template <class Predicate>
[[nodiscard]] bool eventually(Predicate holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// The candle of a market at a time: prices wander by a table, no two candles are alike for long.
inline Candle candle_at(Timeframe timeframe, Timestamp open_time, std::uint32_t market) {
  auto price = [&](std::int64_t k) {
    return 100 + market + static_cast<double>((k * 7'919 + k / 13 * 31) % 401) / 20;
  };
  const std::int64_t k = open_time.ms / length(timeframe).ms;
  const double open = price(k - 1), close = price(k);
  return {open_time,
          open,
          std::max(open, close) + 0.5,
          std::min(open, close) - 0.5,
          close,
          10 + static_cast<double>(k * 31 % 17 * (k % 10 == 0 ? 9 : 1))};
}

/// What the test says to all feeds of one engine. Any thread.
class FeedScript {
 public:
  FeedScript() {
    for (const char* base : {"BTC", "ETH"})
      listings["binance"].push_back({{"binance", base, "USDT", ""}, 1'000});
    listings["kucoinfutures"].push_back({{"kucoinfutures", "BTC", "USDT", "USDT"}, 500});
  }

  /// Set these before a start.
  std::map<std::string, std::vector<ListedMarket>, std::less<>> listings;
  std::size_t history = 150;
  std::map<Timeframe, Timestamp> restated;  ///< candles whose volume is one more in histories
  std::atomic<bool> refuses_to_start = false;
  std::atomic<int> starts = 0;
  std::atomic<int> stops = 0;
  std::atomic<int> requests = 0;

  /// Hands an input to the running feed's core; false when there is none.
  bool say(Input input) {
    std::lock_guard lock(mutex_);
    return inputs_ != nullptr && inputs_->push(std::move(input));
  }
  /// The n-th candle after the history of the newest start.
  [[nodiscard]] Candle live_candle(std::uint32_t market, Timeframe timeframe, int n = 0) {
    std::lock_guard lock(mutex_);
    return candle_at(timeframe, live_from_[timeframe] + length(timeframe) * n, market);
  }
  /// Says that candle with this state.
  bool close(std::uint32_t market, Timeframe timeframe, int n, CandleState state, Timestamp now) {
    Candle candle = live_candle(market, timeframe, n);
    candle.state = state;
    // Nobody hears of a close before it happened.
    Timestamp heard = std::max(now, close_time(candle.open_time, timeframe));
    return say(MarketEvent{CandleUpdate{InstrumentId{market}, timeframe, candle, heard, heard}});
  }

 private:
  friend class ScriptedFeed;
  std::mutex mutex_;
  InputQueue* inputs_ = nullptr;
  std::map<Timeframe, Timestamp> live_from_;
};

class ScriptedFeed final : public MarketFeed {
 public:
  ScriptedFeed(std::shared_ptr<FeedScript> script, const Clock& clock)
      : script_(std::move(script)), clock_(clock) {}

  [[nodiscard]] std::vector<std::string> exchanges() const override {
    return {"binance", "kucoinfutures"};
  }
  Result<std::vector<ListedMarket>> markets(std::string_view exchange) override {
    auto found = script_->listings.find(exchange);
    if (found == script_->listings.end())
      return fail(ErrorCode::unsupported, "exchange '" + std::string(exchange) + "' is not known");
    return found->second;
  }
  [[nodiscard]] FeedBudget budget(const FeedPlan& plan) const override {
    return {plan.instruments.size() * plan.timeframes.size(), 0, "scripted"};
  }
  Status start(FeedPlan plan, InputQueue& inputs) override {
    if (script_->refuses_to_start)
      return fail(ErrorCode::unavailable, "the exchange is closed for the holidays");
    ++script_->starts;
    std::lock_guard lock(script_->mutex_);
    script_->inputs_ = &inputs;
    const Timestamp now = clock_.now();
    for (Timeframe timeframe : plan.timeframes) {
      const Timestamp live_from = floor_to(now, length(timeframe)) - length(timeframe);
      script_->live_from_[timeframe] = live_from;
      const auto count = static_cast<std::int64_t>(std::min(plan.history, script_->history));
      for (std::uint32_t i = 0; i < plan.instruments.size(); ++i) {
        HistoryLoaded loaded{InstrumentId{i}, timeframe, {}, false};
        for (std::int64_t n = -count; n < 0; ++n)
          loaded.candles.push_back(candle_at(timeframe, live_from + length(timeframe) * n, i));
        for (Candle& candle : loaded.candles)
          if (auto at = script_->restated.find(timeframe); at != script_->restated.end())
            candle.volume += candle.open_time == at->second;
        inputs.push(std::move(loaded));
      }
    }
    return {};
  }
  void request_history(const RequestHistory&) override { ++script_->requests; }
  void stop() override {
    std::lock_guard lock(script_->mutex_);
    script_->inputs_ = nullptr;
    ++script_->stops;
  }
  [[nodiscard]] std::vector<FeedHealth> health() const override {
    return {{"binance", true, std::nullopt, 0, 0, 0, 0, "scripted"}};
  }

 private:
  std::shared_ptr<FeedScript> script_;
  const Clock& clock_;
};

/// An engine over the script at sixty times the speed of the world, watching 5m and 1h.
inline EngineOptions engine_options(const std::filesystem::path& data_dir,
                                    std::shared_ptr<FeedScript> script) {
  EngineOptions options;
  options.settings.timeframes = {{"scalp", Timeframe::m5}, {"swing", Timeframe::h1}};
  options.settings.score_model = ScoreModel::classic;  // windows of a hundred candles
  options.data_dir = data_dir.string();
  options.speed = 60;
  options.source = "synthetic";
  options.make_feed = [script](Clock& clock) -> Result<std::unique_ptr<MarketFeed>> {
    return std::make_unique<ScriptedFeed>(script, clock);
  };
  return options;
}

/// Whether every series of the view has a closed signal that is on disk.
inline bool all_durable(const MarketView& view) {
  return !view.series.empty() && std::ranges::all_of(view.series, [](const SeriesView& series) {
    return series.closed != nullptr && series.closed->envelope.durable;
  });
}

}  // namespace cscan::testing
