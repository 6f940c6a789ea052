#include "series/candle_series.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace cscan {

CandleSeries::CandleSeries(Timeframe timeframe, std::size_t capacity)
    : timeframe_(timeframe), capacity_(capacity) {
  CHECK(capacity > 0);
}

Timestamp CandleSeries::next_open() const {
  CHECK(!empty());
  return storage_.back().open_time + length(timeframe_);
}

void CandleSeries::push(const Candle& candle) {
  // Dropping one candle at a time would move the whole window each time; a little slack makes that
  // 16 moves per candle and keeps the window contiguous for the detectors.
  std::size_t size_max = capacity_ + capacity_ / 16 + 1;
  if (storage_.size() == size_max) {
    storage_.erase(storage_.begin(), storage_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  // Grown by hand: the vector's own doubling would hold up to twice the slack for good.
  if (storage_.size() == storage_.capacity())
    storage_.reserve(std::min(size_max, std::max<std::size_t>(64, 2 * storage_.size())));
  storage_.push_back(candle);
  if (storage_.size() - first_ > capacity_) {
    ++first_;
    dropped_ = true;
  }
}

SeriesChange CandleSeries::replace(std::size_t index, Candle candle) {
  Candle& old = storage_[first_ + index];
  if (old.state == CandleState::unknown) {
    old = candle;
    return {SeriesChange::Kind::explained, index, 0};
  }
  if (same_values(old, candle))
    return {SeriesChange::Kind::duplicate, index, 0};
  candle.revision = old.revision + 1;
  candle.state = CandleState::revised;
  old = candle;
  return {SeriesChange::Kind::revised, index, 0};
}

SeriesChange CandleSeries::append(Candle candle) {
  CHECK(is_settled(candle.state) && candle_defect(candle) == nullptr);
  CHECK(candle.open_time == floor_to(candle.open_time, length(timeframe_)), "open {}",
        candle.open_time.ms);
  if (empty()) {
    push(candle);
    return {SeriesChange::Kind::appended, 0, 0};
  }
  std::int64_t ahead = (candle.open_time - next_open()) / length(timeframe_);
  if (candle.open_time < next_open()) {
    std::int64_t index = (candle.open_time - candles().front().open_time) / length(timeframe_);
    if (candle.open_time < candles().front().open_time)
      return {SeriesChange::Kind::too_old, 0, 0};
    return replace(static_cast<std::size_t>(index), candle);
  }
  if (ahead >= static_cast<std::int64_t>(capacity_)) {
    storage_.clear();
    first_ = 0;
    dropped_ = true;
    ahead = 0;
  } else {
    for (std::int64_t i = 0; i < ahead; ++i)
      push(unknown_candle(next_open()));
  }
  push(candle);
  return {SeriesChange::Kind::appended, candles().size() - 1, static_cast<std::size_t>(ahead)};
}

}  // namespace cscan
