// What becomes of the sessions' events: inputs of the core, market time, lines in the log.

#include <spdlog/spdlog.h>

#include <algorithm>

#include "runtime/exchange_feed_desk.hpp"

namespace cscan {
namespace {

/// A clock that is off by less is left alone; times the market's speed.
constexpr Duration steer_from = milliseconds(150);
/// So long the others wait for an exchange that has not told its time yet; real time.
constexpr Duration steer_patience = seconds(3);
/// However bad an exchange's clock, market time is never moved by more than that.
constexpr Duration steer_max = days(3'650);
/// Inputs that may wait while prices and forming candles are sent: the core is behind anyway.
constexpr std::size_t live_backlog_max = 20'000;

}  // namespace

void ExchangeFeed::on_event(Desk& desk, SessionEvent& event) {
  if (auto* candle = std::get_if<SessionCandle>(&event)) {
    on_candle(desk, *candle);
  } else if (auto* price = std::get_if<SessionPrice>(&event)) {
    if (inputs_ != nullptr && inputs_->size() < live_backlog_max)
      inputs_->offer(
          MarketEvent{PriceUpdate{desk.instruments[price->market], price->price,
                                  price->quote_volume_24h, price->event_time, clock_.now()}});
  } else if (auto* history = std::get_if<SessionHistory>(&event)) {
    on_history(desk, *history);
  } else if (auto* offset = std::get_if<SessionClock>(&event)) {
    desk.clock_offset = offset->offset;
    steer_clock();
    show_listings();
  } else if (auto* note = std::get_if<SessionNote>(&event)) {
    spdlog::log(note->warning ? spdlog::level::warn : spdlog::level::info, "{}", note->text);
  } else if (std::holds_alternative<SessionListing>(event)) {
    std::vector<ListedMarket> markets;
    for (const ListedContract& contract : desk.link->listing()->contracts)
      if (is_watchable(contract))
        markets.push_back({contract.instrument, contract.quote_volume_24h});
    {
      std::lock_guard lock(mutex_);
      shown_[desk.exchange].markets = std::move(markets);
    }
    show_listings();
  }
}

/// Whether market time waits for an exchange's word.
bool ExchangeFeed::awaits_time() const {
  return options_.steers_clock && std::ranges::any_of(desks_, [this](const auto& entry) {
           const Desk& desk = *entry.second;
           return !desk.clock_offset && clock_.real_now() - desk.asked_at < steer_patience;
         });
}

/// Markets can be watched when their clock is known: before, nothing says which candles are over.
void ExchangeFeed::show_listings() {
  if (awaits_time())
    return;
  std::lock_guard lock(mutex_);
  for (const auto& [exchange, desk] : desks_)
    if (desk->link->listing() != nullptr && (desk->clock_offset || !options_.steers_clock))
      shown_[exchange].is_listed = true;
  changed_.notify_all();
}

bool ExchangeFeed::is_wanted(Timeframe timeframe) const {
  return std::ranges::find(plan_.timeframes, timeframe) != plan_.timeframes.end();
}

void ExchangeFeed::on_history(Desk& desk, SessionHistory& history) {
  if (inputs_ == nullptr)
    return;
  const InstrumentId instrument = desk.instruments[history.market];
  for (const DerivedTimeframe& one : desk.timeframes.derived)
    if (one.base == history.timeframe)
      if (auto candles = desk.derived.at({history.market, one.wanted}).settle(history.candles);
          !candles.empty())
        inputs_->push(HistoryLoaded{instrument, one.wanted, std::move(candles), false});
  if (is_wanted(history.timeframe))
    inputs_->push(HistoryLoaded{instrument, history.timeframe, std::move(history.candles),
                                history.from_listing});
}

void ExchangeFeed::on_candle(Desk& desk, const SessionCandle& candle) {
  if (inputs_ == nullptr)
    return;
  for (const DerivedTimeframe& one : desk.timeframes.derived)
    if (one.base == candle.timeframe && inputs_->size() < live_backlog_max)
      if (auto grown = desk.derived.at({candle.market, one.wanted}).grow(candle.candle))
        inputs_->offer(MarketEvent{CandleUpdate{desk.instruments[candle.market], one.wanted, *grown,
                                                candle.event_time, clock_.now()}});
  if (!is_wanted(candle.timeframe))
    return;
  MarketEvent event = CandleUpdate{desk.instruments[candle.market], candle.timeframe, candle.candle,
                                   candle.event_time, clock_.now()};
  if (candle.candle.state != CandleState::forming)
    inputs_->push(std::move(event));
  else if (inputs_->size() < live_backlog_max)
    inputs_->offer(std::move(event));
}

/// Market time follows the exchanges' clocks: the median of theirs, so that one that is wrong alone
/// changes nothing where there are three.
void ExchangeFeed::steer_clock() {
  std::vector<Duration> offsets;
  for (const auto& [exchange, desk] : desks_)
    if (desk->clock_offset)
      offsets.push_back(*desk->clock_offset);
  if (!options_.steers_clock || offsets.empty() || awaits_time())
    return;
  std::ranges::sort(offsets, {}, [](Duration d) { return std::abs(d.ms); });
  const Duration by = offsets[(offsets.size() - 1) / 2];
  const auto tolerated =
      static_cast<std::int64_t>(static_cast<double>(steer_from.ms) * std::max(1.0, clock_.speed()));
  if (std::abs(by.ms) < tolerated || std::abs(by.ms) > steer_max.ms)
    return;
  spdlog::info("this machine's clock is {} ms {} the exchanges': market time follows theirs",
               std::abs(by.ms), by.ms > 0 ? "behind" : "ahead of");
  move_clock(by);
  for (auto& [exchange, desk] : desks_) {
    desk->link->clock_moved(by);
    if (desk->clock_offset)
      *desk->clock_offset = *desk->clock_offset - by;
  }
}

/// Nothing that a run was told may lie in its future, so during a run time stands still rather than
/// go back. Before, it may go back: to a machine that is years ahead, or an exchange that plays the
/// past, standing still would be no help.
void ExchangeFeed::move_clock(Duration by) {
  std::lock_guard lock(mutex_);
  if (by < Duration{} && !is_time_relied_on_)
    clock_.set_back(Duration{-by.ms});
  else
    clock_.steer(by);
}

}  // namespace cscan
