#pragma once
// From what an exchange says about candles to candles that are proven final. One builder per
// instrument and timeframe.
//
//   forming ──closed flag──▶ provisional ──settle delay──▶ final ──▶ series
//      │                        ▲
//      └──successor opened──────┘  (no flag: waits for the flag or for a query)
//
// A query after the close (state final, no_trade or revised) settles at once. Whatever has not
// settled by its close plus delay plus grace is asked for.

#include <cstdint>
#include <optional>
#include <vector>

#include "model/market_event.hpp"

namespace cscan {

/// How long to wait, from Settings.
struct SettleRule {
  Duration settle_delay;
  Duration grace;
};

/// Single-threaded value without a clock: time comes with each call.
class CandleBuilder {
 public:
  explicit CandleBuilder(Timeframe timeframe) : timeframe_(timeframe) {}

  /// Takes one update whose candle has no defect and lies on the grid. Candles that settle by it
  /// are appended to `settled`. Updates about settled candles: a forming one is ignored (closed
  /// stays closed), a closed one is passed on so that the series can tell duplicate from revision.
  void on_update(const CandleUpdate& update, const SettleRule& rule, std::vector<Candle>& settled);

  /// Settles what is due at `now`; oldest first.
  void on_clock(Timestamp now, std::vector<Candle>& settled);

  /// The open time from which candles should be asked for, when one is overdue at `now` and has not
  /// been asked for recently. Calling it counts as asking.
  [[nodiscard]] std::optional<Timestamp> take_request(Timestamp now, const SettleRule& rule);

  /// Says that history from `first` up to `next` (exclusive) was loaded: what it did not hold is
  /// not asked for again.
  void on_history(Timestamp first, Timestamp next);

  /// When on_clock has something to settle; empty while nothing waits for its delay.
  [[nodiscard]] std::optional<Timestamp> settles_at() const {
    return provisional_.empty() ? std::nullopt : provisional_.front().settle_at;
  }

  /// The newest candle that has not settled, as far as known.
  [[nodiscard]] const std::optional<Candle>& forming() const { return forming_; }

 private:
  struct Provisional {
    Candle candle;
    std::optional<Timestamp> settle_at;  ///< empty: no closed flag seen
  };

  void settle(Candle candle, std::vector<Candle>& settled);
  void advance_to(Timestamp open_time);
  void keep_provisional(const Candle& candle, std::optional<Timestamp> settle_at);
  void on_forming(const Candle& candle);

  Timeframe timeframe_;
  std::optional<Candle> forming_;
  std::vector<Provisional> provisional_;     ///< ascending; rarely more than one
  std::optional<Timestamp> next_unsettled_;  ///< open time; empty before the first news
  std::optional<Timestamp> hole_;            ///< oldest candle passed over without news of it
  Timestamp asked_at_{};
};

}  // namespace cscan
