#include "app/recorded_path.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace cscan {
namespace {

std::int64_t trades_of(double lots, std::int64_t seconds) {
  if (lots <= 0)
    return 0;
  return static_cast<std::int64_t>(std::clamp(std::round(lots), 1.0, static_cast<double>(seconds)));
}

}  // namespace

RecordedPath::RecordedPath(const Candle& candle, Timeframe timeframe, const TradedMarket& market)
    : candle_(candle),
      ticks_per_unit_(market.ticks_per_unit),
      lots_per_unit_(market.lots_per_unit),
      seconds_(length(timeframe) / cscan::seconds(1)),
      trades_(trades_of(candle.volume * market.lots_per_unit, seconds_)) {
  set_corners();
}

void RecordedPath::set_corners() {
  const bool rises = candle_.close >= candle_.open;
  const std::array way = {candle_.open, rises ? candle_.low : candle_.high,
                          rises ? candle_.high : candle_.low, candle_.close};
  for (double price : way)
    if (corner_count_ == 0 || corners_[corner_count_ - 1].price != price)
      corners_[corner_count_++].price = price;
  if (static_cast<std::int64_t>(corner_count_) > trades_) {  // as no exchange would record it
    corner_count_ = static_cast<std::size_t>(std::clamp<std::int64_t>(trades_, 1, 2));
    corners_[corner_count_ - 1].price = candle_.close;
  }
  for (std::size_t i = 1; i < corner_count_; ++i)
    corners_[i].trade =
        static_cast<std::int64_t>(i) * (trades_ - 1) / static_cast<std::int64_t>(corner_count_ - 1);
}

/// The first second has the first trade, the last second the last one.
std::int64_t RecordedPath::trade_at(std::int64_t second) const {
  return second * (trades_ - 1) / (seconds_ - 1);
}

double RecordedPath::price_of(std::int64_t trade) const {
  std::size_t next = 0;
  while (next + 1 < corner_count_ && corners_[next].trade < trade)
    ++next;
  const Corner& to = corners_[next];
  if (to.trade <= trade)
    return to.price;
  const Corner& from = corners_[next - 1];
  const double share =
      static_cast<double>(trade - from.trade) / static_cast<double>(to.trade - from.trade);
  const double price = from.price + (to.price - from.price) * share;
  return std::clamp(std::round(price * ticks_per_unit_) / ticks_per_unit_,
                    std::min(from.price, to.price), std::max(from.price, to.price));
}

double RecordedPath::volume_until(std::int64_t trade) const {
  if (trade + 1 >= trades_)
    return candle_.volume;
  const double share = static_cast<double>(trade + 1) / static_cast<double>(trades_);
  const double volume = std::round(candle_.volume * share * lots_per_unit_) / lots_per_unit_;
  return std::min(volume, candle_.volume);
}

Candle RecordedPath::part(std::int64_t from, std::int64_t until) const {
  CHECK(0 <= from && from < until && until <= seconds_, "{} to {} of {} s", from, until, seconds_);
  Candle part = candle_;
  part.open_time = candle_.open_time + cscan::seconds(from);
  if (trades_ == 0 || (from == 0 && until == seconds_))
    return part;
  const std::int64_t before = from == 0 ? -1 : trade_at(from - 1);
  const std::int64_t last = trade_at(until - 1);
  part.open = price_of(std::min(before + 1, last));
  part.close = price_of(last);
  part.high = std::max(part.open, part.close);
  part.low = std::min(part.open, part.close);
  for (std::size_t i = 0; i < corner_count_; ++i)
    if (corners_[i].trade > before && corners_[i].trade <= last) {
      part.high = std::max(part.high, corners_[i].price);
      part.low = std::min(part.low, corners_[i].price);
    }
  const double grown = volume_until(last) - (before < 0 ? 0 : volume_until(before));
  part.volume = std::round(grown * lots_per_unit_) / lots_per_unit_;
  return part;
}

double RecordedPath::price(std::int64_t second) const {
  CHECK(0 <= second && second < seconds_, "second {} of {}", second, seconds_);
  return trades_ == 0 ? candle_.close : price_of(trade_at(second));
}

}  // namespace cscan
