#include "app/demo_feed.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cscan {
namespace {
/// Real time between two rounds over all markets; the synthetic path has one step a second.
constexpr std::chrono::milliseconds round_time{500};
}  // namespace

DemoFeed::~DemoFeed() { stop(); }

std::vector<std::string> DemoFeed::exchanges() const {
  return {"binance", "binanceusdm", "kucoinfutures"};
}

Result<std::vector<ListedMarket>> DemoFeed::markets(std::string_view exchange) {
  std::vector<ListedMarket> listed;
  Timestamp now = clock_.now();
  for (Instrument& instrument : market_->instruments(exchange)) {
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
  closed_until_.assign(plan_.instruments.size() * plan_.timeframes.size(), Timestamp{});
  for (const Instrument& instrument : plan_.instruments)
    if (std::ranges::find(health_, instrument.exchange, &FeedHealth::exchange) == health_.end())
      health_.push_back({instrument.exchange, true, {}, 0, 0, 0, 0, "synthetic"});
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

void DemoFeed::send(Input input, std::size_t instrument, Timestamp now) {
  inputs_->push(std::move(input));
  std::lock_guard lock(mutex_);
  auto& health =
      *std::ranges::find(health_, plan_.instruments[instrument].exchange, &FeedHealth::exchange);
  health.last_message = now;
  ++health.messages;
}

void DemoFeed::load_history(const std::stop_token& stop) {
  for (std::size_t i = 0; i < plan_.instruments.size() && !stop.stop_requested(); ++i) {
    Timestamp now = clock_.now();
    InstrumentId id{static_cast<std::uint32_t>(i)};
    auto all = market_->history_all(plan_.instruments[i], plan_.timeframes, now, plan_.history);
    for (std::size_t t = 0; t < plan_.timeframes.size(); ++t) {
      closed_until_[i * plan_.timeframes.size() + t] = floor_to(now, length(plan_.timeframes[t]));
      send(HistoryLoaded{id, plan_.timeframes[t], std::move(all[t]), false}, i, now);
    }
    // A first price at once, so that the market state need not wait for the others' history.
    send(MarketEvent{PriceUpdate{id, market_->price(plan_.instruments[i], now),
                                 market_->quote_volume_24h(plan_.instruments[i], now), now, now}},
         i, now);
  }
}

/// Sends every candle that closed since the last round, with the exchange's closed flag.
void DemoFeed::send_closes(std::size_t instrument, std::size_t interval, Timestamp now) {
  Timeframe timeframe = plan_.timeframes[interval];
  Timestamp& until = closed_until_[instrument * plan_.timeframes.size() + interval];
  Timestamp newest = floor_to(now, length(timeframe));
  auto missing = static_cast<std::size_t>((newest - until) / length(timeframe));
  if (missing == 0)
    return;
  auto candles = market_->history(plan_.instruments[instrument], timeframe, newest,
                                  std::min(missing, plan_.history));
  for (Candle candle : candles) {
    candle.state = CandleState::closed_provisional;
    send(MarketEvent{CandleUpdate{InstrumentId{static_cast<std::uint32_t>(instrument)}, timeframe,
                                  candle, close_time(candle.open_time, timeframe), now}},
         instrument, now);
  }
  until = newest;
}

void DemoFeed::play(std::size_t instrument, Timestamp now) {
  InstrumentId id{static_cast<std::uint32_t>(instrument)};
  for (std::size_t t = 0; t < plan_.timeframes.size(); ++t)
    send_closes(instrument, t, now);
  auto forming = market_->forming_all(plan_.instruments[instrument], plan_.timeframes, now);
  send(MarketEvent{PriceUpdate{id, forming.front().close, 0, now, now}}, instrument, now);
  for (std::size_t t = 0; t < forming.size(); ++t)
    inputs_->offer(MarketEvent{CandleUpdate{id, plan_.timeframes[t], forming[t], now, now}});
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
    const Instrument& instrument = plan_.instruments[request.instrument.value];
    auto candles = market_->history(instrument, request.timeframe, now,
                                    std::clamp<std::size_t>(count, 1, plan_.history));
    send(HistoryLoaded{request.instrument, request.timeframe, std::move(candles), false},
         request.instrument.value, now);
  }
}

void DemoFeed::run(const std::stop_token& stop) {
  load_history(stop);
  while (!stop.stop_requested()) {
    answer_requests();
    for (std::size_t i = 0; i < plan_.instruments.size() && !stop.stop_requested(); ++i)
      play(i, clock_.now());
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, round_time, [] { return false; });
  }
}

}  // namespace cscan
