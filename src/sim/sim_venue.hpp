#pragma once
// One simulated exchange's markets, and what may be asked about them: candles, trades, statistics
// of a day. In numbers; how they are spelled is the dialect's business.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/market_truth.hpp"

namespace cscan {

struct SimMarket {
  TradedMarket traded{};  ///< of the truth
  std::string id{};       ///< the exchange's spelling
  std::string base{};     ///< likewise
  std::string quote{};
  std::optional<Timestamp> delisted_at{};
};

/// A candle and whether it has closed.
struct SimRow {
  Candle candle{};
  bool is_closed = false;
};

/// An interval in which the exchange has no candle: is it one of the `limit` all the same?
enum class Holes : std::uint8_t {
  are_counted,  ///< and come as rows in state no_trade
  are_skipped,
};

/// What was asked for: open times in [from, to], `limit` of them at most. Without `from` the newest
/// ones, with it the oldest.
struct RowRange {
  std::optional<Timestamp> from{};
  std::optional<Timestamp> to{};
  std::size_t limit = 500;
  Holes holes = Holes::are_counted;
};

/// All that traded in one second, as one trade.
struct SimTrade {
  std::int64_t id = 0;
  Timestamp time{};
  double price = 0;
  double quantity = 0;  ///< base units
  bool buyer_is_maker = false;
};

struct DayStatistics {
  double open = 0, high = 0, low = 0, last = 0;
  double volume = 0;        ///< base units
  double quote_volume = 0;  ///< about
  Timestamp from{};
};

/// A candle's turnover in quote units, about: nothing in the truth tells it exactly.
[[nodiscard]] double turnover_of(const Candle& candle);

/// Single-threaded: statistics of the day are kept for some minutes, and prices are followed.
class SimVenue {
 public:
  SimVenue(std::shared_ptr<const MarketTruth> truth, std::string exchange);

  [[nodiscard]] const std::string& exchange() const { return exchange_; }
  [[nodiscard]] std::vector<SimMarket>& markets() { return markets_; }
  [[nodiscard]] const std::vector<SimMarket>& markets() const { return markets_; }
  [[nodiscard]] const MarketTruth& truth() const { return *truth_; }
  /// After ids were given or changed.
  void index_ids();
  [[nodiscard]] std::optional<std::size_t> find(std::string_view id) const;
  [[nodiscard]] bool is_trading(std::size_t market, Timestamp now) const;
  /// From now on another market, of the same trades, stands where this one did.
  void rename(std::size_t market, std::string id, std::string base, Timestamp now);

  /// Ascending. The last one is still forming if the range reaches `now`.
  [[nodiscard]] std::vector<SimRow> rows(std::size_t market, Timeframe timeframe,
                                         const RowRange& range, Timestamp now) const;
  /// Of the seconds in (after, until].
  [[nodiscard]] std::vector<SimTrade> trades(std::size_t market, Timestamp after,
                                             Timestamp until) const;
  /// Of the newest trade.
  [[nodiscard]] double price(std::size_t market, Timestamp now);
  /// Candles and volumes of up to five minutes ago, and the newest price.
  [[nodiscard]] DayStatistics day(std::size_t market, Timestamp now);

 private:
  struct KnownDay {
    Timestamp at{INT64_MIN};
    DayStatistics statistics{};
  };
  /// As rows(), holes included.
  [[nodiscard]] std::vector<SimRow> intervals(std::size_t market, Timeframe timeframe,
                                              const RowRange& range, Timestamp now) const;
  /// Nothing trades later than that.
  [[nodiscard]] Timestamp alive(std::size_t market, Timestamp now) const;
  [[nodiscard]] DayStatistics closed_day(std::size_t market, Timestamp now) const;

  std::shared_ptr<const MarketTruth> truth_;
  std::string exchange_;
  std::vector<SimMarket> markets_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::vector<KnownDay> days_;
  std::map<std::size_t, std::unique_ptr<CandleFollower>> followers_;  ///< by market
};

}  // namespace cscan
