#include "wire/signal_json.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>

#include "base/digest.hpp"
#include "wire/json_writer.hpp"

namespace cscan {
namespace {

struct FactorText {
  std::string_view detector;
  std::string_view name;
  std::string_view classic_op;
  std::string_view rarity_op;
};

/// Indexed by Factor.
constexpr std::array<FactorText, factor_count> factor_texts = {{
    {"momentum", "price_change", "abs>", ""},
    {"momentum", "momentum_z", "", "abs>"},
    {"momentum", "volume_ratio", ">", ">"},
    {"momentum", "cluster_boost", ">", ">"},
    {"reversion", "momentum_exhaustion", ">=", ">="},
    {"reversion", "volume_exhaustion", ">", ">="},
    {"reversion", "volume_decline", "<", "<="},
    {"reversion", "excessive_gain", "abs>", "abs>="},
    {"reversion", "excessive_gain_sigma", "", ">="},
    {"reversion", "rsi_overbought", ">", ">="},
    {"reversion", "rsi_oversold", "<", "<="},
    {"clustering", "directional_ratio", ">", ">"},
    {"clustering", "follow_through", ">", ">"},
    {"clustering", "last_cluster", "", "=="},
    {"clustering", "directional_agreement", "", ">="},
    {"reversion", "reversion_candidate", ">", ""},
    {"reversion", "factors_met", "", ">="},
    {"reversion", "reversion_score", "", ">="},
    {"momentum", "momentum_score", "", ">"},
    {"combined", "opposing_evidence", "", ">"},
    {"combined", "combined_score", "", ">="},
}};

void write_reasons(JsonWriter& json, ScoreModel model, const Reasons& reasons) {
  json.key("reasons").begin_array();
  for (const Reason& reason : reasons) {
    const FactorText& text = factor_texts[static_cast<std::size_t>(reason.factor)];
    json.begin_object()
        .field("detector", text.detector)
        .field("factor", text.name)
        .field("value", std::optional<double>(reason.value))
        .field("operator", model == ScoreModel::classic ? text.classic_op : text.rarity_op)
        .field("threshold", reason.threshold)
        .field("met", reason.met)
        .field("points", reason.points.value());
    if (!reason.value.has_value())
      json.field("undefined", true);
    json.end_object();
  }
  json.end_array();
}

void write_clustering(JsonWriter& json, const Clustering& c) {
  json.key("clustering")
      .begin_object()
      .field("trend_formation_signal", c.trend_formation)
      .field("cluster_strength", c.cluster_strength)
      .field("directional_ratio", c.directional_ratio)
      .field("follow_through", c.follow_through)
      .field("direction", to_string(c.direction))
      .field("clusters", c.clusters)
      .field("bullish_clusters", c.bullish_clusters)
      .field("bearish_clusters", c.bearish_clusters)
      .field("bullish_candles", c.bullish_candles)
      .field("bearish_candles", c.bearish_candles)
      .field("high_volume_candles", c.high_volume_candles)
      .end_object();
}

void write_detectors(JsonWriter& json, const Signal& s) {
  json.key("momentum")
      .begin_object()
      .field("momentum_score", s.momentum.score.value())
      .field("strength_classification", to_string(s.momentum.classification))
      .field("direction", to_string(s.momentum.direction))
      .field("price_change", s.momentum.change)
      .field("volume_ratio", s.momentum.volume_ratio)
      .field("cluster_validated", s.momentum.cluster_validated);
  if (s.model == ScoreModel::rarity)
    json.field("momentum_z", s.momentum.z).field("momentum_strength", s.momentum.strength);
  json.end_object();
  json.key("reversion")
      .begin_object()
      .field("reversion_candidate", s.reversion.candidate)
      .field("reversion_score", s.reversion.score.value())
      .field("expected_direction", to_string(s.reversion.expected_direction))
      .field("consecutive_moves", s.reversion.consecutive_moves)
      .field("factors_met", s.reversion.factors_met)
      .field("gain", s.reversion.gain)
      .field("rsi", s.reversion.rsi);
  if (s.model == ScoreModel::rarity)
    json.field("reversion_strength", s.reversion.strength)
        .field("running_on", s.reversion.running_on);
  json.end_object();
  write_clustering(json, s.clustering);
}

void write_score(JsonWriter& json, const Signal& s) {
  bool reversion_thesis = s.model == ScoreModel::rarity && s.reversion.candidate;
  json.field("combined_score", s.combined.value());
  json.key("explanation")
      .begin_object()
      .field("thesis", reversion_thesis ? "reversion" : "momentum")
      .field("thesis_score", s.thesis.value())
      .field("discount", s.discount)
      .field("adjustment", s.adjustment.value())
      .end_object();
}

}  // namespace

SignalContext signal_context(const Instrument& instrument, const Settings& settings,
                             Timeframe timeframe) {
  return {instrument.exchange, instrument.symbol(), std::string(settings.style_of(timeframe)),
          settings_digest(settings, timeframe)};
}

int model_version(ScoreModel model) {
  constexpr std::array<int, 2> versions = {1, 1};
  return versions[static_cast<std::size_t>(model)];
}

std::string signal_id(const Signal& s, const SignalContext& context) {
  fmt::memory_buffer text;
  fmt::format_to(std::back_inserter(text), FMT_COMPILE("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{:x}\n{}"),
                 context.exchange, context.symbol, to_string(s.timeframe), s.open_time.ms,
                 to_string(s.model), model_version(s.model), context.settings_digest, s.revision,
                 s.window_mark, s.is_preview() ? "preview" : "closed");
  return sha256_hex({text.data(), text.size()}, 16);
}

void append_signal_body(std::string& out, const Signal& s, const SignalContext& context,
                        std::string_view id) {
  JsonWriter json(out);
  json.begin_object()
      .field("id", id)
      .field("symbol", context.symbol)
      .field("exchange", context.exchange)
      .field("style", context.style)
      .field("timeframe", to_string(s.timeframe))
      .field("timestamp", s.close_time())
      .field("price", s.price)
      .field("signal_type", to_string(s.type))
      .field("direction", to_string(s.direction));
  write_score(json, s);
  json.field("quality", to_string(quality_of(s.combined)));
  write_detectors(json, s);
  json.field("conflict", s.conflict)
      .field("candle_open_time", s.open_time)
      .field("candle_close_time", s.close_time())
      .field("candle_state", to_string(s.candle_state))
      .field("preview", s.is_preview())
      .field("revision", s.revision)
      .field("history_n", s.history_n)
      .field("coverage", s.coverage())
      .field("score_model", to_string(s.model))
      .field("model_version", model_version(s.model))
      .field("settings_digest", context.settings_digest);
  write_reasons(json, s.model, s.reasons);
}

std::string signal_body_json(const Signal& signal, const SignalContext& context) {
  std::string out;
  out.reserve(3072);
  append_signal_body(out, signal, context, signal_id(signal, context));
  out += '}';
  return out;
}

void append_signal_envelope(std::string& out, const SignalEnvelope& envelope, bool stale) {
  // A separate writer knows nothing of the body before it, so the first comma is written here.
  out += ",\"computed_at\":";
  JsonWriter(out).value(envelope.computed_at);
  out += ",\"available_at\":";
  JsonWriter(out).value(envelope.available_at);
  out += stale ? ",\"stale\":true" : ",\"stale\":false";
  out += envelope.durable ? ",\"durable\":true" : ",\"durable\":false";
  out += ",\"origin\":";
  JsonWriter(out).value(to_string(envelope.origin));
  out += ",\"source\":";
  JsonWriter(out).value(envelope.source);
  out += ",\"calibrated\":null}";
}

void append_cluster_row(std::string& out, const Signal& s, const SignalContext& context) {
  JsonWriter json(out);
  json.begin_object()
      .field("symbol", context.symbol)
      .field("exchange", context.exchange)
      .field("timeframe", to_string(s.timeframe))
      .field("timestamp", s.close_time())
      .field("candle_open_time", s.open_time)
      .field("revision", s.revision);
  write_clustering(json, s.clustering);
  json.end_object();
}

}  // namespace cscan
