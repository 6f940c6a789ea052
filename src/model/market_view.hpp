#pragma once
// The immutable picture that readers get. The runtime builds a new one when something changed and
// swaps one pointer; a request holds the picture it began with for as long as it likes.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/instrument.hpp"
#include "model/market_state.hpp"
#include "model/scan_row.hpp"
#include "model/settings.hpp"
#include "model/signal.hpp"

namespace cscan {

enum class RunState : std::uint8_t { stopped, starting, running, degraded, stopping, failed };

/// A signal with its JSON, rendered once. Only `stale` is decided when it is read.
struct RenderedSignal {
  Signal signal;
  SignalEnvelope envelope;
  std::string id;
  Timestamp stale_at;      ///< from here on a newer candle ought to exist
  std::string json_fresh;  ///< the whole object, "stale":false
  std::string json_stale;  ///< the same with "stale":true
  [[nodiscard]] const std::string& json(Timestamp now) const {
    return now >= stale_at ? json_stale : json_fresh;
  }
};
using SignalPtr = std::shared_ptr<const RenderedSignal>;

/// The newest signals of one instrument and timeframe.
struct SeriesView {
  InstrumentId instrument;
  Timeframe timeframe{};
  SignalPtr closed;   ///< null while warming up
  SignalPtr preview;  ///< of the forming candle; null before the first
  std::uint32_t candles = 0;
  std::uint32_t candles_needed = 0;  ///< for a first signal
};

enum class Stream : std::uint8_t { price, signals, market_state, scan };
inline constexpr std::size_t stream_count = 4;
constexpr std::size_t index_of(Stream stream) { return static_cast<std::size_t>(stream); }

/// One of the four streams. Fixed rate, phase-aligned; a late run is skipped and counted.
struct StreamStats {
  Duration interval;
  std::optional<Timestamp> last_run;
  double duration_ms = 0;
  std::uint64_t runs = 0;
  std::uint64_t skipped = 0;
  std::uint64_t errors = 0;
};

struct FeedHealth {
  std::string exchange;
  bool connected = false;
  std::optional<Timestamp> last_message;
  std::uint64_t messages = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t gaps = 0;
  std::uint64_t weight_used = 0;
  std::string note;
};

struct BufferStats {
  std::uint64_t ticks = 0;
  std::uint64_t candles = 0;
  std::uint64_t signals = 0;
};

/// Counters that must stay at zero, or be explained.
struct CoreCounters {
  std::uint64_t inputs = 0;
  std::uint64_t inputs_dropped = 0;
  std::uint64_t candles_rejected = 0;
  std::uint64_t revisions = 0;
  std::uint64_t gaps = 0;
  std::uint64_t rollup_mismatches = 0;
  std::uint64_t previews_compared = 0;
  std::uint64_t previews_agreed = 0;
};

struct StoreHealth {
  bool durable = true;  ///< false while the disk refuses; signals say so too
  std::string error;
  std::uint64_t transactions = 0;
  std::uint64_t rows = 0;
  std::uint64_t recomputed_equal = 0;
  std::uint64_t recomputed_different = 0;  ///< must stay 0: the contract was broken
};

/// The recording of a run's inputs (--record).
struct RecordingHealth {
  bool active = false;  ///< false once it has ended, be it with the run or before
  std::string folder;
  std::uint64_t bytes = 0;
  std::string note;  ///< why it ended before its run; empty otherwise
};

/// What one start asked for and got; fixed for the run.
struct RunInfo {
  std::string run_id;
  std::string source;  ///< "synthetic", "live"
  Settings settings;
  std::vector<std::string> exchanges;
  std::vector<Instrument> instruments;  ///< InstrumentId is the index
  Timestamp started_at;
};

struct MarketView {
  std::uint64_t version = 0;
  Timestamp as_of;
  RunState state = RunState::stopped;
  std::string state_reason;
  std::shared_ptr<const RunInfo> run;  ///< null before the first start
  std::vector<SeriesView> series;      ///< instrument-major, timeframes ascending
  std::optional<MarketState> market_state;
  std::shared_ptr<const std::vector<ScanRow>> ranking;  ///< best first; null before the first
  Timestamp ranking_as_of;
  std::array<StreamStats, stream_count> streams;
  BufferStats buffers;
  CoreCounters counters;
  StoreHealth store;
  std::optional<RecordingHealth> recording;  ///< empty when nothing is recorded
};
using MarketViewPtr = std::shared_ptr<const MarketView>;

[[nodiscard]] constexpr std::string_view to_string(RunState state) {
  constexpr std::array<std::string_view, 6> names = {"stopped",  "starting", "running",
                                                     "degraded", "stopping", "failed"};
  return names[static_cast<std::size_t>(state)];
}
[[nodiscard]] constexpr std::string_view to_string(Stream stream) {
  constexpr std::array<std::string_view, 4> names = {"price", "signals", "market_state", "scan"};
  return names[static_cast<std::size_t>(stream)];
}

}  // namespace cscan
