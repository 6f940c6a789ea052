#include "sim/forming_candles.hpp"

#include <algorithm>

namespace cscan {

FormingCandles::FormingCandles(const PriceModel& model, const MarketProfile& market,
                               std::span<const Timeframe> timeframes)
    : model_(model),
      market_(model.source(market)),
      maker_(market),
      timeframes_(timeframes.begin(), timeframes.end()),
      before_(timeframes.size()),
      candles_(timeframes.size()) {}

std::optional<IntrabarPath> FormingCandles::path_of(const TickBar& bar, std::int64_t index) const {
  if (bar.volume == 0)
    return std::nullopt;
  return IntrabarPath(bar, market_.path, static_cast<std::uint64_t>(index));
}

TickBar FormingCandles::until_bar(Timestamp open_time, std::int64_t bar,
                                  const DayBars& bars) const {
  const std::int64_t midnight = bar - bar % static_cast<std::int64_t>(bars_per_day);
  const auto at = [&](std::int64_t b) { return static_cast<std::size_t>(b - midnight); };
  std::int64_t next = bar_of(open_time);
  // Nothing has traded at the opening yet; and a day opens at the close of the day before.
  TickBar sum = flat_at(next == midnight ? bars[0].open : bars[at(next) - 1].close);
  const Duration inside = open_time - (synthetic_genesis + bar_length * next);
  if (inside > Duration{}) {  // 3m candles that straddle two bars
    const TickBar& torn = bars[at(next)];
    const std::size_t from = IntrabarPath::step_at(inside);
    const auto path = path_of(torn, next);
    sum = flat_at(path ? path->part(0, from).close : torn.close);
    if (path)
      merge(sum, path->part(from, IntrabarPath::last_step));
    ++next;
  }
  for (; next < bar; ++next)
    merge(sum, bars[at(next)]);
  return sum;
}

void FormingCandles::enter_bar(std::int64_t bar) {
  bar_ = bar;
  const std::int64_t day = bar / static_cast<std::int64_t>(bars_per_day);
  const DayBars bars = model_.day(market_, day);
  const Timestamp opens = synthetic_genesis + bar_length * bar;
  current_ = bars[static_cast<std::size_t>(bar - first_bar_of(day))];
  last_close_ = until_bar(opens, bar, bars).close;
  for (std::size_t t = 0; t < timeframes_.size(); ++t)
    before_[t] = until_bar(floor_to(opens, length(timeframes_[t])), bar, bars);
  path_ = path_of(current_, bar);
}

TickBar FormingCandles::grown(std::size_t timeframe, Timestamp open_time, std::size_t step) const {
  const Duration offset = open_time - (synthetic_genesis + bar_length * bar_);
  TickBar sum = before_[timeframe];
  std::size_t from = 0;
  if (offset > Duration{}) {  // it began within this bar
    from = IntrabarPath::step_at(offset);
    sum = flat_at(path_ ? path_->part(0, from).close : current_.close);
  }
  if (path_ && from < step)
    merge(sum, step == IntrabarPath::last_step && from == 0 ? current_ : path_->part(from, step));
  return sum;
}

std::span<const Candle> FormingCandles::at(Timestamp now) {
  now = std::clamp(now, market_.profile.listed_at, synthetic_horizon - milliseconds(1));
  if (const std::int64_t bar = bar_of(now); bar != bar_)
    enter_bar(bar);
  const Duration since_open = now - (synthetic_genesis + bar_length * bar_);
  const std::size_t step = IntrabarPath::step_at(since_open);
  const std::int64_t price = step == 0 ? last_close_
                             : path_   ? path_->part(0, step).close
                                       : current_.close;
  price_ = maker_.price(price);
  for (std::size_t t = 0; t < timeframes_.size(); ++t) {
    const Timestamp open_time = floor_to(now, length(timeframes_[t]));
    candles_[t] = maker_.candle(open_time, grown(t, open_time, step), CandleState::forming);
  }
  return candles_;
}

}  // namespace cscan
