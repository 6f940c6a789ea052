#pragma once
// Plays the exchanges asked for from the synthetic market: history first, then ticks, forming
// candles and closes, as an exchange would send them. Always labelled synthetic.
//
// One thread goes round all markets every half second. A round sends every candle that closed, then
// prices and forming candles for as long as half a second lasts; who had no turn is first in the
// next round, and health() says so. Histories are loaded between rounds, the timeframes that give
// the first signals before the long ones, the most traded markets first, and never faster than the
// core takes them.
//
// As real exchanges do: kucoinfutures says nothing about a candle without trades (the core asks,
// and is told that there was none), binance sends it flat. A market that is listed during the run
// begins to have candles then; its first one says that it is the first.

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
  /// Those listed by now or within the next three days, as exchanges announce them.
  Result<std::vector<ListedMarket>> markets(std::string_view exchange) override;
  [[nodiscard]] FeedBudget budget(const FeedPlan& plan) const override;
  Status start(FeedPlan plan, InputQueue& inputs) override;
  void request_history(const RequestHistory& request) override;
  void stop() override;
  [[nodiscard]] std::vector<FeedHealth> health() const override;

 private:
  /// One market of the plan.
  struct Market {
    Timestamp listed_at;
    FormingCandles candles;
    std::size_t health = 0;  ///< its exchange in health_
    /// Per timeframe: every candle that opened before is sent. Genesis: no history is loaded yet.
    std::vector<Timestamp> closed_until;
    Timestamp told_at{};           ///< when its price was sent
    double told_price = 0;         ///< and which
    double told_volume = 0;        ///< of the longest forming candle
    Timestamp told_opening{};      ///< of the shortest forming candle
    Timestamp turnover_told_at{};  ///< when the turnover of 24 h was sent
    std::uint64_t messages = 0;    ///< not yet in health_
  };

  void run(const std::stop_token& stop);
  void plan_loading();
  void load_next();
  void load(std::size_t market, const std::vector<std::size_t>& intervals);
  void play_round(const std::stop_token& stop, const Stopwatch& watch);
  void send_closes(std::size_t market, Timestamp now);
  void send_closed(std::size_t market, std::size_t interval, std::vector<Candle> candles,
                   Timestamp now);
  void send_forming(std::size_t market, Timestamp now);
  void send_history(std::size_t market, Timeframe timeframe, std::vector<Candle> candles);
  void answer_requests();
  void note_round(double duration_ms, std::size_t without_turn);
  void use_rest(const std::stop_token& stop, const Stopwatch& watch);

  std::shared_ptr<const SyntheticMarket> market_;
  const Clock& clock_;
  FeedPlan plan_;
  InputQueue* inputs_ = nullptr;
  std::vector<Market> markets_;  ///< as in the plan
  std::vector<std::size_t> load_order_;
  std::vector<std::vector<std::size_t>> load_passes_;  ///< timeframes loaded together
  std::size_t loaded_ = 0;                             ///< of passes × markets
  std::size_t next_turn_ = 0;                          ///< whose forming candles come first
  std::uint64_t rounds_late_ = 0;
  std::uint64_t turns_missed_ = 0;
  mutable std::mutex mutex_;  ///< guards requests_ and health_
  std::condition_variable_any wake_;
  std::vector<RequestHistory> requests_;
  std::vector<FeedHealth> health_;
  std::jthread thread_;
};

}  // namespace cscan
