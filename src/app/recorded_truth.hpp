#pragma once
// Recorded candles as what really happens on the local exchanges: binance if they are of Binance's
// spot markets, binanceusdm and kucoinfutures if they are of their swaps.

#include <map>
#include <memory>

#include "app/recorded_market.hpp"
#include "base/result.hpp"
#include "replay/candle_recording.hpp"
#include "sim/market_truth.hpp"

namespace cscan {

class RecordedTruth final : public MarketTruth {
 public:
  /// Markets of other exchanges are left out; not_found when no market is left.
  [[nodiscard]] static Result<std::shared_ptr<const RecordedTruth>> make(CandleRecording recording);

  /// What can be played: from the first open to the last close of all markets' smallest recorded
  /// timeframes.
  [[nodiscard]] Timestamp begin() const;
  [[nodiscard]] Timestamp end() const;
  /// So far into it that there is history before: 70 % on, at a full minute.
  [[nodiscard]] Timestamp usual_start() const;
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

  [[nodiscard]] std::vector<TradedMarket> markets(std::string_view exchange) const override;
  [[nodiscard]] std::vector<Candle> closed(const Instrument& instrument, Timeframe timeframe,
                                           Timestamp end, std::size_t count) const override;
  [[nodiscard]] Timestamp first_open(const Instrument& instrument,
                                     Timeframe timeframe) const override;
  [[nodiscard]] std::unique_ptr<CandleFollower> follow(
      const Instrument& instrument, std::span<const Timeframe> timeframes) const override;

 private:
  RecordedTruth() = default;
  [[nodiscard]] const RecordedMarket& market(const Instrument& instrument) const;

  std::map<Instrument, RecordedMarket> markets_;
  std::size_t left_out_ = 0;
};

}  // namespace cscan
