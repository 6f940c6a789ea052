#include "series/trade_candles.hpp"

#include <algorithm>

namespace cscan {

void TradeCandles::open(const Trade& trade, Timestamp open_time) {
  current_ = {open_time,   trade.price, trade.price, trade.price,
              trade.price, 0,           0,           CandleState::forming};
  volume_ = {};
}

void TradeCandles::add(const Trade& trade) {
  current_->high = std::max(current_->high, trade.price);
  current_->low = std::min(current_->low, trade.price);
  current_->close = trade.price;
  volume_.add(trade.quantity);
  current_->volume = volume_.value();
}

TradeOutcome TradeCandles::on_trade(const Trade& trade, std::vector<Candle>& out) {
  if (last_id_ && trade.id <= *last_id_)
    return TradeOutcome::repeated;
  bool follows = last_id_ && trade.id == *last_id_ + 1;
  last_id_ = trade.id;
  is_whole_ &= follows;
  Timestamp open_time = floor_to(trade.time, length(timeframe_));
  if (current_ && open_time < current_->open_time)
    return TradeOutcome::out_of_order;
  if (!current_ || current_->open_time < open_time) {
    if (is_whole_) {
      out.push_back(*current_);
      out.back().state = CandleState::closed_provisional;
    }
    open(trade, open_time);
    is_whole_ = follows;
  }
  add(trade);
  out.push_back(*current_);
  return follows ? TradeOutcome::taken : TradeOutcome::after_gap;
}

}  // namespace cscan
