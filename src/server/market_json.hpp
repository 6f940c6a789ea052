#pragma once
// The API's forms of the market state and of the run.

#include <string>
#include <vector>

#include "model/market_view.hpp"
#include "server/ports.hpp"
#include "wire/json_writer.hpp"

namespace cscan {

/// The object of the brief: breadth, volatility_regime, active_signals, and what stands beside
/// them. Before the first market state: zeros, nulls and "unknown".
void write_market_state(JsonWriter& json, const std::optional<MarketState>& state);

/// Adds what every body ends with: source and schema_version; closes the object.
void end_reply(JsonWriter& json, std::string_view source);

void write_instrument(JsonWriter& json, const Instrument& instrument);
void write_start_reply(JsonWriter& json, const StartReply& reply);
void write_status(JsonWriter& json, const MarketView& view, const std::vector<FeedHealth>& feeds,
                  Timestamp now);

}  // namespace cscan
