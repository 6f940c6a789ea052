#pragma once
// Exchanges as a feed: their sessions and sockets on one thread, their candles and prices as inputs
// of the core.
//
// An exchange that cannot be reached is asked again for as long as the feed lives; the others do
// not wait for it. Closed candles and histories wait for the core when it is behind, forming ones
// and prices are dropped then.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ban_book.hpp"
#include "runtime/clock.hpp"
#include "runtime/exchange_link.hpp"
#include "runtime/market_feed.hpp"

namespace cscan {

struct ExchangeFeedOptions {
  /// By the exchange's id; those without an entry are reached at their own hosts.
  std::map<std::string, ExchangeHosts, std::less<>> hosts{};
  std::string ban_file{};           ///< empty: bans are not kept over a restart
  bool has_limits = true;           ///< false only for exchanges inside this program
  bool steers_clock = true;         ///< whether market time follows the exchanges' clocks
  FrameSink* sink = nullptr;        ///< hears everything word for word; outlives the feed
  std::stop_token quit{};           ///< ends the waiting of markets()
  Duration patience = seconds(10);  ///< real time that markets() waits for a listing
};

class ExchangeFeed final : public MarketFeed {
 public:
  /// io: the certificates of this machine cannot be read. The clock outlives the feed.
  [[nodiscard]] static Result<std::unique_ptr<ExchangeFeed>> make(Clock& clock,
                                                                  ExchangeFeedOptions options);
  ~ExchangeFeed() override;

  [[nodiscard]] std::vector<std::string> exchanges() const override;
  void prepare(const std::vector<std::string>& exchanges) override;
  /// Waits for the listing and the exchanges' time; unavailable, with the reason, if it does not
  /// come in time. Until it first succeeds market time may be set back to theirs; then it is relied
  /// on.
  Result<std::vector<ListedMarket>> markets(std::string_view exchange) override;
  [[nodiscard]] FeedBudget budget(const FeedPlan& plan) const override;
  Status start(FeedPlan plan, InputQueue& inputs) override;
  void request_history(const RequestHistory& request) override;
  void stop() override;
  [[nodiscard]] std::vector<FeedHealth> health() const override;

 private:
  struct Io;
  struct Desk;

  ExchangeFeed(Clock& clock, ExchangeFeedOptions options);
  Status set_up();
  void run();
  Desk& desk(const std::string& exchange);
  void on_event(Desk& desk, SessionEvent& event);
  void on_candle(Desk& desk, const SessionCandle& candle);
  void on_history(Desk& desk, SessionHistory& history);
  [[nodiscard]] bool is_wanted(Timeframe timeframe) const;
  [[nodiscard]] bool awaits_time() const;
  void steer_clock();
  void move_clock(Duration by);
  void show_listings();
  void step();
  void show_health();
  [[nodiscard]] Status watch(Desk& desk);
  void put_most_traded_first(Desk& desk, const MarketListing& listing) const;
  /// Runs `work` on the feed's thread and waits for it.
  template <class Work>
  auto on_thread(Work work);

  Clock& clock_;
  ExchangeFeedOptions options_;
  BanBook bans_;
  std::unique_ptr<Io> io_;
  // The feed's thread only.
  std::map<std::string, std::unique_ptr<Desk>> desks_;
  FeedPlan plan_;
  InputQueue* inputs_ = nullptr;
  Timestamp health_shown_at_{};
  // For everybody.
  struct Shown {
    bool is_listed = false;
    SessionState state{};
    std::string words{};
    std::vector<ListedMarket> markets{};
    FeedHealth health{};
    std::string plan{};  ///< what watching costs; empty: it is not watched
  };
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Shown, std::less<>> shown_;
  bool is_time_relied_on_ = false;
  std::jthread thread_;
};

}  // namespace cscan
