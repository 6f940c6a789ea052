#pragma once
// The scanner itself: a pure state machine. Same inputs in the same order give the same effects,
// byte for byte; it reads no clock, opens nothing, starts no thread and iterates no hash table.

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "analysis/series_scorer.hpp"
#include "core/effect.hpp"
#include "core/input.hpp"
#include "core/price_book.hpp"
#include "core/scan_book.hpp"
#include "core/stream_timer.hpp"
#include "series/series_book.hpp"

namespace cscan {

class Scanner {
 public:
  /// `live_origin` marks signals that come from market events: live, or replay for recordings of
  /// candles. Those have no ticks and no forming candles, so a replay runs no streams.
  explicit Scanner(Origin live_origin = Origin::live) : live_origin_(live_origin) {}

  /// Takes one input and appends what it causes to `effects`.
  void step(const Input& input, EffectBuffer& effects);

  /// The next market time at which a ClockAdvanced would do something by itself.
  [[nodiscard]] std::optional<Timestamp> next_deadline() const;

 private:
  /// What is remembered of the newest closed signal of a series.
  struct LatestSignal {
    Timestamp open_time;
    Score combined;
    SignalType type{};
    double price = 0;
  };

  struct SeriesState {
    explicit SeriesState(const ScoreModelInfo& model) : scorer(model) {}
    SeriesScorer scorer;
    bool wants_history = false;  ///< a change reaches beyond the kept candles
    std::optional<LatestSignal> latest;
    std::optional<Timestamp> preview_open;  ///< candle of the newest preview
    Direction preview_direction{};
  };

  /// Candles of one series, by open time, both ends included.
  struct Stretch {
    Timestamp first;
    Timestamp last;
  };

  void on(const ClockAdvanced& input, EffectBuffer& effects);
  void on(const MarketEvent& input, EffectBuffer& effects);
  void on(const HistoryLoaded& input, EffectBuffer& effects);
  void on(const UniverseChanged& input, EffectBuffer& effects);
  void on(const SettingsChanged& input, EffectBuffer& effects);
  void on(const InputsDropped& input, EffectBuffer& effects);

  void reset();
  [[nodiscard]] std::optional<std::size_t> find_series(InstrumentId instrument,
                                                       Timeframe timeframe) const;
  [[nodiscard]] bool accept(const Candle& candle, Timeframe timeframe, Timestamp known_at);
  void on_candle(const CandleUpdate& update, EffectBuffer& effects);
  [[nodiscard]] std::size_t kept_candles() const;
  [[nodiscard]] InstrumentId instrument_of(std::size_t series) const;
  [[nodiscard]] std::vector<Candle> sound_candles(const HistoryLoaded& input);
  SeriesChange absorb(std::size_t series, CandleSeries& candles, const Candle& candle,
                      EffectBuffer& effects);
  void extend_back(std::size_t series, std::span<const Candle> history, bool from_listing,
                   Origin origin, EffectBuffer& effects);
  void seed_prices(InstrumentId instrument, Timeframe timeframe,
                   const std::vector<Candle>& candles);
  void settle(std::size_t series, std::span<const Candle> settled, Origin origin,
              EffectBuffer& effects);
  void score_again(std::size_t series, const Stretch& changed, Origin origin,
                   EffectBuffer& effects);
  void score(std::size_t series, const CandleSeries& candles, std::size_t index,
             SeriesScorer& scorer, Origin origin, EffectBuffer& effects);
  void compare_with_preview(SeriesState& state, const Signal& closed);
  void check_rollup(std::size_t series, Timestamp close);
  [[nodiscard]] bool is_fresh(Timestamp close, Timeframe timeframe) const;

  void run_streams(EffectBuffer& effects);
  void take_previews(EffectBuffer& effects);
  void take_market_state();
  void take_ranking();
  void publish(const std::array<bool, stream_count>& ran, EffectBuffer& effects) const;
  void ask_for_overdue(EffectBuffer& effects);

  Origin live_origin_;
  Timestamp now_{};
  Timestamp known_at_{};  ///< when what is being settled was known: now_, or a later arrival
  Settings settings_;
  SettleRule settle_rule_;
  const ScoreModelInfo* model_ = nullptr;
  std::vector<Instrument> instruments_;
  std::vector<std::size_t> exchange_rank_;  ///< per instrument
  SeriesBook book_;
  PriceBook prices_;
  std::vector<SeriesState> states_;  ///< parallel to book_
  ScanBook scans_;                   ///< likewise; empty in a replay
  std::array<StreamTimer, stream_count> timers_;
  std::shared_ptr<const MarketState> market_state_;
  std::shared_ptr<const std::vector<ScanRow>> ranking_;
  Timestamp ranking_as_of_{};
  MarketBias trend_ = MarketBias::neutral;
  CoreCounters counters_;
  std::uint64_t signals_made_ = 0;
  std::vector<Candle> settled_;  ///< scratch, reused
};

}  // namespace cscan
