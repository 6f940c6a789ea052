// A session's histories and repairs: which candles are asked for, and what an answer proves.

#include <fmt/format.h>

#include <algorithm>

#include "exchange/exchange_session.hpp"
#include "exchange/settled_page.hpp"

namespace cscan {
namespace {

/// A repair begins before the missed candle, at one whose close a stretch without trades continues.
constexpr std::int64_t candles_before = 1;
constexpr std::int64_t candles_before_quiet = 50;
/// A market that does not trade is asked at most this often.
constexpr Duration silent_market_wait = minutes(1);
/// A topic is subscribed anew at most this often.
constexpr Duration again_every = seconds(30);

}  // namespace

/// What was asked at `asked` proves candles that closed before this. Judged by what is known of the
/// exchange's clock when the answer is there; one that is behind market time proves less.
Timestamp ExchangeSession::settled_before(SessionTime asked, SessionTime now) const {
  return now.market - now.ahead - market_span(now.real - asked.real) +
         std::min(Duration{}, median_offset()) - options_.settle_delay;
}

void ExchangeSession::request_history(std::size_t market, Timeframe timeframe, Timestamp from,
                                      SessionTime now) {
  auto interval = std::ranges::find(timeframes_, timeframe);
  if (blocked_ || market >= markets_.size() || interval == timeframes_.end())
    return;
  std::size_t index =
      market * timeframes_.size() + static_cast<std::size_t>(interval - timeframes_.begin());
  Series& series = series_[index];
  if (series.asking) {
    series.also_wanted = std::min(series.also_wanted.value_or(from), from);
    return;
  }
  if (now.real < series.not_before)
    return;
  if (!markets_[market].is_trading)
    series.not_before = now.real + silent_market_wait;
  ++repairs_;
  // A stream that withholds its flag may have been forgotten: subscribed anew, it may speak.
  if (table().flags_closed_candles && now.real >= series.again_at) {
    series.again_at = now.real + again_every;
    for (Lane& lane : lanes_)
      if (lane.current && std::ranges::find(lane.topics, series.topic) != lane.topics.end())
        lane.current->subscribe_again(series.topic);
  }
  std::int64_t before = table().omits_quiet_candles ? candles_before_quiet : candles_before;
  Duration step = length(timeframe);
  start_load(index, floor_to(from, step) - step * before, Urgency::repair, now);
  desk_.step(now, out_);
}

void ExchangeSession::start_load(std::size_t index, Timestamp from, Urgency urgency,
                                 SessionTime now, Timestamp not_before) {
  Series& series = series_[index];
  series.asking = true;
  series.from = from;
  series.urgency = urgency;
  series.close.reset();
  series.loaded.clear();
  ask_page(index, now, not_before);
}

/// Asks for the page that begins at series.from.
void ExchangeSession::ask_page(std::size_t index, SessionTime now, Timestamp not_before) {
  Series& series = series_[index];
  Duration step = length(series.timeframe);
  // The forming candle and one that closes while the question is on its way take rows too.
  std::int64_t left = std::max<std::int64_t>(0, (now.market - series.from) / step) + 2;
  std::uint32_t page = history_page_rows(table(), static_cast<std::size_t>(left));
  auto rows = static_cast<std::uint32_t>(std::min<std::int64_t>(left, page));
  Purpose purpose{Purpose::Kind::page, index, series.from, rows};
  desk_.ask(series.urgency, purpose,
            protocol_->candle_request(options_.hosts, markets_[series.market].contract.id,
                                      series.timeframe, series.from, rows),
            not_before);
}

void ExchangeSession::on_page(Desk::Query query, const RestResponse& response, SessionTime now) {
  Series& series = series_[query.purpose.index];
  auto page = protocol_->parse_candles(response.body, series.timeframe, now.market);
  if (!page) {
    ++rejects_;
    return on_failure(std::move(query), "candles: " + page.error().message, {}, now);
  }
  rejects_ += page->bad_rows;
  const ListedContract& contract = markets_[series.market].contract;
  for (Candle& candle : page->candles)
    candle.volume = to_base_units(contract, candle.volume);
  PageQuestion question{series.timeframe,   query.purpose.from,
                        query.purpose.rows, settled_before(query.sent_at, now),
                        series.close,       {series.traded.begin(), series.traded.end()}};
  SettledPage settled = settle_page(question, *page);
  if (!settled.candles.empty())
    series.close = settled.candles.back().close;
  series.loaded.insert(series.loaded.end(), settled.candles.begin(), settled.candles.end());
  if (settled.more && settled.next <= query.purpose.from)
    return on_failure(std::move(query), "candles: not those that were asked for", {}, now);
  if (settled.more) {
    series.from = settled.next;
    return ask_page(query.purpose.index, now);
  }
  Timestamp wanted = floor_to(now.market, length(series.timeframe)) -
                     length(series.timeframe) * static_cast<std::int64_t>(history_);
  bool short_of = series.first_load && !series.loaded.empty() &&
                  series.loaded.front().open_time > wanted + length(series.timeframe) * 2;
  if (!short_of)
    return finish_load(query.purpose.index, false, now);
  // Less than wanted: either the market is young, or a part of its past is missing.
  if (contract.listed_at &&
      series.loaded.front().open_time == floor_to(*contract.listed_at, length(series.timeframe)))
    return finish_load(query.purpose.index, true, now);
  if (table().omits_quiet_candles)
    return finish_load(query.purpose.index, false, now);
  desk_.ask(
      series.urgency, {Purpose::Kind::probe, query.purpose.index},
      protocol_->candle_request(options_.hosts, contract.id, series.timeframe, Timestamp{}, 1));
}

/// The first candle that ever was.
void ExchangeSession::on_probe(const Desk::Query& query, const RestResponse& response,
                               SessionTime now) {
  Series& series = series_[query.purpose.index];
  auto page = protocol_->parse_candles(response.body, series.timeframe, now.market);
  bool first = page && !page->candles.empty() && !series.loaded.empty() &&
               page->candles.front().open_time == series.loaded.front().open_time;
  finish_load(query.purpose.index, first, now);
}

void ExchangeSession::finish_load(std::size_t index, bool from_listing, SessionTime now) {
  Series& series = series_[index];
  const bool was_first = std::exchange(series.first_load, false);
  std::optional<Timestamp> newest;
  if (!series.loaded.empty()) {
    newest = series.loaded.back().open_time;
    out_.events.emplace_back(SessionHistory{series.market, series.timeframe,
                                            std::exchange(series.loaded, {}), from_listing});
  }
  abandon_load(index, now);
  if (was_first && newest && !series.asking)
    load_what_closed(index, *newest, now);
}

/// A candle that closed while its predecessors were asked for, and before its stream spoke, is
/// known to neither: it is asked for as soon as the answer proves it.
void ExchangeSession::load_what_closed(std::size_t index, Timestamp newest, SessionTime now) {
  Series& series = series_[index];
  const Timestamp closes = newest + length(series.timeframe) * 2;
  if (closes > now.market)
    return;
  const Timestamp settles = closes + options_.settle_delay + milliseconds(1);
  const auto wait = static_cast<double>(std::max<std::int64_t>(0, (settles - now.market).ms));
  start_load(index, newest, Urgency::history, now,
             now.real + milliseconds(static_cast<std::int64_t>(wait / options_.speed) + 1));
}

/// The series is free again; what was asked for meanwhile is asked now.
void ExchangeSession::abandon_load(std::size_t index, SessionTime now) {
  Series& series = series_[index];
  series.asking = false;
  series.loaded.clear();
  if (auto wanted = std::exchange(series.also_wanted, std::nullopt))
    request_history(series.market, series.timeframe, *wanted, now);
}

}  // namespace cscan
