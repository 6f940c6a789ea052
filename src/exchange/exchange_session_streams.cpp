// A session's streams: which topics lie on which connection, when one takes over from another, and
// what becomes of a frame.

#include <fmt/format.h>

#include <algorithm>

#include "exchange/exchange_session.hpp"

namespace cscan {
namespace {

/// The exchange cuts a connection after its life; another takes over an hour before, not all at
/// the same time.
constexpr Duration handover = hours(1);
constexpr Duration handover_spread = minutes(10);
/// An address that was refused is not tried again before.
constexpr Duration refused_wait = seconds(60);

/// The most traded watched market: its canary falls silent last.
std::size_t busiest(const std::vector<double>& turnovers) {
  auto most = std::ranges::max_element(turnovers);
  return static_cast<std::size_t>(most - turnovers.begin());
}

}  // namespace

Result<WatchPlan> ExchangeSession::watch(const std::vector<std::string>& ids,
                                         std::vector<Timeframe> timeframes, std::size_t history,
                                         SessionTime now) {
  if (!listing_)
    return fail(ErrorCode::unavailable, fmt::format("{} has not answered yet", table().id));
  auto plan = plan_watch(table(), ids.size(), timeframes, history);
  if (!plan)
    return plan;
  timeframes_ = std::move(timeframes);
  history_ = history;
  for (const std::string& id : ids) {
    auto contract = std::ranges::find(listing_->contracts, id, &ListedContract::id);
    if (contract == listing_->contracts.end())
      return fail(ErrorCode::not_found, fmt::format("{} does not list {}", table().id, id));
    market_of_.emplace(id, markets_.size());
    markets_.push_back({*contract, contract->is_trading});
  }
  std::vector<std::string> topics;
  for (std::size_t market = 0; market < markets_.size(); ++market)
    for (Timeframe timeframe : timeframes_) {
      Series& series = series_.emplace_back();
      series.market = market;
      series.timeframe = timeframe;
      series.topic = protocol_->candle_topic(markets_[market].contract.id, timeframe);
      topics.push_back(series.topic);
    }
  std::size_t per_lane = (topics.size() + plan->connections - 1) / plan->connections;
  for (std::size_t first = 0; first < topics.size(); first += per_lane) {
    std::size_t count = std::min(per_lane, topics.size() - first);
    std::size_t place = lanes_.size();
    Lane& lane = lanes_.emplace_back(
        Lane{.backoff = Backoff(options_.seed * 1'000 + static_cast<std::uint64_t>(place))});
    auto begin = topics.begin() + static_cast<std::ptrdiff_t>(first);
    lane.topics.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
    if (std::string prices = protocol_->prices_topic(); place == 0 && !prices.empty())
      lane.topics.insert(lane.topics.begin(), prices);
    lane.life = table().connection_life - handover -
                Duration{handover_spread.ms * static_cast<std::int64_t>(place % 6) / 6};
  }
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane)
    step_lane(lane, now);
  // The timeframes that give the first signals before the long ones.
  for (std::size_t t = 0; t < timeframes_.size(); ++t)
    for (std::size_t market = 0; market < markets_.size(); ++market) {
      Duration step = length(timeframes_[t]);
      Timestamp from = floor_to(now.market, step) - step * static_cast<std::int64_t>(history);
      start_load(market * timeframes_.size() + t, from, Urgency::history, now);
    }
  desk_.step(now, out_);
  return plan;
}

/// Begins a connection, by way of a token where the exchange wants one.
void ExchangeSession::open_connection(std::size_t index, SessionTime now) {
  Lane& lane = lanes_[index];
  if (auto token = protocol_->token_request(options_.hosts)) {
    lane.asking = true;
    desk_.ask(Urgency::upkeep, {Purpose::Kind::token, index}, std::move(*token));
    return;
  }
  connect(index, protocol_->stream_access(options_.hosts), now);
}

void ExchangeSession::connect(std::size_t index, StreamAccess access, SessionTime now) {
  Lane& lane = lanes_[index];
  if (!connects_.take(now.real)) {
    lane.retry_at = connects_.free_at(now.real);
    return;
  }
  std::vector<double> turnovers;
  for (const Market& market : markets_)
    turnovers.push_back(market.contract.quote_volume_24h);
  std::string canary = protocol_->canary_topic(markets_[busiest(turnovers)].contract.id);
  StreamId id = next_stream_++;
  out_.actions.emplace_back(OpenStream{id, access.url});
  auto connection = std::make_unique<StreamConnection>(*protocol_, id, std::move(access),
                                                       std::move(canary), lane.topics, now.real);
  (lane.current ? lane.next : lane.current) = std::move(connection);
}

void ExchangeSession::drop(std::size_t index, std::unique_ptr<StreamConnection>& connection,
                           SessionTime now) {
  Lane& lane = lanes_[index];
  ++reconnects_;
  out_.warn(fmt::format("{}: stream {} ended: {}", table().id, index + 1, connection->why()));
  out_.actions.emplace_back(CloseStream{connection->id()});
  connection.reset();
  if (!lane.current && lane.next)
    lane.current = std::move(lane.next);
  lane.retry_at = std::max(lane.retry_at, now.real + lane.backoff.next());
}

void ExchangeSession::step_lane(std::size_t index, SessionTime now) {
  Lane& lane = lanes_[index];
  for (auto* connection : {&lane.current, &lane.next})
    if (*connection)
      (*connection)->step(out_, now.real);
  if (lane.next && lane.next->state() == ConnectionState::dead)
    drop(index, lane.next, now);
  if (lane.current && lane.current->state() == ConnectionState::dead)
    drop(index, lane.current, now);
  if (lane.next && lane.next->live_since()) {
    // Make before break: the new one brings everything, the old one may go.
    out_.actions.emplace_back(CloseStream{lane.current->id()});
    lane.current = std::move(lane.next);
  }
  bool may_open = !lane.asking && !lane.next && now.real >= lane.retry_at &&
                  desk_.budget().paused_until() <= now.real;
  if (!lane.current && may_open)
    return open_connection(index, now);
  if (!lane.current)
    return;
  if (auto since = lane.current->live_since()) {
    was_live_ = true;
    lane.backoff.on_works(*since, now.real);
  }
  bool old = now.real - lane.current->opened_at() >= lane.life;
  if (may_open && (old || lane.current->is_leaving()))
    open_connection(index, now);
}

std::pair<ExchangeSession::Lane*, StreamConnection*> ExchangeSession::find_stream(StreamId stream) {
  for (Lane& lane : lanes_)
    for (auto* connection : {&lane.current, &lane.next})
      if (*connection && (*connection)->id() == stream)
        return {&lane, connection->get()};
  return {};
}

void ExchangeSession::on_stream_open(StreamId stream, SessionTime now) {
  if (auto* connection = find_stream(stream).second) {
    connection->on_open(now.real);
    step(now);
  }
}

void ExchangeSession::on_stream_closed(StreamId stream, int refusal, std::string_view reason,
                                       SessionTime now) {
  auto [lane, connection] = find_stream(stream);
  if (connection == nullptr)
    return;
  if (refusal == 451 || refusal == 403)
    return block(fmt::format("its streams answer {} to this address", refusal));
  if (refusal == 429 || refusal == 418)
    lane->retry_at = now.real + refused_wait;
  connection->die(std::string(reason.substr(0, 200)));
  step(now);
}

void ExchangeSession::on_stream_text(StreamId stream, std::string_view text, SessionTime now) {
  auto* connection = find_stream(stream).second;
  if (connection == nullptr || connection->state() == ConnectionState::dead)
    return;
  protocol_->decode_frame(text, now.market, frame_);
  ++messages_;
  last_message_ = now.market;
  for (const Error& reject : frame_.rejects)
    count_reject(reject);
  for (StreamMessage& message : frame_.messages) {
    connection->on_message(message, out_, now.real);
    take_message(std::move(message), now);
  }
  if (!out_.actions.empty() || connection->is_leaving() ||
      connection->state() == ConnectionState::subscribing)
    step(now);
}

void ExchangeSession::take_message(StreamMessage message, SessionTime now) {
  if (auto* candle = std::get_if<CandleMessage>(&message)) {
    take_candle(std::move(*candle), now);
  } else if (const auto* price = std::get_if<PriceMessage>(&message)) {
    auto market = market_of_.find(price->market);
    if (market != market_of_.end() && price->price > 0)
      out_.events.emplace_back(
          SessionPrice{market->second, price->price, price->quote_volume_24h, price->event_time});
  }
}

void ExchangeSession::take_candle(CandleMessage message, SessionTime now) {
  (void)now;
  auto market = market_of_.find(message.market);
  auto interval = std::ranges::find(timeframes_, message.timeframe);
  if (market == market_of_.end() || interval == timeframes_.end())
    return;
  Series& series = series_[market->second * timeframes_.size() +
                           static_cast<std::size_t>(interval - timeframes_.begin())];
  Candle candle = message.candle;
  candle.volume = to_base_units(markets_[market->second].contract, candle.volume);
  if (candle.volume > 0 && candle.open_time > series.traded.front()) {
    series.traded.back() = series.traded.front();
    series.traded.front() = candle.open_time;
  }
  // Where no stream tells the prices of all markets, the shortest candles do.
  if (protocol_->prices_topic().empty() && interval == timeframes_.begin())
    out_.events.emplace_back(SessionPrice{market->second, candle.close, 0, message.event_time});
  out_.events.emplace_back(
      SessionCandle{market->second, message.timeframe, candle, message.event_time});
}

}  // namespace cscan
