#pragma once
// All series of one run, instrument-major, timeframes ascending: dense vectors, no hashing.

#include <cstddef>
#include <vector>

#include "base/check.hpp"
#include "model/instrument.hpp"
#include "series/candle_builder.hpp"
#include "series/candle_series.hpp"

namespace cscan {

/// One instrument and timeframe: its settled candles and the builder that feeds them.
struct MarketSeries {
  MarketSeries(Timeframe timeframe, std::size_t capacity)
      : candles(timeframe, capacity), builder(timeframe) {}
  CandleSeries candles;
  CandleBuilder builder;
};

class SeriesBook {
 public:
  SeriesBook() = default;
  SeriesBook(std::size_t instruments, std::vector<Timeframe> intervals, std::size_t capacity)
      : intervals_(std::move(intervals)) {
    series_.reserve(instruments * intervals_.size());
    for (std::size_t i = 0; i < instruments; ++i)
      for (Timeframe timeframe : intervals_)
        series_.emplace_back(timeframe, capacity);
  }

  [[nodiscard]] const std::vector<Timeframe>& intervals() const { return intervals_; }
  [[nodiscard]] std::size_t instruments() const {
    return intervals_.empty() ? 0 : series_.size() / intervals_.size();
  }
  /// Position of a watched timeframe in intervals(), or intervals().size().
  [[nodiscard]] std::size_t interval_index(Timeframe timeframe) const {
    std::size_t i = 0;
    while (i < intervals_.size() && intervals_[i] != timeframe)
      ++i;
    return i;
  }
  /// Flat position of a series, the order of MarketView::series.
  [[nodiscard]] std::size_t index(InstrumentId instrument, std::size_t interval) const {
    return instrument.value * intervals_.size() + interval;
  }
  [[nodiscard]] std::size_t size() const { return series_.size(); }
  [[nodiscard]] MarketSeries& operator[](std::size_t index) {
    CHECK(index < series_.size());
    return series_[index];
  }
  [[nodiscard]] const MarketSeries& operator[](std::size_t index) const {
    CHECK(index < series_.size());
    return series_[index];
  }

 private:
  std::vector<Timeframe> intervals_;
  std::vector<MarketSeries> series_;
};

}  // namespace cscan
