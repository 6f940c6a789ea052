#include "runtime/exchange_feed.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>

#include "net/client_stream.hpp"
#include "runtime/exchange_feed_desk.hpp"
#include "runtime/known_exchanges.hpp"
#include "runtime/thread_name.hpp"

namespace cscan {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds step_time{25};
/// Between two looks at the sessions' health.
constexpr Duration health_every = milliseconds(250);
/// After that long without an answer markets() says why instead of waiting on.
constexpr double trouble_patience_ms = 3'000;

InstrumentId id_of(std::size_t index) { return InstrumentId{static_cast<std::uint32_t>(index)}; }

bool is_good(SessionState state) {
  return state == SessionState::live || state == SessionState::degraded ||
         state == SessionState::connecting || state == SessionState::idle;
}

}  // namespace

struct ExchangeFeed::Io {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  asio::steady_timer timer{context};
  std::unique_ptr<HttpClient> http{};
  std::shared_ptr<asio::ssl::context> tls{};
};

Result<std::unique_ptr<ExchangeFeed>> ExchangeFeed::make(Clock& clock,
                                                         ExchangeFeedOptions options) {
  std::unique_ptr<ExchangeFeed> feed(new ExchangeFeed(clock, std::move(options)));
  if (auto ready = feed->set_up(); !ready)
    return fail(ready.error());
  return feed;
}

ExchangeFeed::ExchangeFeed(Clock& clock, ExchangeFeedOptions options)
    : clock_(clock),
      options_(std::move(options)),
      bans_(options_.ban_file),
      io_(std::make_unique<Io>()) {}

Status ExchangeFeed::set_up() {
  auto tls = make_tls_context({});
  if (!tls)
    return fail(tls.error());
  io_->tls = std::move(*tls);
  auto http = HttpClient::make(io_->context.get_executor(), {});
  if (!http)
    return fail(http.error());
  io_->http = std::move(*http);
  thread_ = std::jthread([this] { run(); });
  asio::post(io_->context, [this] { step(); });
  return {};
}

/// What one handler throws ends that handler and nothing else.
void ExchangeFeed::run() {
  name_this_thread("feed");
  for (;;)
    try {
      io_->context.run();
      return;
    } catch (const std::exception& failure) {
      spdlog::error("exchange feed: {}", failure.what());
    }
}

ExchangeFeed::~ExchangeFeed() { stop(); }

void ExchangeFeed::stop() {
  if (!thread_.joinable())
    return;
  asio::post(io_->context, [this] {
    for (auto& [exchange, desk] : desks_)
      desk->link->close();
    io_->context.stop();
  });
  thread_.join();
}

template <class Work>
auto ExchangeFeed::on_thread(Work work) {
  std::promise<decltype(work())> promise;
  auto result = promise.get_future();
  asio::post(io_->context, [&] { promise.set_value(work()); });
  return result.get();
}

std::vector<std::string> ExchangeFeed::exchanges() const { return known_exchanges(); }

/// Begins to talk with the exchange if it has not yet.
ExchangeFeed::Desk& ExchangeFeed::desk(const std::string& exchange) {
  auto& desk = desks_[exchange];
  if (desk)
    return *desk;
  desk = std::make_unique<Desk>();
  desk->exchange = exchange;
  desk->asked_at = clock_.real_now();
  auto protocol = make_protocol(exchange);
  SessionOptions session;
  auto elsewhere = options_.hosts.find(exchange);
  session.hosts =
      elsewhere == options_.hosts.end() ? default_hosts(protocol->table()) : elsewhere->second;
  session.seed = static_cast<std::uint64_t>(clock_.real_now().ms);
  session.speed = clock_.speed();
  session.has_limits = options_.has_limits;
  desk->link = std::make_shared<ExchangeLink>(
      std::move(protocol), std::move(session),
      ExchangeLink::Parts{io_->context.get_executor(), io_->http.get(), io_->tls, &clock_,
                          options_.sink,
                          [this, to = desk.get()](SessionEvent& event) { on_event(*to, event); }});
  desk->link->start(bans_.quiet_until(exchange, clock_.real_now()));
  return *desk;
}

void ExchangeFeed::prepare(const std::vector<std::string>& exchanges) {
  asio::post(io_->context, [this, exchanges] {
    for (const std::string& exchange : exchanges)
      if (make_protocol(exchange))
        desk(exchange);
  });
}

Result<std::vector<ListedMarket>> ExchangeFeed::markets(std::string_view exchange) {
  const std::string id(exchange.substr(0, 64));
  const std::string known = fmt::format("{}", fmt::join(exchanges(), ", "));
  if (!make_protocol(id))
    return fail(Error{
        ErrorCode::unsupported, fmt::format("exchange '{}' is not known: use {}", id, known), {}}
                    .with("field", "exchanges")
                    .with("value", id)
                    .with("accepted", known));
  prepare({id});
  std::unique_lock lock(mutex_);
  const Stopwatch watch;
  changed_.wait_for(lock, options_.quit, std::chrono::milliseconds(options_.patience.ms), [&] {
    const Shown& shown = shown_[id];
    const bool has_failed = !is_good(shown.state) && watch.elapsed_ms() > trouble_patience_ms;
    return shown.is_listed || shown.state == SessionState::blocked || has_failed;
  });
  const Shown& shown = shown_[id];
  if (shown.is_listed) {
    is_time_relied_on_ = true;
    return shown.markets;
  }
  const bool is_blocked = shown.state == SessionState::blocked;
  return fail(Error{ErrorCode::unavailable,
                    fmt::format("{} has not told its markets ({}){}", id,
                                shown.words.empty() ? "no answer yet" : shown.words,
                                is_blocked ? "" : "; it is asked again and again, so try later"),
                    {}}
                  .with("field", "exchanges")
                  .with("value", id)
                  .with("state", std::string(to_string(shown.state))));
}

FeedBudget ExchangeFeed::budget(const FeedPlan& plan) const {
  FeedBudget budget;
  for (const std::string& exchange : known_exchanges()) {
    auto markets = static_cast<std::size_t>(
        std::ranges::count(plan.instruments, exchange, &Instrument::exchange));
    if (markets == 0)
      continue;
    auto protocol = make_protocol(exchange);
    auto native = native_timeframes(protocol->table(), plan.timeframes);
    auto cost = native ? plan_watch(protocol->table(), markets, native->watched, plan.history)
                       : Result<WatchPlan>(fail(native.error()));
    budget.note += fmt::format("{}{}: {}", budget.note.empty() ? "" : "; ", exchange,
                               cost ? cost->text() : cost.error().message);
    if (cost) {
      budget.streams += cost->topics;
      budget.history_requests += cost->history_requests;
    }
  }
  return budget;
}

Status ExchangeFeed::start(FeedPlan plan, InputQueue& inputs) {
  return on_thread([&]() -> Status {
    plan_ = std::move(plan);
    inputs_ = &inputs;
    for (std::size_t i = 0; i < plan_.instruments.size(); ++i)
      desk(plan_.instruments[i].exchange).instruments.push_back(id_of(i));
    for (auto& [exchange, desk] : desks_)
      if (!desk->instruments.empty())
        if (auto watched = watch(*desk); !watched)
          return watched;
    return {};
  });
}

/// Histories are loaded in this order.
void ExchangeFeed::put_most_traded_first(Desk& desk, const MarketListing& listing) const {
  std::map<Instrument, double> turnover;
  for (const ListedContract& contract : listing.contracts)
    turnover[contract.instrument] = contract.quote_volume_24h;
  std::ranges::stable_sort(desk.instruments, std::greater{}, [&](InstrumentId id) {
    auto found = turnover.find(plan_.instruments[id.value]);
    return found == turnover.end() ? 0 : found->second;
  });
}

Status ExchangeFeed::watch(Desk& desk) {
  std::vector<std::string> ids;
  const MarketListing* listing = desk.link->listing();
  if (listing != nullptr)
    put_most_traded_first(desk, *listing);
  for (std::size_t market = 0; market < desk.instruments.size(); ++market) {
    const Instrument& instrument = plan_.instruments[desk.instruments[market].value];
    auto found = listing == nullptr ? std::vector<ListedContract>::const_iterator{}
                                    : std::ranges::find(listing->contracts, instrument,
                                                        &ListedContract::instrument);
    if (listing == nullptr || found == listing->contracts.end())
      return fail(ErrorCode::unavailable,
                  fmt::format("{} lists {} no more", desk.exchange, instrument.symbol()));
    ids.push_back(found->id);
    desk.market_of[desk.instruments[market].value] = market;
  }
  auto native = native_timeframes(desk.link->table(), plan_.timeframes);
  if (!native)
    return fail(native.error());
  desk.timeframes = std::move(*native);
  auto plan = desk.link->watch(ids, desk.timeframes.watched, plan_.history);
  if (!plan)
    return fail(plan.error());
  for (std::size_t market = 0; market < ids.size(); ++market)
    for (const DerivedTimeframe& one : desk.timeframes.derived) {
      desk.derived.emplace(std::pair(market, one.wanted), DerivedCandles(one));
      // As far back as the wanted candles go.
      desk.link->request_history(
          market, one.base,
          clock_.now() - length(one.wanted) * static_cast<std::int64_t>(plan_.history + 1));
    }
  spdlog::info("{}: {}", desk.exchange, plan->text());
  {
    std::lock_guard lock(mutex_);
    shown_[desk.exchange].plan = plan->text();
  }
  show_health();
  return {};
}

void ExchangeFeed::request_history(const RequestHistory& request) {
  asio::post(io_->context, [this, request] {
    if (request.instrument.value >= plan_.instruments.size())
      return;
    auto found = desks_.find(plan_.instruments[request.instrument.value].exchange);
    if (found == desks_.end())
      return;
    Desk& desk = *found->second;
    auto market = desk.market_of.find(request.instrument.value);
    if (market == desk.market_of.end())
      return;
    Timeframe timeframe = request.timeframe;
    for (const DerivedTimeframe& one : desk.timeframes.derived)
      if (one.wanted == timeframe)
        timeframe = one.base;
    desk.link->request_history(market->second, timeframe,
                               floor_to(request.from, length(request.timeframe)));
  });
}

void ExchangeFeed::step() {
  for (auto& [exchange, desk] : desks_)
    desk->link->step();
  if (clock_.real_now() - health_shown_at_ >= health_every) {
    steer_clock();  // an exchange that does not tell its time is waited for no longer
    show_listings();
    show_health();
  }
  io_->timer.expires_after(step_time);
  io_->timer.async_wait([this](const boost::system::error_code& error) {
    if (!error)
      step();
  });
}

void ExchangeFeed::show_health() {
  health_shown_at_ = clock_.real_now();
  if (options_.sink != nullptr)
    options_.sink->on_time(clock_.now());
  std::lock_guard lock(mutex_);
  for (const auto& [exchange, desk] : desks_) {
    const SessionHealth health = desk->link->health();
    bans_.note(exchange, health.quiet_until, clock_.real_now());
    // Without a closed flag every candle is asked for: that is no gap.
    const bool asks_always = !desk->link->table().flags_closed_candles;
    Shown& shown = shown_[exchange];
    shown.state = health.state;
    shown.words = health.words;
    shown.health = {exchange,
                    health.live_streams > 0,
                    health.last_message,
                    health.messages,
                    health.reconnects,
                    asks_always ? 0 : health.repairs,
                    health.weight_used,
                    shown.plan.empty() ? health.words : health.words + "; " + shown.plan};
  }
  changed_.notify_all();
}

std::vector<FeedHealth> ExchangeFeed::health() const {
  std::lock_guard lock(mutex_);
  std::vector<FeedHealth> all;
  for (const auto& [exchange, shown] : shown_)
    if (!shown.plan.empty())
      all.push_back(shown.health);
  return all;
}

}  // namespace cscan
