#include "app/demo_feed.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include "runtime/known_exchanges.hpp"

namespace cscan {

Result<std::unique_ptr<DemoFeed>> DemoFeed::make(std::shared_ptr<const SyntheticMarket> market,
                                                 Clock& clock) {
  std::unique_ptr<DemoFeed> demo(new DemoFeed());
  auto now = [&clock] { return SimTime{clock.now(), clock.real_now()}; };
  auto sim = std::make_unique<ExchangeSim>(std::make_shared<SyntheticTruth>(std::move(market)),
                                           ExchangeSimOptions{{}, false}, now());
  auto exchange = ExchangeServer::listen(demo->io_, std::move(sim), now, {});
  if (!exchange)
    return fail(std::move(exchange.error()));
  demo->exchange_ = std::move(*exchange);
  ExchangeFeedOptions options;
  options.has_limits = false;
  options.steers_clock = false;  // it is the same clock
  auto hosts = local_hosts(fmt::format("http://127.0.0.1:{}", demo->exchange_->port()));
  for (const std::string& id : known_exchanges())
    options.hosts[id] = *hosts;
  auto feed = ExchangeFeed::make(clock, std::move(options));
  if (!feed)
    return fail(std::move(feed.error()));
  demo->feed_ = std::move(*feed);
  demo->thread_ = std::jthread([io = &demo->io_] { io->run(); });
  return demo;
}

DemoFeed::~DemoFeed() { stop(); }

void DemoFeed::stop() {
  if (feed_)
    feed_->stop();
  if (!thread_.joinable())
    return;
  boost::asio::post(io_, [this] { exchange_->stop(); });
  thread_.join();
}

FeedBudget DemoFeed::budget(const FeedPlan& plan) const {
  FeedBudget budget = feed_->budget(plan);
  budget.note =
      "synthetic market: the exchanges are in this process, no rate limits apply; on the "
      "real ones: " +
      budget.note;
  return budget;
}

std::vector<FeedHealth> DemoFeed::health() const {
  std::vector<FeedHealth> all = feed_->health();
  for (FeedHealth& one : all)
    one.note = "synthetic; " + one.note;
  return all;
}

}  // namespace cscan
