#include "sim/market_truth.hpp"

#include "sim/synthetic_universe.hpp"

namespace cscan {
namespace {

class SyntheticFollower final : public CandleFollower {
 public:
  explicit SyntheticFollower(FormingCandles candles) : candles_(std::move(candles)) {}
  std::span<const Candle> at(Timestamp now) override { return candles_.at(now); }
  [[nodiscard]] double price() const override { return candles_.price(); }

 private:
  FormingCandles candles_;
};

/// Of a power of ten.
int digits_of(double per_unit) {
  int digits = 0;
  for (double power = 1; power < per_unit; power *= 10)
    ++digits;
  return digits;
}

}  // namespace

std::vector<TradedMarket> SyntheticTruth::markets(std::string_view exchange) const {
  std::vector<TradedMarket> traded;
  for (Instrument& instrument : market_->instruments(exchange)) {
    auto profile = find_market(instrument);
    traded.push_back({std::move(instrument), profile->listed_at,
                      digits_of(profile->increments_per_unit), digits_of(profile->steps_per_unit),
                      profile->increments_per_unit, profile->steps_per_unit});
  }
  return traded;
}

std::vector<Candle> SyntheticTruth::closed(const Instrument& instrument, Timeframe timeframe,
                                           Timestamp end, std::size_t count) const {
  return market_->history(instrument, timeframe, end, count);
}

std::unique_ptr<CandleFollower> SyntheticTruth::follow(
    const Instrument& instrument, std::span<const Timeframe> timeframes) const {
  return std::make_unique<SyntheticFollower>(market_->follow(instrument, timeframes));
}

}  // namespace cscan
