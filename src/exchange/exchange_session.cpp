// A session's queries: what is asked, and what an answer does. Streams and candles have files of
// their own.

#include "exchange/exchange_session.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cscan {
namespace {

/// Real time between two questions.
constexpr Duration time_every = seconds(60);
constexpr Duration first_times_every = seconds(1);
constexpr Duration listing_every = minutes(10);
constexpr Duration maintenance_wait = seconds(30);
constexpr Duration limited_wait = seconds(60);
constexpr Duration failure_wait_max = seconds(60);
constexpr std::size_t offsets_kept = 5;
constexpr std::size_t first_times = 3;
/// After so many failures a page is given up; whoever misses its candles asks again.
constexpr int page_tries_max = 5;
constexpr std::uint64_t rejects_noted_max = 20;
constexpr WindowLimit no_limit = {1'000'000'000, milliseconds(100)};

}  // namespace

std::string_view to_string(SessionState state) {
  constexpr std::array<std::string_view, 8> names = {"connecting",  "idle",        "live",
                                                     "degraded",    "maintenance", "rate_limited",
                                                     "unreachable", "blocked"};
  return names[static_cast<std::size_t>(state)];
}

ExchangeSession::ExchangeSession(std::unique_ptr<Protocol> protocol, SessionOptions options)
    : protocol_(std::move(protocol)),
      options_(std::move(options)),
      desk_(RequestBudget(options_.has_limits ? protocol_->table().request_weight : no_limit)),
      // Half of what the exchange allows: others may share the address.
      connects_(options_.has_limits
                    ? WindowLimit{std::max<std::uint32_t>(1, protocol_->table().connects.max / 2),
                                  protocol_->table().connects.window}
                    : no_limit) {}

void ExchangeSession::start(SessionTime now, Timestamp quiet_until) {
  desk_.budget().pause(quiet_until);
  if (quiet_until > now.real)
    out_.warn(fmt::format("{}: banned by the exchange for another {} s, silent until then",
                          table().id, (quiet_until - now.real) / seconds(1)));
  ask_time(now.real);
  ask_listing(now.real);
  desk_.step(now, out_);
}

void ExchangeSession::ask_time(Timestamp not_before) {
  desk_.ask(Urgency::upkeep, {Purpose::Kind::time}, protocol_->time_request(options_.hosts),
            not_before);
}

void ExchangeSession::ask_listing(Timestamp not_before) {
  desk_.ask(Urgency::upkeep, {Purpose::Kind::listing}, protocol_->listing_request(options_.hosts),
            not_before);
}

void ExchangeSession::step(SessionTime now) {
  if (blocked_)
    return;
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane)
    step_lane(lane, now);
  desk_.step(now, out_);
}

void ExchangeSession::on_response(std::uint64_t id, const RestResponse& response, SessionTime now) {
  auto query = desk_.take(id);
  if (!query || blocked_)
    return;
  if (auto used = protocol_->used_weight(response))
    desk_.budget().on_used(*used, now.real);
  ResponseVerdict verdict = protocol_->judge(response, now.market);
  maintenance_ = verdict.verdict == Verdict::maintenance;
  switch (verdict.verdict) {
    case Verdict::ok:
      trouble_.clear();
      on_answer(std::move(*query), response, now);
      break;
    case Verdict::rate_limited:
    case Verdict::banned: {
      Duration wait = verdict.wait.ms > 0 ? verdict.wait : limited_wait;
      desk_.budget().pause(now.real + wait);
      out_.warn(fmt::format("{}: {} ({}); silent for {} s", table().id, to_string(verdict.verdict),
                            verdict.text, wait / seconds(1)));
      desk_.again(std::move(*query), now.real + wait);
      break;
    }
    case Verdict::region_blocked:
    case Verdict::forbidden: block(verdict.text); break;
    case Verdict::maintenance:
      on_failure(std::move(*query), verdict.text, maintenance_wait, now);
      break;
    case Verdict::refused:
      if (query->purpose.kind == Purpose::Kind::page ||
          query->purpose.kind == Purpose::Kind::probe) {
        Series& series = series_[query->purpose.index];
        out_.warn(fmt::format("{}: no candles of {}: {}", table().id,
                              markets_[series.market].contract.id, verdict.text));
        series.not_before = now.real + limited_wait;
        abandon_load(query->purpose.index, now);
        break;
      }
      [[fallthrough]];
    case Verdict::failed:
    case Verdict::malformed: on_failure(std::move(*query), verdict.text, {}, now); break;
  }
  desk_.step(now, out_);
}

/// Asks again, later each time; `wait` when it is known how much later.
void ExchangeSession::on_failure(Desk::Query query, std::string text, Duration wait,
                                 SessionTime now) {
  if (trouble_ != text)
    out_.warn(fmt::format("{}: {}", table().id, text));
  trouble_ = std::move(text);
  if (query.purpose.kind == Purpose::Kind::page || query.purpose.kind == Purpose::Kind::probe)
    if (query.tries >= page_tries_max)
      return abandon_load(query.purpose.index, now);
  if (query.purpose.kind == Purpose::Kind::token) {
    Lane& lane = lanes_[query.purpose.index];
    lane.asking = false;
    lane.retry_at = now.real + std::max(wait, lane.backoff.next());
    return;
  }
  if (wait.ms == 0)
    wait = std::min(failure_wait_max, seconds(std::int64_t{1} << std::min(query.tries, 6)));
  Timestamp at = now.real + wait;
  desk_.again(std::move(query), at);
}

void ExchangeSession::on_answer(Desk::Query query, const RestResponse& response, SessionTime now) {
  switch (query.purpose.kind) {
    case Purpose::Kind::time: return on_time(query, response, now);
    case Purpose::Kind::listing: return on_listing(std::move(query), response, now);
    case Purpose::Kind::turnovers: return on_turnovers(response, now);
    case Purpose::Kind::page: return on_page(std::move(query), response, now);
    case Purpose::Kind::probe: return on_probe(query, response, now);
    case Purpose::Kind::token: {
      auto access = protocol_->parse_token(response.body, options_.hosts, now.market);
      if (!access)
        return on_failure(std::move(query), access.error().message, {}, now);
      lanes_[query.purpose.index].asking = false;
      return connect(query.purpose.index, std::move(*access), now);
    }
  }
}

void ExchangeSession::on_time(const Desk::Query& query, const RestResponse& response,
                              SessionTime now) {
  auto server = protocol_->parse_time(response.body, now.market);
  Duration next = offsets_.size() < first_times ? first_times_every : time_every;
  ask_time(now.real + next);
  if (!server)
    return count_reject(server.error());
  const Duration half_trip{market_span(now.real - query.sent_at.real).ms / 2};
  Duration offset = *server - (now.market - now.ahead - half_trip);
  // What lies within the uncertainty is no offset.
  if (std::abs(offset.ms) <= half_trip.ms + 1)
    offset = {};
  offsets_.push_back(offset);
  if (offsets_.size() > offsets_kept)
    offsets_.erase(offsets_.begin());
  out_.events.emplace_back(SessionClock{median_offset()});
}

Duration ExchangeSession::market_span(Duration real) const {
  return Duration{static_cast<std::int64_t>(static_cast<double>(real.ms) * options_.speed)};
}

Duration ExchangeSession::median_offset() const {
  if (offsets_.empty())
    return {};
  std::vector<Duration> sorted = offsets_;
  std::ranges::sort(sorted);
  return sorted[sorted.size() / 2];
}

void ExchangeSession::clock_moved(Duration by) {
  for (Duration& offset : offsets_)
    offset = offset - by;
}

void ExchangeSession::on_listing(Desk::Query query, const RestResponse& response, SessionTime now) {
  auto listing = protocol_->parse_listing(response.body);
  if (!listing)
    return on_failure(std::move(query), "listing: " + listing.error().message, {}, now);
  ask_listing(now.real + listing_every);
  if (listing->weight_limit && options_.has_limits)
    desk_.budget().set_limit(*listing->weight_limit);
  for (const Error& reject : listing->rejects)
    count_reject(reject);
  incoming_ = std::move(*listing);
  auto turnovers = protocol_->turnover_request(options_.hosts);
  // Turnovers rank markets before they are watched; later the streams tell them.
  if (turnovers && !listing_) {
    desk_.ask(Urgency::upkeep, {Purpose::Kind::turnovers}, std::move(*turnovers));
    return;
  }
  keep_turnovers();
  publish_listing();
}

/// A listing without turnovers has those that were known.
void ExchangeSession::keep_turnovers() {
  std::map<std::string_view, const ListedContract*> known;
  if (listing_)
    for (const ListedContract& contract : listing_->contracts)
      known.emplace(contract.id, &contract);
  for (ListedContract& contract : incoming_->contracts)
    if (auto found = known.find(contract.id);
        found != known.end() && contract.quote_volume_24h == 0) {
      contract.quote_volume_24h = found->second->quote_volume_24h;
      contract.last_price = found->second->last_price;
    }
}

void ExchangeSession::on_turnovers(const RestResponse& response, SessionTime now) {
  auto prices = protocol_->parse_turnovers(response.body, now.market);
  if (!prices)
    count_reject(prices.error());
  std::map<std::string_view, const PriceMessage*> by_market;
  if (prices)
    for (const PriceMessage& price : *prices)
      by_market.emplace(price.market, &price);
  if (incoming_)
    for (ListedContract& contract : incoming_->contracts)
      if (auto found = by_market.find(contract.id); found != by_market.end()) {
        contract.last_price = found->second->price;
        contract.quote_volume_24h = found->second->quote_volume_24h;
      }
  publish_listing();
}

void ExchangeSession::publish_listing() {
  if (!incoming_)
    return;
  compare_watched(*incoming_);
  listing_ = std::move(*incoming_);
  incoming_.reset();
  out_.events.emplace_back(SessionListing{});
}

/// What became of the watched markets since the last listing.
void ExchangeSession::compare_watched(const MarketListing& listing) {
  for (Market& market : markets_) {
    auto now = std::ranges::find(listing.contracts, market.contract.id, &ListedContract::id);
    bool trades = now != listing.contracts.end() && now->is_trading;
    if (market.is_trading && !trades)
      out_.warn(fmt::format("{}: {} {}: its candles end here", table().id, market.contract.id,
                            now == listing.contracts.end()
                                ? "is not listed any more"
                                : "does not trade (" + now->status + ")"));
    if (!market.is_trading && trades)
      out_.note(fmt::format("{}: {} trades again", table().id, market.contract.id));
    market.is_trading = trades;
    if (now == listing.contracts.end())
      continue;
    if (now->instrument != market.contract.instrument)
      out_.warn(fmt::format(
          "{}: {} is called {} now, not {}: it is watched under its old name "
          "until the next start",
          table().id, now->id, now->instrument.symbol(), market.contract.instrument.symbol()));
    if (now->lot_size != market.contract.lot_size)
      out_.warn(fmt::format("{}: a lot of {} is {} now, not {}: its volumes follow from here on",
                            table().id, now->id, now->lot_size, market.contract.lot_size));
    market.contract.lot_size = now->lot_size;
    market.contract.ends_at = now->ends_at;
  }
}

void ExchangeSession::block(std::string text) {
  blocked_ = true;
  trouble_ = std::move(text);
  desk_.forget_all();
  for (Lane& lane : lanes_)
    for (auto* connection : {&lane.current, &lane.next})
      if (*connection) {
        out_.actions.emplace_back(CloseStream{(*connection)->id()});
        connection->reset();
      }
  out_.warn(fmt::format("{}: {}. {}. It is not asked again.", table().id, trouble_,
                        table().blocked_advice));
}

void ExchangeSession::count_reject(const Error& error) {
  if (++rejects_ <= rejects_noted_max)
    out_.warn(fmt::format("{}: not understood: {}", table().id, error.message));
}

SessionHealth ExchangeSession::health(SessionTime now) const {
  SessionHealth health;
  std::size_t live = 0;
  for (const Lane& lane : lanes_)
    live += lane.current && lane.current->state() == ConnectionState::live;
  bool limited = desk_.budget().paused_until() > now.real;
  if (blocked_)
    health.state = SessionState::blocked;
  else if (limited)
    health.state = SessionState::rate_limited;
  else if (maintenance_)
    health.state = SessionState::maintenance;
  else if (!trouble_.empty() && live == 0)
    health.state = SessionState::unreachable;
  else if (lanes_.empty())
    health.state = listing_ ? SessionState::idle : SessionState::connecting;
  else if (live == lanes_.size())
    health.state = SessionState::live;
  else
    health.state = was_live_ ? SessionState::degraded : SessionState::connecting;
  health.words = std::string(to_string(health.state));
  if (!trouble_.empty())
    health.words += ": " + trouble_;
  if (blocked_)
    health.words += fmt::format(". {}", table().blocked_advice);
  if (!lanes_.empty())
    health.words += fmt::format("; {} of {} streams live", live, lanes_.size());
  if (desk_.waiting() > 2)
    health.words += fmt::format("; {} queries wait", desk_.waiting());
  health.live_streams = live;
  health.last_message = last_message_;
  health.messages = messages_;
  health.rejects = rejects_;
  health.reconnects = reconnects_;
  health.repairs = repairs_;
  health.queries_waiting = desk_.waiting();
  health.weight_used = desk_.budget().used(now.real);
  health.weight_allowed = desk_.budget().allowance(Urgency::repair);
  health.quiet_until = desk_.budget().paused_until();
  if (!offsets_.empty())
    health.clock_offset = median_offset();
  return health;
}

}  // namespace cscan
