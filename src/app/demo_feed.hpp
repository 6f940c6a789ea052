#pragma once
// The exchanges of a demonstration: the local exchange (sim/exchange_server.hpp) runs inside this
// process on a port of its own, and the adapters of the real ones connect to it over loopback, with
// every limit lifted. What a demonstration shows is what the real thing does, but for the prices:
// those are synthetic, and labelled so.

#include <memory>
#include <thread>

#include "runtime/exchange_feed.hpp"
#include "sim/exchange_server.hpp"

namespace cscan {

class DemoFeed final : public MarketFeed {
 public:
  /// The clock, which the exchanges share, outlives the feed. io: no port is left.
  [[nodiscard]] static Result<std::unique_ptr<DemoFeed>> make(
      std::shared_ptr<const SyntheticMarket> market, Clock& clock);
  ~DemoFeed() override;

  [[nodiscard]] std::vector<std::string> exchanges() const override { return feed_->exchanges(); }
  void prepare(const std::vector<std::string>& exchanges) override { feed_->prepare(exchanges); }
  Result<std::vector<ListedMarket>> markets(std::string_view exchange) override {
    return feed_->markets(exchange);
  }
  [[nodiscard]] FeedBudget budget(const FeedPlan& plan) const override;
  Status start(FeedPlan plan, InputQueue& inputs) override {
    return feed_->start(std::move(plan), inputs);
  }
  void request_history(const RequestHistory& request) override { feed_->request_history(request); }
  void stop() override;
  [[nodiscard]] std::vector<FeedHealth> health() const override;

 private:
  DemoFeed() = default;

  boost::asio::io_context io_{1};
  std::unique_ptr<ExchangeServer> exchange_;
  std::unique_ptr<ExchangeFeed> feed_;
  std::jthread thread_;  ///< the exchange's
};

}  // namespace cscan
