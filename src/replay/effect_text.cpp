#include "replay/effect_text.hpp"

#include "model/scan_columns.hpp"
#include "wire/json_writer.hpp"
#include "wire/scan_cell_json.hpp"

namespace cscan {
namespace {

// Structured bindings name every member: an effect that grows does not compile here until its new
// part is written too.

void write(JsonWriter& json, const Candle& candle) {
  const auto& [open_time, open, high, low, close, volume, revision, state] = candle;
  json.begin_object()
      .field("open_time", open_time)
      .field("open", open)
      .field("high", high)
      .field("low", low)
      .field("close", close)
      .field("volume", volume)
      .field("revision", revision)
      .field("state", to_string(state))
      .end_object();
}

void write(JsonWriter& json, const Breadth& breadth) {
  const auto& [advancing, declining, unchanged, ratio, bias, window, covered, total] = breadth;
  json.begin_object()
      .field("advancing", advancing)
      .field("declining", declining)
      .field("unchanged", unchanged)
      .field("ratio", ratio)
      .field("bias", to_string(bias))
      .field("window_ms", window.ms)
      .field("covered", covered)
      .field("total", total)
      .end_object();
}

void write(JsonWriter& json, const MarketTrend& trend) {
  const auto& [direction, ratio, covered] = trend;
  json.begin_object()
      .field("trend", to_string(direction))
      .field("ratio", ratio)
      .field("covered", covered)
      .end_object();
}

void write(JsonWriter& json, const Volatility& volatility) {
  const auto& [regime, realised_24h, realised_1h, percentile, hours_of_history] = volatility;
  json.begin_object()
      .field("regime", to_string(regime))
      .field("realised_24h", realised_24h)
      .field("realised_1h", realised_1h)
      .field("percentile", percentile)
      .field("hours_of_history", hours_of_history)
      .end_object();
}

void write(JsonWriter& json, const EmaShare& share) {
  const auto& [timeframe, above, covered] = share;
  json.begin_object()
      .field("timeframe", to_string(timeframe))
      .field("above", above)
      .field("covered", covered)
      .end_object();
}

void write(JsonWriter& json, const MarketState& state) {
  const auto& [as_of, breadth, trend, volatility, above_ema_50, highs, lows, active] = state;
  json.begin_object().field("as_of", as_of);
  write(json.key("breadth"), breadth);
  write(json.key("trend"), trend);
  write(json.key("volatility"), volatility);
  json.key("above_ema_50").begin_array();
  for (const EmaShare& share : above_ema_50)
    write(json, share);
  json.end_array()
      .field("new_highs_24h", highs)
      .field("new_lows_24h", lows)
      .field("active_signals", active)
      .end_object();
}

// The table of columns names everything a row shows.
void write(JsonWriter& json, const ScanRow& row, const RunNames& names) {
  json.begin_object();
  for (const ScanColumn& column : scan_columns()) {
    json.key(column.name);
    append_scan_cell(json, column.cell(row, {names.instruments(), names.settings()}));
  }
  json.end_object();
}

void write(JsonWriter& json, const StreamStats& stream) {
  const auto& [interval, last_run, duration_ms, runs, skipped, errors] = stream;
  json.begin_object()
      .field("interval_ms", interval.ms)
      .field("last_run", last_run)
      .field("duration_ms", duration_ms)
      .field("runs", runs)
      .field("skipped", skipped)
      .field("errors", errors)
      .end_object();
}

void write(JsonWriter& json, const BufferStats& buffers) {
  const auto& [ticks, candles, signals] = buffers;
  json.begin_object()
      .field("ticks", ticks)
      .field("candles", candles)
      .field("signals", signals)
      .end_object();
}

void write(JsonWriter& json, const CoreCounters& counters) {
  const auto& [inputs, dropped, rejected, revisions, gaps, mismatches, compared, agreed] = counters;
  json.begin_object()
      .field("inputs", inputs)
      .field("inputs_dropped", dropped)
      .field("candles_rejected", rejected)
      .field("revisions", revisions)
      .field("gaps", gaps)
      .field("rollup_mismatches", mismatches)
      .field("previews_compared", compared)
      .field("previews_agreed", agreed)
      .end_object();
}

void write_series(JsonWriter& json, InstrumentId id, Timeframe timeframe, const RunNames& names) {
  json.field("exchange", names.instrument(id).exchange)
      .field("symbol", names.instrument(id).symbol())
      .field("timeframe", to_string(timeframe));
}

/// The fields of each effect; `json` stands inside its object.
class EffectWriter {
 public:
  EffectWriter(JsonWriter& json, const RunNames& names) : json_(json), names_(names) {}

  void operator()(const PersistCandle& effect) {
    const auto& [instrument, timeframe, candle, available_at] = effect;
    json_.field("effect", "candle");
    write_series(json_, instrument, timeframe, names_);
    write(json_.key("candle"), candle);
    json_.field("available_at", available_at);
  }
  void operator()(const PersistSignal& effect) {
    const auto& [signal, computed_at, available_at, origin, newest] = effect;
    json_.field("effect", "signal")
        .field("computed_at", computed_at)
        .field("available_at", available_at)
        .field("origin", to_string(origin))
        .field("newest", newest);
    json_.key("body").raw(signal_body_json(signal, names_.context(signal)));
  }
  void operator()(const PublishPreview& effect) {
    const auto& [signal, computed_at] = effect;
    json_.field("effect", "preview").field("computed_at", computed_at);
    json_.key("body").raw(signal_body_json(signal, names_.context(signal)));
  }
  void operator()(const PublishView& effect) {
    const auto& [as_of, market_state, ranking, ranking_as_of, streams, ran, buffers, counters,
                 series_candles] = effect;
    json_.field("effect", "view").field("as_of", as_of);
    if (market_state)
      write(json_.key("market_state"), *market_state);
    json_.key("ranking").begin_array();
    for (std::size_t i = 0; ranking && i < ranking->size(); ++i)
      write(json_, (*ranking)[i], names_);
    json_.end_array().field("ranking_as_of", ranking_as_of);
    json_.key("streams").begin_array();
    for (const StreamStats& stream : streams)
      write(json_, stream);
    json_.end_array().key("ran").begin_array();
    for (bool stream_ran : ran)
      json_.value(stream_ran);
    json_.end_array();
    write(json_.key("buffers"), buffers);
    write(json_.key("counters"), counters);
    json_.key("series_candles").begin_array();
    for (std::uint32_t count : series_candles)
      json_.value(count);
    json_.end_array();
  }
  void operator()(const RequestHistory& effect) {
    const auto& [instrument, timeframe, from] = effect;
    json_.field("effect", "request");
    write_series(json_, instrument, timeframe, names_);
    json_.field("from", from);
  }
  void operator()(const Note& effect) {
    const auto& [text] = effect;
    json_.field("effect", "note").field("text", text);
  }

 private:
  JsonWriter& json_;
  const RunNames& names_;
};

}  // namespace

void append_effect_text(std::string& out, const Effect& effect, const RunNames& names) {
  JsonWriter json(out);
  json.begin_object();
  std::visit(EffectWriter(json, names), effect);
  json.end_object();
  out += '\n';
}

}  // namespace cscan
