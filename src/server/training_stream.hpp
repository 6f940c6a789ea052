#pragma once
// Turns rows of training data into the pieces of one response, in constant memory.

#include <memory>
#include <string>

#include "net/http_message.hpp"
#include "server/ports.hpp"

namespace cscan {

/// What the response says of itself besides the rows.
struct TrainingHeader {
  std::string symbol;
  std::int64_t days = 0;
  Timestamp from;
  Timestamp to;
  Timestamp as_of;
  std::string source;
  std::vector<Instrument> resolved;
};

/// {"symbol", "days", "dataset": {"signals", "ohlcv": {tf: []}, "clustering"}, "summary",
/// "manifest"}.
[[nodiscard]] BodyStream training_json(std::shared_ptr<TrainingRows> rows, TrainingHeader header);
/// One row an object a line, each with "kind" first.
[[nodiscard]] BodyStream training_ndjson(std::shared_ptr<TrainingRows> rows);
/// Candles only: exchange,symbol,timeframe,timestamp,open,high,low,close,volume,state,revision,
/// available_at. Text that a spreadsheet would take for a formula is quoted with an apostrophe.
[[nodiscard]] BodyStream training_csv(std::shared_ptr<TrainingRows> rows);

}  // namespace cscan
