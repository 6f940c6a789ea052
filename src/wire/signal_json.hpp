#pragma once
// The one JSON form of a signal. The body text is what replays digest; the envelope follows it.

#include <string>

#include "model/settings.hpp"
#include "model/signal.hpp"

namespace cscan {

/// What a body needs besides the signal: names, and what shaped the score. One per instrument and
/// timeframe; build it once.
struct SignalContext {
  std::string exchange;
  std::string symbol;
  std::string style;
  std::string settings_digest;
};
[[nodiscard]] SignalContext signal_context(const Instrument& instrument, const Settings& settings,
                                           Timeframe timeframe);

/// Version of a score model's formulas; part of every id.
[[nodiscard]] int model_version(ScoreModel model);

/// 32 hexadecimal digits: digest of exchange, symbol, timeframe, candle open time, model, version,
/// settings digest and revision. Equal ids mean equal bodies. Previews have ids of their own.
[[nodiscard]] std::string signal_id(const Signal& signal, const SignalContext& context);

/// Appends the body as a JSON object without its last brace, so that an envelope can follow:
/// `{"id":…,…,"reasons":[…]`.
void append_signal_body(std::string& out, const Signal& signal, const SignalContext& context,
                        std::string_view id);

/// The whole body object; its bytes are what the contract promises to be equal.
[[nodiscard]] std::string signal_body_json(const Signal& signal, const SignalContext& context);

/// Appends the envelope's fields and the closing brace:
/// `,"computed_at":…,"stale":…,"durable":…,"origin":…,"source":…,"calibrated":null}`.
void append_signal_envelope(std::string& out, const SignalEnvelope& envelope, bool stale);

/// One row of the clustering files: the candle and what clustering saw on it.
void append_cluster_row(std::string& out, const Signal& signal, const SignalContext& context);

}  // namespace cscan
