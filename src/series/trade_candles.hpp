#pragma once
// Candles of one market and timeframe, made of its trades as the exchange makes them: to the last
// digit, or not at all.
//
// A candle counts as complete when every trade in it was taken: the first follows, by its id, one
// of an earlier candle, no id is missing between, and the next id belongs to a later candle. Only
// then it is flagged as closed; others remain forming, and CandleBuilder asks the exchange for
// them, as for candles without any trade, of which nothing is said here.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/exact_decimal.hpp"
#include "model/candle.hpp"
#include "model/timeframe.hpp"
#include "model/trade.hpp"

namespace cscan {

/// What became of a trade.
enum class TradeOutcome : std::uint8_t {
  taken,
  after_gap,     ///< taken, but ids are missing before it (or it is the very first)
  repeated,      ///< its id was passed already: ignored
  out_of_order,  ///< it belongs to a candle before the current one: ignored
};

/// Single-threaded value without a clock.
class TradeCandles {
 public:
  explicit TradeCandles(Timeframe timeframe) : timeframe_(timeframe) {}

  /// Takes the next trade and appends what it says of candles: the one that it ends, as
  /// closed_provisional, and the one that it belongs to, forming.
  TradeOutcome on_trade(const Trade& trade, std::vector<Candle>& out);

 private:
  void open(const Trade& trade, Timestamp open_time);
  void add(const Trade& trade);

  Timeframe timeframe_;
  std::optional<std::int64_t> last_id_;
  std::optional<Candle> current_;
  /// Of decimals: as doubles, the 8,863 trades of a real candle of 199.42863 BTC come to
  /// 199.42863000000446.
  DecimalSum volume_;
  bool is_whole_ = false;  ///< no trade of the current candle was missed so far
};

}  // namespace cscan
