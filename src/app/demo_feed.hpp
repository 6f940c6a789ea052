#pragma once
// Plays the exchanges asked for from the synthetic market: history first, then ticks, forming
// candles and closes, as an exchange would send them. Always labelled synthetic.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/market_feed.hpp"
#include "sim/synthetic_market.hpp"

namespace cscan {

class DemoFeed final : public MarketFeed {
 public:
  /// The clock outlives the feed.
  DemoFeed(std::shared_ptr<const SyntheticMarket> market, const Clock& clock)
      : market_(std::move(market)), clock_(clock) {}
  ~DemoFeed() override;

  [[nodiscard]] std::vector<std::string> exchanges() const override;
  Result<std::vector<ListedMarket>> markets(std::string_view exchange) override;
  [[nodiscard]] FeedBudget budget(const FeedPlan& plan) const override;
  Status start(FeedPlan plan, InputQueue& inputs) override;
  void request_history(const RequestHistory& request) override;
  void stop() override;
  [[nodiscard]] std::vector<FeedHealth> health() const override;

 private:
  void run(const std::stop_token& stop);
  void load_history(const std::stop_token& stop);
  void play(std::size_t instrument, Timestamp now);
  void send_closes(std::size_t instrument, std::size_t interval, Timestamp now);
  void answer_requests();
  void send(Input input, std::size_t instrument, Timestamp now);

  std::shared_ptr<const SyntheticMarket> market_;
  const Clock& clock_;
  FeedPlan plan_;
  InputQueue* inputs_ = nullptr;
  std::vector<Timestamp>
      closed_until_;          ///< per instrument and timeframe: everything before is sent
  mutable std::mutex mutex_;  ///< guards requests_ and health_
  std::condition_variable_any wake_;
  std::vector<RequestHistory> requests_;
  std::vector<FeedHealth> health_;
  std::jthread thread_;
};

}  // namespace cscan
