#pragma once
// The indicators of all series, for the full scan: one streaming state per instrument and
// timeframe, in the order of the SeriesBook. A replay scans nothing and keeps an empty book.

#include <cstddef>
#include <span>
#include <vector>

#include "analysis/scan_indicators.hpp"
#include "series/series_book.hpp"

namespace cscan {

class ScanBook {
 public:
  /// Keeps nothing; append and rebuild do nothing.
  ScanBook() = default;
  explicit ScanBook(const SeriesBook& book);

  /// The series got a newest candle.
  void append(std::size_t series, const Candle& settled);
  /// The series changed in the past, or begins earlier now: these are its candles.
  void rebuild(std::size_t series, std::span<const Candle> candles);

  /// Fills what the row says about the candle that is forming, if there is one right after the
  /// newest settled, else about that one. Precondition: the book is not empty.
  void describe(ScanRow& row, std::size_t series, const MarketSeries& market) const;

 private:
  std::vector<ScanIndicators> states_;
};

}  // namespace cscan
