#include "app/recorded_follower.hpp"

#include <algorithm>

#include "series/candle_rollup.hpp"

namespace cscan {
namespace {

/// `sum` as a stage of `last`: recordings of two timeframes may differ, and then the larger one
/// counts.
Candle stage_of(const Candle& last, Candle sum) {
  if (sum.volume == 0)
    return sum;
  sum.open = last.open;
  sum.high = std::min(std::max(sum.high, last.open), last.high);
  sum.low = std::max(std::min(sum.low, last.open), last.low);
  sum.close = std::clamp(sum.close, sum.low, sum.high);
  sum.volume = std::min(sum.volume, last.volume);
  return sum;
}

}  // namespace

RecordedFollower::RecordedFollower(const RecordedMarket& market,
                                   std::span<const Timeframe> timeframes)
    : market_(market), candles_(timeframes.size()) {
  for (Timeframe timeframe : timeframes)
    followed_.push_back({timeframe, {}, {}});
}

void RecordedFollower::enter_grain(Timestamp open) {
  grain_open_ = open;
  path_ = market_.path(open);
  for (Followed& followed : followed_) {
    const Timestamp opened = floor_to(open, length(followed.timeframe));
    followed.before = market_.between(opened, open);
    followed.last = market_.candle(followed.timeframe, opened);
  }
}

/// What its candle held at the end of that second of the grain.
Candle RecordedFollower::grown(const Followed& followed, std::int64_t second) const {
  const Timestamp opened = followed.last.open_time;
  if (opened <= grain_open_) {
    Candle sum = followed.before;
    add_part(sum, path_->part(0, second + 1));
    return sum;
  }
  const std::int64_t from = (opened - grain_open_) / seconds(1);
  Candle sum = flat_candle(opened, path_->price(from - 1));
  add_part(sum, path_->part(from, second + 1));
  return sum;
}

std::span<const Candle> RecordedFollower::at(Timestamp now) {
  if (const Timestamp open = floor_to(now, length(market_.grain())); !path_ || open != grain_open_)
    enter_grain(open);
  const std::int64_t second = (now - grain_open_) / seconds(1);
  price_ = path_->price(second);
  for (std::size_t i = 0; i < followed_.size(); ++i) {
    Followed& followed = followed_[i];
    const Timestamp opened = floor_to(now, length(followed.timeframe));
    if (opened != followed.last.open_time)  // shorter than the grain
      followed.last = market_.candle(followed.timeframe, opened);
    Candle& candle = candles_[i];
    candle = grown(followed, second);
    const bool is_complete = opened + length(followed.timeframe) - now <= seconds(1);
    if (followed.last.state == CandleState::no_trade)
      candle = flat_candle(opened, followed.last.close);
    else if (is_complete)
      candle = followed.last;
    else
      candle = stage_of(followed.last, candle);
    if (candle.state != CandleState::no_trade)
      candle.state = CandleState::forming;
  }
  return candles_;
}

}  // namespace cscan
