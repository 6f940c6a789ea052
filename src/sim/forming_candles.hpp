#pragma once
// The running candles of one market as time goes on. Between two bars it looks at the seconds of
// one 5m candle alone, so following a market costs about a microsecond a look; a new bar costs what
// a day of history does.

#include <optional>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "model/candle.hpp"
#include "model/timeframe.hpp"
#include "sim/intrabar_path.hpp"
#include "sim/price_model.hpp"
#include "sim/tick_bar.hpp"

namespace cscan {

/// A value of some 3 KB; the model outlives it.
class FormingCandles {
 public:
  FormingCandles(const PriceModel& model, const MarketProfile& market,
                 std::span<const Timeframe> timeframes);

  /// The candles that contain `now`, as far as they have grown, in the order of the timeframes.
  /// Times may come in any order; ascending ones are cheap. Times outside the market's life are
  /// moved to the nearest inside. Valid until the next call.
  std::span<const Candle> at(Timestamp now);

  /// The newest trade's price at the time of the last call.
  [[nodiscard]] double price() const { return price_; }

 private:
  void enter_bar(std::int64_t bar);
  /// The path of a bar that trades.
  [[nodiscard]] std::optional<IntrabarPath> path_of(const TickBar& bar, std::int64_t index) const;
  /// What traded from `open_time` until `bar` opens; flat at the last close if nothing did.
  [[nodiscard]] TickBar until_bar(Timestamp open_time, std::int64_t bar, const DayBars& bars) const;
  [[nodiscard]] TickBar grown(std::size_t timeframe, Timestamp open_time, std::size_t step) const;

  const PriceModel& model_;
  MarketSource market_;
  CandleMaker maker_;
  std::vector<Timeframe> timeframes_;
  std::vector<TickBar> before_;  ///< per timeframe: what its candle held before the current bar
  std::vector<Candle> candles_;
  std::int64_t bar_ = -1;  ///< the current one, counted from genesis
  std::int64_t last_close_ = 0;
  TickBar current_;
  std::optional<IntrabarPath> path_;  ///< of the current bar, unless it is silent
  double price_ = 0;
};

}  // namespace cscan
