#pragma once
// What really happens on the simulated exchanges: who is traded where, and every candle's final
// form. The exchanges tell it in their own words; a test compares what was understood with this.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/candle.hpp"
#include "model/instrument.hpp"
#include "model/timeframe.hpp"
#include "sim/synthetic_market.hpp"

namespace cscan {

/// A market of a simulated exchange. Prices have `price_decimals` digits after the point, volumes
/// (base units) `volume_decimals`; the powers of ten say the same.
struct TradedMarket {
  Instrument instrument{};
  Timestamp listed_at{};
  int price_decimals = 0;
  int volume_decimals = 0;
  double ticks_per_unit = 1;
  double lots_per_unit = 1;

  [[nodiscard]] double tick() const { return 1 / ticks_per_unit; }
  [[nodiscard]] double lot() const { return 1 / lots_per_unit; }
};

/// The running candles of one market.
class CandleFollower {
 public:
  virtual ~CandleFollower() = default;
  /// Those that contain `now`, in the order of the timeframes followed. In a candle's last second
  /// it has the values of its final form; one in state no_trade is none of the exchange's (so far).
  /// Valid until the next call.
  virtual std::span<const Candle> at(Timestamp now) = 0;
  /// Newest price at the time of the last call.
  [[nodiscard]] virtual double price() const = 0;
};

/// Immutable; any thread. `instrument` arguments are of markets().
class MarketTruth {
 public:
  virtual ~MarketTruth() = default;
  [[nodiscard]] virtual std::vector<TradedMarket> markets(std::string_view exchange) const = 0;
  /// The `count` newest candles whose close is not after `end`, ascending and without gaps: where
  /// the exchange has none, one in state no_trade. Fewer where the market is younger.
  [[nodiscard]] virtual std::vector<Candle> closed(const Instrument& instrument,
                                                   Timeframe timeframe, Timestamp end,
                                                   std::size_t count) const = 0;
  /// Before this there is no candle of that timeframe, even if the market was listed.
  [[nodiscard]] virtual Timestamp first_open(const Instrument& /*instrument*/,
                                             Timeframe /*timeframe*/) const {
    return Timestamp{INT64_MIN};
  }
  /// The truth outlives its followers.
  [[nodiscard]] virtual std::unique_ptr<CandleFollower> follow(
      const Instrument& instrument, std::span<const Timeframe> timeframes) const = 0;
};

/// The synthetic market as truth.
class SyntheticTruth final : public MarketTruth {
 public:
  explicit SyntheticTruth(std::shared_ptr<const SyntheticMarket> market)
      : market_(std::move(market)) {}

  [[nodiscard]] std::vector<TradedMarket> markets(std::string_view exchange) const override;
  [[nodiscard]] std::vector<Candle> closed(const Instrument& instrument, Timeframe timeframe,
                                           Timestamp end, std::size_t count) const override;
  [[nodiscard]] std::unique_ptr<CandleFollower> follow(
      const Instrument& instrument, std::span<const Timeframe> timeframes) const override;

 private:
  std::shared_ptr<const SyntheticMarket> market_;
};

/// Another truth with every market listed several times, under names of its own ("BTC", "BTC_2",
/// "BTC_3", …), for exchanges larger than the synthetic ones. Copies trade alike.
class CopiedTruth final : public MarketTruth {
 public:
  /// Copies in [1, 1,000].
  CopiedTruth(std::shared_ptr<const MarketTruth> truth, int copies)
      : truth_(std::move(truth)), copies_(copies) {}

  [[nodiscard]] std::vector<TradedMarket> markets(std::string_view exchange) const override;
  [[nodiscard]] std::vector<Candle> closed(const Instrument& instrument, Timeframe timeframe,
                                           Timestamp end, std::size_t count) const override;
  [[nodiscard]] Timestamp first_open(const Instrument& instrument,
                                     Timeframe timeframe) const override;
  [[nodiscard]] std::unique_ptr<CandleFollower> follow(
      const Instrument& instrument, std::span<const Timeframe> timeframes) const override;

 private:
  std::shared_ptr<const MarketTruth> truth_;
  int copies_;
};

}  // namespace cscan
