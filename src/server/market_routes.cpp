// Confluence and market state.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/confluence.hpp"
#include "base/limits.hpp"
#include "server/api_error.hpp"
#include "server/market_json.hpp"
#include "server/query_reader.hpp"
#include "server/routes.hpp"
#include "server/symbol_lookup.hpp"

namespace cscan {
namespace {

std::span<const SeriesView> series_of(const MarketView& view, std::size_t instrument) {
  std::size_t n = view.run->settings.intervals().size();
  return std::span(view.series).subspan(instrument * n, n);
}

bool is_fresh(const SeriesView& series, Timestamp now) {
  return series.closed != nullptr && now < series.closed->stale_at;
}

/// The first instrument, in start order, that has a fresh signal; else the first.
std::size_t choose_instrument(const MarketView& view, const std::vector<std::size_t>& candidates,
                              Timestamp now) {
  for (std::size_t i : candidates)
    if (std::ranges::any_of(series_of(view, i),
                            [&](const SeriesView& series) { return is_fresh(series, now); }))
      return i;
  return candidates.front();
}

std::optional<double> effective(const ApiContext& context, const Instrument& instrument,
                                std::span<const SeriesView> series) {
  std::vector<VoteHistory> histories;
  for (const SeriesView& s : series) {
    auto votes = context.history.votes(instrument, s.timeframe, limits::signals_per_reply_max);
    if (!votes)
      return std::nullopt;
    VoteHistory history;
    for (const SignalHistoryPoint& point : *votes) {
      history.times.push_back(point.close_time);
      history.signed_scores.push_back(point.score.value() * static_cast<int>(point.direction));
    }
    if (!history.times.empty())
      histories.push_back(std::move(history));
  }
  return effective_timeframes(histories);
}

void write_votes(JsonWriter& json, const MarketView& view, std::span<const SeriesView> series,
                 Timestamp now) {
  json.key("timeframes").begin_array();
  for (const SeriesView& s : series) {
    json.begin_object()
        .field("timeframe", to_string(s.timeframe))
        .field("style", view.run->settings.style_of(s.timeframe))
        .field("analyzed", is_fresh(s, now));
    if (s.closed) {
      json.field("signal_id", s.closed->id)
          .field("signal_type", to_string(s.closed->signal.type))
          .field("direction", to_string(s.closed->signal.direction))
          .field("combined_score", s.closed->signal.combined.value())
          .field("candle_close_time", s.closed->signal.close_time())
          .field("stale", !is_fresh(s, now));
    } else {
      json.field("candles", s.candles).field("candles_needed", s.candles_needed);
    }
    json.end_object();
  }
  json.end_array();
}

void write_confluence(JsonWriter& json, const Confluence& c) {
  json.field("confluence", c.confluence)
      .field("timeframes_analyzed", c.analyzed)
      .field("average_score", c.average_score)
      .field("bullish_timeframes", c.bullish)
      .field("bearish_timeframes", c.bearish)
      .field("dominant_bias", to_string(c.dominant))
      .field("recommendation", to_string(c.recommendation))
      .field("aligned_timeframes", c.aligned)
      .field("aligned_score", c.aligned_score);
  json.key("conflicts").begin_array();
  for (Timeframe timeframe : c.conflicts)
    json.value(to_string(timeframe));
  json.end_array();
}

HttpResponse confluence(const ApiContext& context, const RouteRequest& request) {
  QueryReader query(request.query);
  Score min_score = to_score(query.number("min_score", 60, 0, 100));
  std::int64_t min_aligned = query.integer("min_aligned", 2, 1, limits::timeframes_max);
  std::string exchange = query.text("exchange").value_or("");
  if (auto status = query.finish(); !status)
    return error_response(status.error());
  MarketViewPtr view = context.scanner.view();
  auto found = find_watched(*view, request.tail, exchange);
  if (!found)
    return error_response(found.error());
  Timestamp now = context.scanner.now();
  std::size_t chosen = choose_instrument(*view, *found, now);
  const Instrument& instrument = view->run->instruments[chosen];
  auto series = series_of(*view, chosen);
  std::vector<ConfluenceVote> votes;
  for (const SeriesView& s : series)
    if (is_fresh(s, now))
      votes.push_back({s.timeframe, s.closed->signal.direction, s.closed->signal.combined});

  std::string body;
  JsonWriter json(body);
  json.begin_object().field("symbol", instrument.symbol());
  write_confluence(json, find_confluence(votes, min_score, min_aligned));
  bool warming =
      std::ranges::none_of(series, [](const SeriesView& s) { return s.closed != nullptr; });
  json.field("exchange", instrument.exchange)
      .field("status", warming         ? "warming_up"
                       : votes.empty() ? "stale"
                                       : "ok")
      .field("effective_timeframes", effective(context, instrument, series));
  write_votes(json, *view, series, now);
  json.key("resolved").begin_array();
  for (std::size_t i : *found)
    write_instrument(json, view->run->instruments[i]);
  json.end_array();
  end_reply(json, context.scanner.source());
  return json_response(200, std::move(body));
}

HttpResponse market_state(const ApiContext& context, const RouteRequest& request) {
  QueryReader query(request.query);
  if (auto status = query.finish(); !status)
    return error_response(status.error());
  MarketViewPtr view = context.scanner.view();
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("market_state");
  write_market_state(json, view->market_state);
  json.key("timestamp");
  if (view->market_state)
    json.value(view->market_state->as_of);
  else
    json.null();
  json.field("state", to_string(view->state));
  end_reply(json, context.scanner.source());
  return json_response(200, std::move(body));
}

}  // namespace

std::vector<Route> market_routes(ApiContext context) {
  auto bind = [context](auto handler) {
    return [context, handler](const RouteRequest& request) { return handler(context, request); };
  };
  return {{"GET", "/api/scanner/continuous/confluence/{symbol}", RunsOn::workers, bind(confluence)},
          {"GET", "/api/scanner/continuous/market-state", RunsOn::io_thread, bind(market_state)}};
}

}  // namespace cscan
