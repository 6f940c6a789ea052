#pragma once
// Everything the core can cause. The one way out: thin runtimes carry these to disk and readers.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/candle.hpp"
#include "model/market_state.hpp"
#include "model/market_view.hpp"
#include "model/scan_row.hpp"
#include "model/signal.hpp"

namespace cscan {

/// A candle is settled: new, explained, or revised.
struct PersistCandle {
  InstrumentId instrument;
  Timeframe timeframe{};
  Candle candle;
  Timestamp available_at;
};

/// A closed signal was computed.
struct PersistSignal {
  Signal signal;
  Timestamp computed_at;
  Timestamp available_at;
  Origin origin{};
  bool newest = false;  ///< the newest of its series: readers should see it
};

/// A preview of a forming candle.
struct PublishPreview {
  Signal signal;
  Timestamp computed_at;
};

/// How the whole looks after one or more streams ran.
struct PublishView {
  Timestamp as_of;
  std::shared_ptr<const MarketState> market_state;      ///< null before the first
  std::shared_ptr<const std::vector<ScanRow>> ranking;  ///< null before the first
  Timestamp ranking_as_of;
  std::array<StreamStats, stream_count> streams;
  std::array<bool, stream_count> ran{};  ///< streams that ran in this step
  BufferStats buffers;
  CoreCounters counters;
  std::vector<std::uint32_t> series_candles;  ///< settled candles kept per series
};

/// Candles of one series are overdue or missing: fetch them from `from` on.
struct RequestHistory {
  InstrumentId instrument;
  Timeframe timeframe{};
  Timestamp from;
};

/// Something an operator may want to read in the log.
struct Note {
  std::string text;
};

using Effect =
    std::variant<PersistCandle, PersistSignal, PublishPreview, PublishView, RequestHistory, Note>;

/// Filled by Scanner::step, emptied by its caller.
using EffectBuffer = std::vector<Effect>;

}  // namespace cscan
