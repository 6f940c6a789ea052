#pragma once
// The running candles of one recorded market as time goes on.

#include <optional>
#include <span>
#include <vector>

#include "app/recorded_market.hpp"

namespace cscan {

/// Within a grain a look costs well under a microsecond; a new grain costs what the grains of the
/// longest candle followed do. Before the market's first grain and after its last one every candle
/// is in state no_trade.
///
/// A candle with volume keeps its open, and stays within the high and the low of its final form;
/// its volume never shrinks. While nothing has traded it is flat at the last close.
class RecordedFollower final : public CandleFollower {
 public:
  /// The market outlives it.
  RecordedFollower(const RecordedMarket& market, std::span<const Timeframe> timeframes);

  std::span<const Candle> at(Timestamp now) override;
  [[nodiscard]] double price() const override { return price_; }

 private:
  struct Followed {
    Timeframe timeframe{};
    Candle last{};    ///< the final form of the candle that runs
    Candle before{};  ///< what it held when the current grain opened
  };
  void enter_grain(Timestamp open);
  [[nodiscard]] Candle grown(const Followed& followed, std::int64_t second) const;

  const RecordedMarket& market_;
  std::vector<Followed> followed_;
  std::vector<Candle> candles_;
  Timestamp grain_open_{};
  std::optional<RecordedPath> path_;  ///< of the current grain; empty before the first call
  double price_ = 0;
};

}  // namespace cscan
