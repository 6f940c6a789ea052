#include "series/candle_builder.hpp"

#include <algorithm>

namespace cscan {
namespace {
/// Provisional candles kept; beyond it the oldest is left to the query that is overdue anyway.
constexpr std::size_t provisional_max = 8;
}  // namespace

void CandleBuilder::on_history(Timestamp first, Timestamp next) {
  if (hole_ && first <= *hole_ && *hole_ < next)
    hole_.reset();
  advance_to(next);
}

void CandleBuilder::settle(Candle candle, std::vector<Candle>& settled) {
  if (*next_unsettled_ < candle.open_time && !hole_)
    hole_ = next_unsettled_;  // a successor settled first: still to be asked for
  else if (hole_ == candle.open_time)
    hole_.reset();
  settled.push_back(candle);
  advance_to(candle.open_time + length(timeframe_));
}

void CandleBuilder::advance_to(Timestamp open_time) {
  if (!next_unsettled_ || *next_unsettled_ < open_time)
    next_unsettled_ = open_time;
  std::erase_if(provisional_, [&](const Provisional& p) { return p.candle.open_time < open_time; });
  if (forming_ && forming_->open_time < open_time)
    forming_.reset();
}

void CandleBuilder::keep_provisional(const Candle& candle, std::optional<Timestamp> settle_at) {
  auto at = std::ranges::lower_bound(provisional_, candle.open_time, {},
                                     [](const Provisional& p) { return p.candle.open_time; });
  if (at == provisional_.end() || at->candle.open_time != candle.open_time)
    at = provisional_.insert(at, {candle, settle_at});
  else if (settle_at || !at->settle_at)
    *at = {candle, at->settle_at ? at->settle_at : settle_at};
  at->candle.state = CandleState::closed_provisional;
  if (provisional_.size() > provisional_max)
    provisional_.erase(provisional_.begin());
}

void CandleBuilder::on_forming(const Candle& candle) {
  if (forming_ && candle.open_time < forming_->open_time) {
    keep_provisional(candle, std::nullopt);  // a late update of a candle that awaits its flag
    return;
  }
  if (forming_ && forming_->open_time < candle.open_time)
    keep_provisional(*forming_, std::nullopt);  // its successor opened
  bool flagged = std::ranges::any_of(
      provisional_, [&](const Provisional& p) { return p.candle.open_time == candle.open_time; });
  if (!flagged)
    forming_ = candle;
}

void CandleBuilder::on_update(const CandleUpdate& update, const SettleRule& rule,
                              std::vector<Candle>& settled) {
  const Candle& candle = update.candle;
  if (!next_unsettled_)
    next_unsettled_ = candle.open_time;
  bool already_settled = candle.open_time < *next_unsettled_;
  if (candle.state == CandleState::forming) {
    if (!already_settled)
      on_forming(candle);
    return;
  }
  Candle proven = candle;
  if (proven.state == CandleState::closed_provisional) {
    if (!already_settled) {
      Timestamp closes = close_time(candle.open_time, timeframe_);
      keep_provisional(candle, std::max(closes, update.received_time) + rule.settle_delay);
      if (forming_ && forming_->open_time == candle.open_time)
        forming_.reset();
      return;
    }
    proven.state = CandleState::final;
  }
  settle(proven, settled);
}

void CandleBuilder::on_clock(Timestamp now, std::vector<Candle>& settled) {
  while (!provisional_.empty()) {
    Provisional& oldest = provisional_.front();
    if (!oldest.settle_at || *oldest.settle_at > now)
      break;
    Candle proven = oldest.candle;
    proven.state = CandleState::final;
    settle(proven, settled);
  }
}

std::optional<Timestamp> CandleBuilder::take_request(Timestamp now, const SettleRule& rule) {
  if (!next_unsettled_)
    return std::nullopt;
  Duration patience = rule.settle_delay + rule.grace;
  Timestamp wanted = hole_.value_or(*next_unsettled_);
  Timestamp due = close_time(wanted, timeframe_) + patience;
  // Asking again sooner than the patience itself would only load the exchange.
  if (now < due || now < asked_at_ + patience + seconds(1))
    return std::nullopt;
  asked_at_ = now;
  return wanted;
}

}  // namespace cscan
