#pragma once
// What the server needs from the rest of the program, as small interfaces. The runtime implements
// them; tests put plain fakes in their place. Calls marked "may block" run on the worker pool.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/market_view.hpp"
#include "model/signal.hpp"

namespace cscan {

/// Which symbols a start asks for.
struct SymbolSelection {
  enum class Kind : std::uint8_t { defaults, list, all, top };
  Kind kind = Kind::defaults;
  std::vector<std::string> names;  ///< for list: symbols or glob patterns such as "*/USDT"
  std::int64_t top = 0;            ///< for top: the most traded, by 24 h quote volume
  bool operator==(const SymbolSelection&) const = default;
};

struct StartRequest {
  SymbolSelection symbols;
  std::optional<std::vector<std::string>> exchanges;  ///< empty: the default two
  std::string config;                                 ///< a JSON object of settings, or empty
  bool operator==(const StartRequest&) const = default;
};

struct ResolvedSymbol {
  std::string requested;
  std::string exchange;
  std::string symbol;
};
/// RejectedSymbol::requested of an exchange that is out of reach: nothing of it can be watched.
inline constexpr const char* every_symbol = "*";
struct RejectedSymbol {
  std::string requested;
  std::string exchange;
  std::string reason;
};
/// What the run costs the exchange. Synthetic markets have no limits.
struct FeedBudget {
  std::uint64_t streams = 0;
  std::uint64_t history_requests = 0;
  std::string note;
};

struct StartReply {
  bool already_running = false;
  std::shared_ptr<const RunInfo> run;
  std::vector<ResolvedSymbol> resolved;
  std::vector<RejectedSymbol> rejected;
  FeedBudget budget;
};

struct StopReply {
  bool was_running = false;
  std::string run_id;
  bool durable = true;      ///< everything is on disk
  std::string problem;      ///< why not
  std::uint64_t files = 0;  ///< published into the training tree by this stop
};

/// Control and the picture of now. Any thread.
class ScannerPort {
 public:
  virtual ~ScannerPort() = default;
  /// May block. unsupported (422): nothing resolvable, unknown exchange; conflict (409): running
  /// with another request; invalid_argument (422 for configuration).
  [[nodiscard]] virtual Result<StartReply> start(const StartRequest& request) = 0;
  /// May block until everything is flushed and durable. Idempotent.
  [[nodiscard]] virtual StopReply stop() = 0;
  [[nodiscard]] virtual MarketViewPtr view() const = 0;
  /// Where the data come from, in every answer: "synthetic", "live".
  [[nodiscard]] virtual std::string source() const = 0;
  /// Market time.
  [[nodiscard]] virtual Timestamp now() const = 0;
  /// Feed health as of this moment.
  [[nodiscard]] virtual std::vector<FeedHealth> feeds() const = 0;
};

/// Which stored signals; empty lists mean all.
struct HistoryFilter {
  std::vector<Instrument> instruments;
  std::vector<Timeframe> timeframes;
  std::vector<SignalType> types;
  std::optional<Direction> direction;
  Score min_score;
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;
  bool include_previews = false;
  bool sort_by_time = false;
  std::int64_t limit = 50;
  std::string cursor;
};
struct HistoryPage {
  std::vector<std::string> signals;  ///< complete JSON objects
  std::uint64_t total = 0;
  std::string next_cursor;
};

/// Past directions of one timeframe, for effective_timeframes.
struct SignalHistoryPoint {
  Timestamp close_time;
  Direction direction{};
  Score score;
};

struct TrainingRequest {
  std::vector<Instrument> instruments;
  std::vector<Timeframe> timeframes;  ///< empty: all
  Timestamp from;
  Timestamp to;
  bool signals = true;
  bool candles = true;
  bool clusters = true;
};

/// One row of training data as JSON, in the order signals, candles (by timeframe), clusters.
struct TrainingItem {
  enum class Kind : std::uint8_t { signal, candle, cluster };
  Kind kind{};
  Timeframe timeframe{};
  std::string exchange;
  std::string symbol;
  Candle candle;           ///< for candle
  Timestamp available_at;  ///< for candle
  std::string json;        ///< for signal and cluster
};

/// Rows in constant memory; one thread at a time. May block.
class TrainingRows {
 public:
  virtual ~TrainingRows() = default;
  [[nodiscard]] virtual Result<std::optional<TrainingItem>> next() = 0;
  /// The summary as JSON object members: total_signals, total_clusters, series with gaps….
  [[nodiscard]] virtual std::string summary_json() const = 0;
  [[nodiscard]] virtual std::uint64_t total_signals() const = 0;
  [[nodiscard]] virtual std::uint64_t total_clusters() const = 0;
  [[nodiscard]] virtual std::vector<Timeframe> timeframes() const = 0;
};

/// The past, from the store. Works while stopped. Every call may block; any worker thread.
class HistoryPort {
 public:
  virtual ~HistoryPort() = default;
  [[nodiscard]] virtual Result<HistoryPage> signals(const HistoryFilter& filter) const = 0;
  [[nodiscard]] virtual Result<std::vector<SignalHistoryPoint>> votes(const Instrument& instrument,
                                                                      Timeframe timeframe,
                                                                      std::int64_t count) const = 0;
  [[nodiscard]] virtual Result<std::vector<Candle>> candles(const Instrument& instrument,
                                                            Timeframe timeframe, Timestamp from,
                                                            Timestamp to,
                                                            std::int64_t limit) const = 0;
  /// Every market the store has something about.
  [[nodiscard]] virtual Result<std::vector<Instrument>> instruments() const = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<TrainingRows>> training(
      const TrainingRequest& request) const = 0;
};

}  // namespace cscan
