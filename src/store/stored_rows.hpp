#pragma once
// What the store keeps, as plain rows. Text is owned; times are values.

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/candle.hpp"
#include "model/signal.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// One market: the names under which everything is stored. `symbol` is unified ("BTC/USDT").
struct MarketName {
  std::string exchange;
  std::string symbol;
  auto operator<=>(const MarketName&) const = default;
};

/// One candle series.
struct SeriesName {
  std::string exchange;
  std::string symbol;
  Timeframe timeframe{};
  auto operator<=>(const SeriesName&) const = default;
};

/// A settled candle (is_settled: final, no_trade or revised). Key: series, open time, revision.
struct StoredCandle {
  std::string exchange;
  std::string symbol;
  Timeframe timeframe{};
  Candle candle;
  Timestamp available_at;  ///< when it was known to be final
};

/// A signal. Key: id (previews: id and computed_at, because one candle has many previews).
struct StoredSignal {
  std::string id;
  std::string exchange;
  std::string symbol;
  Timeframe timeframe{};
  Timestamp open_time;
  Timestamp close_time;
  SignalType type = SignalType::neutral;
  Direction direction = Direction::neutral;
  Score combined;
  std::uint32_t revision = 0;
  std::uint32_t unknown_n = 0;  ///< candles of its window that were not known; of two signals of
                                ///< one revision the one with fewer is the newer
  ScoreModel model{};
  SignalEnvelope envelope;  ///< rows read back say durable = true
  std::string body;         ///< a complete JSON object: the bytes of signal_body_json
  std::string cluster_row;  ///< a complete JSON object, or empty (previews); empty when read back
  bool is_preview = false;
};

/// What clustering saw on one closed candle. Key: series, open time, revision.
struct StoredCluster {
  SeriesName series;
  Timestamp open_time;
  std::uint32_t revision = 0;
  std::string row;  ///< a complete JSON object
};

/// One transaction's worth of rows (limits::transaction_rows_max is a good size).
struct StoreBatch {
  std::vector<StoredCandle> candles;
  std::vector<StoredSignal> signals;
};

/// What one commit added to one series on one UTC day (of the candle's open).
struct WrittenDay {
  SeriesName series;
  Timestamp day;
  std::uint32_t candles = 0;
  std::uint32_t signals = 0;  ///< closed ones
};

/// What a commit did. What is stored wins: a row whose key is stored already is compared, counted
/// and dropped.
struct CommitReport {
  std::uint64_t candles_written = 0;
  std::uint64_t signals_written = 0;
  std::uint64_t rows_written = 0;  ///< candles, signals and cluster rows
  std::uint64_t candles_equal = 0;
  std::uint64_t candles_different = 0;  ///< same key, other prices or volume
  std::uint64_t signals_equal = 0;
  std::uint64_t signals_different = 0;  ///< same id, other body: the contract was broken
  std::vector<WrittenDay> written;      ///< only what is new; feed it to TrainingExport
};

/// Rows in the store.
struct StoreCounts {
  std::uint64_t candles = 0;
  std::uint64_t signals = 0;  ///< closed ones
  std::uint64_t previews = 0;
  std::uint64_t clusters = 0;
};

}  // namespace cscan
