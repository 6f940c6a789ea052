#include "app/demo_feed.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace cscan {
namespace {

/// Real time between two rounds over all markets; the synthetic path has one step a second.
constexpr std::chrono::milliseconds round_time{500};
/// A market that does not trade repeats its price this often, in market time.
constexpr Duration repeat_after = seconds(10);
/// Histories up to this length are loaded first: they cost little and give the first signals.
constexpr Duration soon_loaded = days(60);
/// Inputs that may wait for the core while histories are loaded: some 4 MB of candles.
constexpr std::size_t backlog_max = 64;
constexpr std::chrono::milliseconds backlog_pause{5};
/// Inputs that may wait while prices and forming candles are sent: the core is behind anyway.
constexpr std::size_t live_backlog_max = 20'000;
/// How long before its first trade a market is announced.
constexpr Duration announced_before = days(3);

InstrumentId id_of(std::size_t market) { return InstrumentId{static_cast<std::uint32_t>(market)}; }

}  // namespace

DemoFeed::~DemoFeed() { stop(); }

std::vector<std::string> DemoFeed::exchanges() const {
  return {"binance", "binanceusdm", "kucoinfutures"};
}

Result<std::vector<ListedMarket>> DemoFeed::markets(std::string_view exchange) {
  std::vector<ListedMarket> listed;
  Timestamp now = clock_.now();
  for (Instrument& instrument : market_->instruments(exchange)) {
    if (market_->listed_at(instrument) > now + announced_before)
      continue;
    double turnover = market_->quote_volume_24h(instrument, now);
    listed.push_back({std::move(instrument), turnover});
  }
  if (listed.empty()) {
    std::string known = fmt::format("{}", fmt::join(exchanges(), ", "));
    return fail(Error{
        ErrorCode::unsupported,
        fmt::format("exchange '{}' is not known: use {}", exchange.substr(0, 64), known),
        {}}.with("field", "exchanges")
                    .with("value", std::string(exchange.substr(0, 64)))
                    .with("accepted", known));
  }
  return listed;
}

FeedBudget DemoFeed::budget(const FeedPlan& plan) const {
  std::uint64_t series = plan.instruments.size() * plan.timeframes.size();
  return {series + plan.instruments.size(), series,
          "synthetic market: made in this process, no rate limits apply"};
}

Status DemoFeed::start(FeedPlan plan, InputQueue& inputs) {
  plan_ = std::move(plan);
  inputs_ = &inputs;
  for (const Instrument& instrument : plan_.instruments) {
    auto health = std::ranges::find(health_, instrument.exchange, &FeedHealth::exchange);
    auto place = static_cast<std::size_t>(health - health_.begin());
    if (health == health_.end())
      health_.push_back({instrument.exchange, true, {}, 0, 0, 0, 0, "synthetic"});
    markets_.push_back({market_->listed_at(instrument),
                        market_->follow(instrument, plan_.timeframes), place,
                        std::vector<Timestamp>(plan_.timeframes.size(), SyntheticMarket::genesis)});
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  return {};
}

void DemoFeed::stop() {
  thread_.request_stop();
  if (thread_.joinable())
    thread_.join();
}

void DemoFeed::request_history(const RequestHistory& request) {
  std::lock_guard lock(mutex_);
  requests_.push_back(request);
}

std::vector<FeedHealth> DemoFeed::health() const {
  std::lock_guard lock(mutex_);
  return health_;
}

void DemoFeed::plan_loading() {
  std::vector<std::size_t> soon, later;
  for (std::size_t t = 0; t < plan_.timeframes.size(); ++t) {
    Duration span = length(plan_.timeframes[t]) * static_cast<std::int64_t>(plan_.history);
    (span <= soon_loaded ? soon : later).push_back(t);
  }
  for (auto* pass : {&soon, &later})
    if (!pass->empty())
      load_passes_.push_back(std::move(*pass));
  std::vector<double> turnover;
  for (std::size_t i = 0; i < markets_.size(); ++i) {
    turnover.push_back(market_->quote_volume_24h(plan_.instruments[i], clock_.now()));
    load_order_.push_back(i);
  }
  std::ranges::stable_sort(load_order_, std::greater{}, [&](std::size_t i) { return turnover[i]; });
}

/// Loads one market's history of one pass.
void DemoFeed::load_next() {
  std::size_t pass = loaded_ / markets_.size();
  load(load_order_[loaded_ % markets_.size()], load_passes_[pass]);
  ++loaded_;
}

void DemoFeed::load(std::size_t market, const std::vector<std::size_t>& intervals) {
  Market& state = markets_[market];
  Timestamp now = clock_.now();
  std::vector<Timeframe> timeframes;
  for (std::size_t t : intervals)
    timeframes.push_back(plan_.timeframes[t]);
  auto all = market_->history_all(plan_.instruments[market], timeframes, now, plan_.history);
  for (std::size_t k = 0; k < intervals.size(); ++k) {
    // What is not listed yet begins with the candle that holds the listing.
    state.closed_until[intervals[k]] =
        floor_to(std::max(now, state.listed_at), length(timeframes[k]));
    send_history(market, timeframes[k], std::move(all[k]));
  }
}

void DemoFeed::send_history(std::size_t market, Timeframe timeframe, std::vector<Candle> candles) {
  if (candles.empty())
    return;
  Market& state = markets_[market];
  bool from_listing = candles.front().open_time == floor_to(state.listed_at, length(timeframe));
  inputs_->push(HistoryLoaded{id_of(market), timeframe, std::move(candles), from_listing});
  ++state.messages;
}

/// Sends every candle that closed since the last round, with the exchange's closed flag.
void DemoFeed::send_closes(std::size_t market, Timestamp now) {
  Market& state = markets_[market];
  std::vector<std::size_t> intervals;
  std::vector<Timeframe> timeframes;
  std::size_t most_missing = 0;
  for (std::size_t t = 0; t < plan_.timeframes.size(); ++t) {
    Timestamp until = state.closed_until[t];
    Duration step = length(plan_.timeframes[t]);
    if (until == SyntheticMarket::genesis || now < until + step)
      continue;
    intervals.push_back(t);
    timeframes.push_back(plan_.timeframes[t]);
    most_missing = std::max(most_missing, static_cast<std::size_t>((now - until) / step));
  }
  if (intervals.empty())
    return;
  most_missing = std::min(most_missing, plan_.history);
  auto all = market_->history_all(plan_.instruments[market], timeframes, now, most_missing);
  for (std::size_t k = 0; k < intervals.size(); ++k)
    send_closed(market, intervals[k], std::move(all[k]), now);
}

void DemoFeed::send_closed(std::size_t market, std::size_t interval, std::vector<Candle> candles,
                           Timestamp now) {
  Market& state = markets_[market];
  Timeframe timeframe = plan_.timeframes[interval];
  Timestamp& until = state.closed_until[interval];
  std::erase_if(candles, [&](const Candle& candle) { return candle.open_time < until; });
  until = floor_to(now, length(timeframe));
  if (!candles.empty() && candles.front().open_time == floor_to(state.listed_at, length(timeframe)))
    return send_history(market, timeframe, std::move(candles));
  for (Candle& candle : candles) {
    if (candle.state == CandleState::no_trade)
      continue;  // the exchange has no such candle; whoever misses it asks
    candle.state = CandleState::closed_provisional;
    inputs_->push(MarketEvent{CandleUpdate{id_of(market), timeframe, candle,
                                           close_time(candle.open_time, timeframe), now}});
    ++state.messages;
  }
}

/// Sends the price and the forming candles, unless nothing happened since they were sent.
void DemoFeed::send_forming(std::size_t market, Timestamp now) {
  Market& state = markets_[market];
  if (now < state.listed_at || state.closed_until.front() == SyntheticMarket::genesis)
    return;
  auto forming = state.candles.at(now);
  double price = state.candles.price();
  if (price == state.told_price && forming.back().volume == state.told_volume &&
      forming.front().open_time == state.told_opening && now - state.told_at < repeat_after)
    return;
  double turnover = 0;
  if (Timestamp hour = floor_to(now, hours(1)); state.turnover_told_at < hour) {
    turnover = market_->quote_volume_24h(plan_.instruments[market], now);
    state.turnover_told_at = hour;
  }
  state.told_at = now;
  state.told_price = price;
  state.told_volume = forming.back().volume;
  state.told_opening = forming.front().open_time;
  inputs_->push(MarketEvent{PriceUpdate{id_of(market), price, turnover, now, now}});
  ++state.messages;
  bool sends_flat = plan_.instruments[market].exchange != "kucoinfutures";
  for (std::size_t t = 0; t < forming.size(); ++t) {
    bool loaded = state.closed_until[t] != SyntheticMarket::genesis;
    if (loaded && (sends_flat || forming[t].volume > 0))
      inputs_->offer(
          MarketEvent{CandleUpdate{id_of(market), plan_.timeframes[t], forming[t], now, now}});
  }
}

void DemoFeed::play_round(const std::stop_token& stop, const Stopwatch& watch) {
  for (std::size_t i = 0; i < markets_.size() && !stop.stop_requested(); ++i)
    send_closes(i, clock_.now());
  std::size_t turns = 0;
  while (turns < markets_.size() && !stop.stop_requested() &&
         watch.elapsed_ms() < static_cast<double>(round_time.count()) &&
         inputs_->size() < live_backlog_max) {
    send_forming(next_turn_, clock_.now());
    next_turn_ = (next_turn_ + 1) % markets_.size();
    ++turns;
  }
  if (!stop.stop_requested())
    note_round(watch.elapsed_ms(), markets_.size() - turns);
}

/// Keeps the books, and says it when a round did not fit into its time.
void DemoFeed::note_round(double duration_ms, std::size_t without_turn) {
  bool late = duration_ms > static_cast<double>(round_time.count());
  rounds_late_ += late ? 1 : 0;
  turns_missed_ += without_turn;
  if (late && rounds_late_ == 1)
    spdlog::warn(
        "synthetic market: a round over {} markets took {:.0f} ms, more than {}: prices "
        "and forming candles come less often, closed ones all the same",
        markets_.size(), duration_ms, round_time.count());
  std::lock_guard lock(mutex_);
  for (Market& market : markets_) {
    FeedHealth& health = health_[market.health];
    if (market.messages > 0)
      health.last_message = clock_.now();
    health.messages += std::exchange(market.messages, 0);
  }
  if (rounds_late_ + turns_missed_ > 0)
    for (FeedHealth& health : health_)
      health.note = fmt::format(
          "synthetic; {} rounds took longer than {} ms, {} markets had no turn in theirs",
          rounds_late_, round_time.count(), turns_missed_);
}

void DemoFeed::answer_requests() {
  std::vector<RequestHistory> requests;
  {
    std::lock_guard lock(mutex_);
    requests.swap(requests_);
  }
  for (const RequestHistory& request : requests) {
    Timestamp now = clock_.now();
    auto count = static_cast<std::size_t>((now - request.from) / length(request.timeframe));
    auto candles = market_->history(plan_.instruments[request.instrument.value], request.timeframe,
                                    now, std::clamp<std::size_t>(count, 1, plan_.history));
    send_history(request.instrument.value, request.timeframe, std::move(candles));
  }
}

/// Loads histories, or waits, until the round is over.
void DemoFeed::use_rest(const std::stop_token& stop, const Stopwatch& watch) {
  const std::size_t to_load = load_passes_.size() * markets_.size();
  while (!stop.stop_requested()) {
    auto rest = round_time - std::chrono::milliseconds(static_cast<int>(watch.elapsed_ms()));
    if (rest.count() <= 0)
      return;
    if (loaded_ < to_load && inputs_->size() < backlog_max) {
      load_next();
      continue;
    }
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, loaded_ < to_load ? std::min(rest, backlog_pause) : rest,
                   [] { return false; });
  }
}

void DemoFeed::run(const std::stop_token& stop) {
  if (markets_.empty())
    return;
  plan_loading();
  while (!stop.stop_requested()) {
    Stopwatch watch;
    answer_requests();
    play_round(stop, watch);
    use_rest(stop, watch);
  }
}

}  // namespace cscan
