#pragma once
// A market that exists only as a function: every price, candle and volume at any time between
// genesis and horizon follows from (seed, instrument, time) by counter-based randomness, so that
// nothing is stored and the past can be asked in any order. It is made to look like crypto: returns
// are correlated and fat-tailed, volatility and volume come in clusters, regimes follow one
// another, crashes and exhausted runs happen, symbols are listed and halted, thin ones fall silent.
// Whoever shows it labels it synthetic.
//
// The same seed gives the same bytes with every compiler, C library and processor that has IEEE
// doubles: randomness is integer arithmetic, prices are + - × ÷ and √ (which IEEE rounds exactly)
// without contraction, and nothing of the C library's log, exp or pow is called. A test compares a
// digest.
//
// How it is made: market_factor.hpp (regimes and crashes of the whole market), episode.hpp (runs,
// crashes, shocks), price_model.hpp (5m candles of a day), halts.hpp, intrabar_path.hpp (seconds of
// a candle), synthetic_universe.hpp and synthetic_tail.hpp (who is listed where and since when).
// Everything here is roll-up.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/candle.hpp"
#include "model/instrument.hpp"
#include "model/timeframe.hpp"
#include "sim/forming_candles.hpp"
#include "sim/price_model.hpp"
#include "sim/synthetic_calendar.hpp"

namespace cscan {

/// Immutable after construction (about 0.1 s, 12 MB); const members may be called from any
/// thread. An `instrument` argument must be listed (`lists`), else CHECK.
///
/// Prices are whole increments and volumes whole steps, each divided by a power of ten, so their
/// shortest text is short. Candles of 5m are the grain; longer ones are their exact roll-up and 1m
/// and 3m split them exactly. In a roll-up a candle without volume never touches open, high or low;
/// a stretch without volume is flat at the last close before it.
///
/// A 5m candle opens at the close before it, except after silence or a halt: then its first trade
/// may open away from the last close, as it does on a real exchange.
class SyntheticMarket {
 public:
  /// The market exists in [genesis, horizon): 2020-01-01 to 2040-01-01, each of its instruments
  /// from its listing on. Times outside are moved to the nearest inside; histories are shorter
  /// where they would begin before the listing.
  static constexpr Timestamp genesis = synthetic_genesis;
  static constexpr Timestamp horizon = synthetic_horizon;

  explicit SyntheticMarket(std::uint64_t seed);

  /// The markets of "binance" (spot), "binanceusdm" or "kucoinfutures" (linear swaps), in the
  /// order of the universe, those that will be listed later included; empty for any other exchange.
  [[nodiscard]] std::vector<Instrument> instruments(std::string_view exchange) const;
  [[nodiscard]] bool lists(const Instrument& instrument) const;

  /// When the instrument trades first, on the hour; genesis for those that were always there. The
  /// first candle of each timeframe is the one that contains this instant.
  [[nodiscard]] Timestamp listed_at(const Instrument& instrument) const;

  /// Turnover in quote units over the 288 newest closed 5m candles: volume × close, rounded to
  /// whole units.
  [[nodiscard]] double quote_volume_24h(const Instrument& instrument, Timestamp now) const;

  /// The newest trade's price at `now`, in steps of one second. Equals the close of forming() in
  /// every timeframe.
  [[nodiscard]] double price(const Instrument& instrument, Timestamp now) const;

  /// The candle that contains `now`, as far as it has grown; state forming. Volume never shrinks
  /// and, once it is above 0, high never falls, low never rises and open stays. During its last
  /// second it has the values of the final candle. Without volume so far (always at the very open)
  /// it is flat at the last close.
  [[nodiscard]] Candle forming(const Instrument& instrument, Timeframe timeframe,
                               Timestamp now) const;
  /// The same for several timeframes at the price of one.
  [[nodiscard]] std::vector<Candle> forming_all(const Instrument& instrument,
                                                std::span<const Timeframe> timeframes,
                                                Timestamp now) const;
  /// Likewise for whoever looks again and again: cheap while time stays within a 5m candle. This
  /// market outlives the result.
  [[nodiscard]] FormingCandles follow(const Instrument& instrument,
                                      std::span<const Timeframe> timeframes) const;

  /// The `count` newest candles whose close is not after `end`; ascending, contiguous. State
  /// final; silent ones have volume 0 and are final on Binance, no_trade on kucoinfutures.
  [[nodiscard]] std::vector<Candle> history(const Instrument& instrument, Timeframe timeframe,
                                            Timestamp end, std::size_t count) const;
  /// history() of several timeframes in one pass over the days of the longest, in the order asked:
  /// 1,000 candles of 1d and shorter take about 10 ms.
  [[nodiscard]] std::vector<std::vector<Candle>> history_all(const Instrument& instrument,
                                                             std::span<const Timeframe> timeframes,
                                                             Timestamp end,
                                                             std::size_t count) const;

  /// What the whole market goes through, for tests and reports.
  [[nodiscard]] const MarketFactor& market_factor() const { return model_.market_factor(); }

 private:
  PriceModel model_;
};

}  // namespace cscan
