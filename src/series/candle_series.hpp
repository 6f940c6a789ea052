#pragma once
// The settled candles of one instrument and timeframe: contiguous, ascending, bounded. A stretch
// nobody has explained is present as `unknown` candles, so an index distance is a time distance.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/candle.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// What appending one settled candle did.
struct SeriesChange {
  enum class Kind : std::uint8_t {
    appended,   ///< became the newest; `filled` unknown candles were put before it if needed
    explained,  ///< replaced an unknown candle
    revised,    ///< replaced a settled candle with other values; its revision went up
    duplicate,  ///< was there already, equal
    too_old,    ///< before the oldest kept candle: ignored
  };
  Kind kind = Kind::duplicate;
  std::size_t index = 0;   ///< of the candle in candles(), for appended, explained and revised
  std::size_t filled = 0;  ///< unknown candles inserted
};

/// Single-threaded value. Memory: at most capacity × 17/16 candles of 56 bytes.
class CandleSeries {
 public:
  /// Keeps the newest `capacity` (> 0) candles.
  CandleSeries(Timeframe timeframe, std::size_t capacity);

  /// Precondition (checked): the candle is settled, free of defects and on the grid. A hole larger
  /// than the capacity empties the series first.
  SeriesChange append(Candle candle);

  /// Oldest first. Valid until the next append.
  [[nodiscard]] std::span<const Candle> candles() const {
    return std::span(storage_).subspan(first_);
  }
  [[nodiscard]] bool empty() const { return storage_.size() == first_; }
  [[nodiscard]] Timeframe timeframe() const { return timeframe_; }
  /// Open time of the candle after the newest. Precondition: not empty.
  [[nodiscard]] Timestamp next_open() const;

  /// Whether the oldest candle ever appended was the instrument's first: then a short window is all
  /// there is, and signals may say so (history_n) instead of waiting.
  void set_from_listing() { from_listing_ = true; }
  /// Whether candles().front() is the instrument's first: nothing was dropped since the listing.
  [[nodiscard]] bool is_from_first() const { return from_listing_ && !dropped_; }

 private:
  void push(const Candle& candle);
  SeriesChange replace(std::size_t index, Candle candle);

  Timeframe timeframe_;
  std::size_t capacity_;
  std::size_t first_ = 0;  ///< index in storage_ of the oldest kept candle
  std::vector<Candle> storage_;
  bool from_listing_ = false;
  bool dropped_ = false;
};

}  // namespace cscan
