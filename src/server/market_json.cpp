#include "server/market_json.hpp"

#include <cmath>

#include "server/api_error.hpp"

namespace cscan {
namespace {

/// Ratios are shown to three decimals, as in the brief's example (127 of 216 is 0.588).
std::optional<double> rounded(std::optional<double> value, double scale = 1000) {
  return value ? std::optional(std::round(*value * scale) / scale) : std::nullopt;
}

void write_breadth(JsonWriter& json, const Breadth& breadth) {
  json.key("breadth")
      .begin_object()
      .field("advancing", breadth.advancing)
      .field("declining", breadth.declining)
      .field("unchanged", breadth.unchanged)
      .field("breadth_ratio", rounded(breadth.ratio))
      .field("market_bias", to_string(breadth.bias))
      .field("window_s", breadth.window.ms / 1000)
      .field("covered", breadth.covered)
      .field("total", breadth.total)
      .end_object();
}

void write_volatility(JsonWriter& json, const Volatility& volatility) {
  json.field("volatility_regime", to_string(volatility.regime));
  json.key("volatility")
      .begin_object()
      .field("realised_24h", rounded(volatility.realised_24h, 1e6))
      .field("realised_1h", rounded(volatility.realised_1h, 1e6))
      .field("percentile_7d", rounded(volatility.percentile, 100))
      .field("hours_of_history", volatility.hours_of_history)
      .end_object();
}

void write_streams(JsonWriter& json, const MarketView& view) {
  json.key("streams").begin_object();
  for (std::size_t i = 0; i < stream_count; ++i) {
    const StreamStats& stream = view.streams[i];
    json.key(to_string(static_cast<Stream>(i)))
        .begin_object()
        .field("interval_s", stream.interval.ms / 1000)
        .field("last_run", stream.last_run)
        .field("duration_ms", std::round(stream.duration_ms * 1000) / 1000)
        .field("runs", stream.runs)
        .field("skipped", stream.skipped)
        .field("errors", stream.errors)
        .end_object();
  }
  json.end_object();
}

void write_feeds(JsonWriter& json, const std::vector<FeedHealth>& feeds, Timestamp now) {
  json.key("exchanges").begin_object();
  for (const FeedHealth& feed : feeds) {
    json.key(feed.exchange).begin_object().field("connected", feed.connected);
    json.key("last_message_age_ms");
    if (feed.last_message)
      json.value((now - *feed.last_message).ms);
    else
      json.null();
    json.field("messages", feed.messages)
        .field("reconnects", feed.reconnects)
        .field("gaps", feed.gaps)
        .field("weight_used", feed.weight_used)
        .field("note", feed.note)
        .end_object();
  }
  json.end_object();
}

void write_coverage(JsonWriter& json, const MarketView& view, Timestamp now) {
  std::size_t ready = 0, fresh = 0;
  for (const SeriesView& series : view.series) {
    ready += series.closed != nullptr;
    fresh += series.closed != nullptr && now < series.closed->stale_at;
  }
  json.key("coverage")
      .begin_object()
      .field("series", view.series.size())
      .field("with_signal", ready)
      .field("fresh", fresh)
      .field("warming_up", view.series.size() - ready)
      .end_object();
}

void write_counters(JsonWriter& json, const MarketView& view) {
  const CoreCounters& c = view.counters;
  json.key("core")
      .begin_object()
      .field("inputs", c.inputs)
      .field("inputs_dropped", c.inputs_dropped)
      .field("candles_rejected", c.candles_rejected)
      .field("revisions", c.revisions)
      .field("gaps", c.gaps)
      .field("rollup_mismatches", c.rollup_mismatches)
      .end_object();
  json.key("previews")
      .begin_object()
      .field("compared", c.previews_compared)
      .field("agreed", c.previews_agreed)
      .end_object();
  json.key("store")
      .begin_object()
      .field("durable", view.store.durable)
      .field("error", view.store.error)
      .field("transactions", view.store.transactions)
      .field("rows", view.store.rows)
      .field("recomputed_equal", view.store.recomputed_equal)
      .field("recomputed_different", view.store.recomputed_different)
      .end_object();
  json.key("recording");
  if (!view.recording) {
    json.null();
    return;
  }
  json.begin_object()
      .field("active", view.recording->active)
      .field("bytes", view.recording->bytes)
      .field("note", view.recording->note)
      .end_object();
}

bool is_running(RunState state) {
  return state == RunState::starting || state == RunState::running || state == RunState::degraded;
}

}  // namespace

void write_market_state(JsonWriter& json, const std::optional<MarketState>& known) {
  static const MarketState nothing;
  const MarketState& state = known ? *known : nothing;
  json.begin_object();
  write_breadth(json, state.breadth);
  write_volatility(json, state.volatility);
  json.field("active_signals", state.active_signals);
  json.field("market_trend", to_string(state.trend.trend));
  json.key("trend")
      .begin_object()
      .field("breadth_ratio_24h", rounded(state.trend.ratio))
      .field("covered", state.trend.covered)
      .end_object();
  json.key("above_ema_50").begin_object();
  for (const EmaShare& share : state.above_ema_50)
    json.key(to_string(share.timeframe))
        .begin_object()
        .field("above", share.above)
        .field("covered", share.covered)
        .end_object();
  json.end_object()
      .field("new_highs_24h", state.new_highs_24h)
      .field("new_lows_24h", state.new_lows_24h)
      .end_object();
}

void end_reply(JsonWriter& json, std::string_view source) {
  json.field("source", source).field("schema_version", api_schema_version).end_object();
}

void write_instrument(JsonWriter& json, const Instrument& instrument) {
  json.begin_object()
      .field("exchange", instrument.exchange)
      .field("symbol", instrument.symbol())
      .end_object();
}

void write_start_reply(JsonWriter& json, const StartReply& reply) {
  const RunInfo& run = *reply.run;
  json.field("status", reply.already_running ? "already_running" : "started")
      .field("run_id", run.run_id);
  json.key("symbols").begin_array();
  for (const Instrument& instrument : run.instruments)
    json.value(instrument.symbol());
  json.end_array().key("exchanges").begin_array();
  for (const std::string& exchange : run.exchanges)
    json.value(exchange);
  json.end_array().key("timeframes").begin_object();
  for (const auto& entry : run.settings.timeframes)
    json.field(entry.style, to_string(entry.interval));
  json.end_object().key("resolved").begin_array();
  for (const ResolvedSymbol& r : reply.resolved)
    json.begin_object()
        .field("requested", r.requested)
        .field("exchange", r.exchange)
        .field("symbol", r.symbol)
        .end_object();
  json.end_array().key("rejected").begin_array();
  for (const RejectedSymbol& r : reply.rejected)
    json.begin_object()
        .field("requested", r.requested)
        .field("exchange", r.exchange)
        .field("reason", r.reason)
        .end_object();
  json.end_array()
      .key("budget")
      .begin_object()
      .field("streams", reply.budget.streams)
      .field("history_requests", reply.budget.history_requests)
      .field("note", reply.budget.note)
      .end_object();
}

void write_status(JsonWriter& json, const MarketView& view, const std::vector<FeedHealth>& feeds,
                  Timestamp now) {
  bool running = is_running(view.state);
  json.field("running", running);
  json.key("market_state");
  write_market_state(json, view.market_state);
  json.key("buffer_stats")
      .begin_object()
      .field("ticks", view.buffers.ticks)
      .field("candles", view.buffers.candles)
      .field("signals", view.buffers.signals)
      .end_object();
  json.field("state", to_string(view.state)).field("reason", view.state_reason);
  json.key("run_id");
  if (view.run)
    json.value(view.run->run_id);
  else
    json.null();
  json.field("uptime_s", running ? (now - view.run->started_at).ms / 1000 : 0);
  write_streams(json, view);
  write_feeds(json, feeds, now);
  write_coverage(json, view, now);
  write_counters(json, view);
}

}  // namespace cscan
