#pragma once
// Which candles of one series had closed, and how, from everything an exchange was heard to say
// about them: streams that tell growing candles, with or without a word at their close, and
// queries.

#include <optional>
#include <span>
#include <vector>

#include "model/candle.hpp"

namespace cscan {

/// Single-threaded value. Memory: some 90 bytes a candle.
class HeardCandles {
 public:
  /// A candle as a stream tells it: forming, or closed_provisional where the close is flagged. Of
  /// several the newest counts; what was flagged changes only by another flag or by a query.
  void on_stream(const Candle& candle, Timestamp event_time);
  /// What a query proves (settle_page): final and no_trade. The newest answer counts, except that
  /// no answer undoes trades that another one told.
  void on_query(std::span<const Candle> settled);

  /// The close of the candle before the one that opens at `open`, if it has closed.
  [[nodiscard]] std::optional<double> close_before(Timestamp open, Duration step) const;
  /// Candles from `from` on in which a stream told of trades, by open time.
  [[nodiscard]] std::vector<Timestamp> traded(Timestamp from) const;

  /// How a candle that no query proved is known to have closed.
  enum class CloseRule : std::uint8_t {
    flag,       ///< the stream says so; without that word it is a hole
    successor,  ///< a later one opened: what was told last, be it after that, is its end
  };
  /// Ascending, final or no_trade. Where nothing is known to have closed there is no candle.
  [[nodiscard]] std::vector<Candle> closed(CloseRule rule) const;

 private:
  /// From least to best.
  enum class Evidence : std::uint8_t { told, flagged, proven };
  struct Heard {
    Candle candle;
    Timestamp event_time{};
    Evidence evidence{};
    bool traded = false;  ///< by what streams told
  };

  /// The place of that candle, made if need be.
  Heard& at(Timestamp open_time);

  std::vector<Heard> candles_;  ///< ascending
};

}  // namespace cscan
