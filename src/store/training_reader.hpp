#pragma once
// Reads training data out of the store in constant memory: every closed signal, every candle and
// every cluster row of some markets and a stretch of time, in a fixed order, as of one instant
// (the reader holds one read transaction). Pull interface; one thread.

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/stored_rows.hpp"

namespace cscan {

/// A signal belongs to [from, to) by its close time; candles and cluster rows by their open time.
struct TrainingQuery {
  std::vector<MarketName> markets;
  std::vector<Timeframe> timeframes;  ///< empty: all
  Timestamp from;
  Timestamp to;
  bool with_signals = true;
  bool with_candles = true;
  bool with_clusters = true;
};

/// A stretch of the grid without candles: open times from <= t < to.
struct CandleGap {
  Timestamp from;
  Timestamp to;
  std::uint64_t missing = 0;
};

/// What the store has of one series. Newest revisions count.
struct SeriesSummary {
  SeriesName series;
  std::uint64_t signals = 0;  ///< closed; every revision, model and settings
  std::uint64_t clusters = 0;
  std::uint64_t candles = 0;
  std::uint64_t candles_final = 0;
  std::uint64_t candles_no_trade = 0;
  std::uint64_t candles_revised = 0;
  std::optional<Timestamp> first_open;
  std::optional<Timestamp> last_open;
  std::uint64_t missing = 0;    ///< grid places between first and last without a candle
  std::vector<CandleGap> gaps;  ///< the oldest training_gaps_max of them
};
inline constexpr std::size_t training_gaps_max = 100;

struct TrainingSummary {
  std::uint64_t signals = 0;
  std::uint64_t candles = 0;
  std::uint64_t clusters = 0;
  std::vector<SeriesSummary> series;  ///< by exchange, symbol, timeframe; only those with data
};

using TrainingRow = std::variant<StoredSignal, StoredCandle, StoredCluster>;

class TrainingReader {
 public:
  /// `connection` is the reader's own (Store::connect). The summary is computed here.
  [[nodiscard]] static Result<TrainingReader> open(Connection connection, TrainingQuery query);

  [[nodiscard]] const TrainingSummary& summary() const { return summary_; }

  /// The next row, or nothing at the end. All signals first: by market (in the query's order),
  /// close time, timeframe, revision, id. Then candles: by timeframe, market, open time; newest
  /// revisions. Then cluster rows: by market, open time, timeframe; newest revisions.
  [[nodiscard]] Result<std::optional<TrainingRow>> next();

 private:
  enum class Section : std::uint8_t { signals, candles, clusters };
  /// One section of one market (and timeframe); read window by window.
  struct Stretch {
    Section section = Section::signals;
    MarketName market;
    Timeframe timeframe{};  ///< candles only
  };

  TrainingReader(Connection connection, Transaction transaction, TrainingQuery query)
      : connection_(std::move(connection)),
        transaction_(std::move(transaction)),
        query_(std::move(query)) {}
  [[nodiscard]] Status narrow();
  void plan();
  [[nodiscard]] Result<bool> open_window();
  [[nodiscard]] Result<TrainingRow> read_row() const;
  [[nodiscard]] bool is_wanted(const TrainingRow& row) const;

  Connection connection_;
  Transaction transaction_;
  TrainingQuery query_;
  TrainingSummary summary_;
  std::vector<Stretch> stretches_;
  std::size_t next_stretch_ = 0;
  Timestamp next_window_;
  Stretch current_;
  std::optional<Rows> rows_;
};

/// The summary alone.
[[nodiscard]] Result<TrainingSummary> training_summary(Connection& connection,
                                                       const TrainingQuery& query);

}  // namespace cscan
