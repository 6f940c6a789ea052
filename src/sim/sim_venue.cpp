#include "sim/sim_venue.hpp"

#include <algorithm>
#include <array>

namespace cscan {
namespace {

/// How long statistics of a day are good for.
constexpr Duration day_kept = minutes(5);

Timestamp ceil_to(Timestamp t, Duration step) {
  Timestamp floor = floor_to(t, step);
  return floor == t ? t : floor + step;
}

}  // namespace

double turnover_of(const Candle& candle) {
  return candle.volume * (candle.open + candle.high + candle.low + candle.close) / 4;
}

SimVenue::SimVenue(std::shared_ptr<const MarketTruth> truth, std::string exchange)
    : truth_(std::move(truth)), exchange_(std::move(exchange)) {
  for (TradedMarket& traded : truth_->markets(exchange_)) {
    std::string base = traded.instrument.base, quote = traded.instrument.quote;
    markets_.push_back({std::move(traded), {}, std::move(base), std::move(quote), {}});
  }
  days_.resize(markets_.size());
}

void SimVenue::index_ids() {
  by_id_.clear();
  for (std::size_t i = 0; i < markets_.size(); ++i)
    by_id_[markets_[i].id] = i;
}

std::optional<std::size_t> SimVenue::find(std::string_view id) const {
  auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

bool SimVenue::is_trading(std::size_t market, Timestamp now) const {
  const SimMarket& one = markets_[market];
  return now >= one.traded.listed_at && (!one.delisted_at || now < *one.delisted_at);
}

Timestamp SimVenue::alive(std::size_t market, Timestamp now) const {
  return std::min(now, markets_[market].delisted_at.value_or(now));
}

void SimVenue::rename(std::size_t market, std::string id, std::string base, Timestamp now) {
  SimMarket renamed = markets_[market];
  renamed.id = std::move(id);
  renamed.base = std::move(base);
  markets_[market].delisted_at = now;
  markets_.push_back(std::move(renamed));
  days_.emplace_back();
  index_ids();
}

std::vector<SimRow> SimVenue::rows(std::size_t market, Timeframe timeframe, const RowRange& range,
                                   Timestamp now) const {
  if (range.holes == Holes::are_counted)
    return intervals(market, timeframe, range, now);
  // What a hole leaves open is filled from beyond it.
  std::vector<SimRow> rows;
  RowRange rest = range;
  while (rows.size() < range.limit) {
    rest.limit = range.limit - rows.size();
    std::vector<SimRow> some = intervals(market, timeframe, rest, now);
    if (some.empty())
      break;
    if (range.from)
      rest.from = some.back().candle.open_time + length(timeframe);
    else
      rest.to = some.front().candle.open_time - length(timeframe);
    std::erase_if(some,
                  [](const SimRow& row) { return row.candle.state == CandleState::no_trade; });
    rows.insert(range.from ? rows.end() : rows.begin(), some.begin(), some.end());
  }
  return rows;
}

std::vector<SimRow> SimVenue::intervals(std::size_t market, Timeframe timeframe,
                                        const RowRange& range, Timestamp now) const {
  now = alive(market, now);
  const TradedMarket& traded = markets_[market].traded;
  const Duration step = length(timeframe);
  const Timestamp forming = floor_to(now, step);
  const Timestamp first_ever =
      std::max(floor_to(traded.listed_at, step), truth_->first_open(traded.instrument, timeframe));
  const auto span = step * (static_cast<std::int64_t>(range.limit) - 1);
  if (range.limit == 0 || now < traded.listed_at)
    return {};
  // Whatever was asked for, there is nothing before the listing and after the forming candle.
  const auto within = [&](Timestamp t) {
    return std::clamp(t, first_ever - step, std::max(forming, first_ever) + step);
  };
  Timestamp last = range.to ? std::min(floor_to(within(*range.to), step), forming) : forming;
  Timestamp first =
      std::max(range.from ? ceil_to(within(*range.from), step) : last - span, first_ever);
  if (range.from)
    last = std::min(last, first + span);
  if (last < first)
    return {};
  std::vector<SimRow> rows;
  Timestamp closed_end = std::min(last + step, forming);
  if (closed_end > first)
    for (const Candle& candle :
         truth_->closed(traded.instrument, timeframe, closed_end,
                        static_cast<std::size_t>((closed_end - first) / step)))
      rows.push_back({candle, true});
  if (last == forming)
    rows.push_back(
        {truth_->follow(traded.instrument, std::array{timeframe})->at(now).front(), false});
  return rows;
}

std::vector<SimTrade> SimVenue::trades(std::size_t market, Timestamp after, Timestamp until) const {
  until = alive(market, until);
  const TradedMarket& traded = markets_[market].traded;
  auto follower = truth_->follow(traded.instrument, std::array{Timeframe::m1});
  std::vector<SimTrade> trades;
  Timestamp at = std::max(floor_to(after, seconds(1)), traded.listed_at);
  Candle before = follower->at(at).front();
  double price_before = follower->price();
  for (at = at + seconds(1); at <= until; at = at + seconds(1)) {
    const Candle candle = follower->at(at).front();
    // A candle is complete in its last second, so a new one begins with nothing to catch up with.
    double grown =
        candle.open_time == before.open_time ? candle.volume - before.volume : candle.volume;
    if (grown > 0)
      trades.push_back(
          {at.ms / 1'000, at, follower->price(), grown, follower->price() < price_before});
    before = candle;
    price_before = follower->price();
  }
  return trades;
}

double SimVenue::price(std::size_t market, Timestamp now) {
  auto& follower = followers_[market];
  if (!follower)
    follower = truth_->follow(markets_[market].traded.instrument, std::array{Timeframe::m1});
  follower->at(alive(market, now));
  return follower->price();
}

DayStatistics SimVenue::day(std::size_t market, Timestamp now) {
  now = alive(market, now);
  KnownDay& known = days_[market];
  if (now < known.at || now - day_kept >= known.at)
    known = {now, closed_day(market, now)};
  DayStatistics day = known.statistics;
  if (now < markets_[market].traded.listed_at)
    return day;
  day.last = price(market, now);
  if (day.open == 0)  // listed a moment ago
    day.open = day.high = day.low = day.last;
  day.high = std::max(day.high, day.last);
  day.low = std::min(day.low, day.last);
  return day;
}

DayStatistics SimVenue::closed_day(std::size_t market, Timestamp now) const {
  DayStatistics day;
  day.from = now - days(1);
  for (const Candle& candle :
       truth_->closed(markets_[market].traded.instrument, Timeframe::m5, now, 288)) {
    if (day.open == 0) {
      day.open = day.high = day.low = candle.open;
    }
    day.high = std::max(day.high, candle.high);
    day.low = std::min(day.low, candle.low);
    day.volume += candle.volume;
    day.quote_volume += turnover_of(candle);
  }
  return day;
}

}  // namespace cscan
