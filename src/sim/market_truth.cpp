#include "sim/market_truth.hpp"

#include <fmt/format.h>

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

constexpr std::string_view copy_mark = "_";

Instrument original_of(Instrument instrument) {
  const std::size_t mark = instrument.base.rfind(copy_mark);
  const bool is_copy =
      mark != std::string::npos && mark > 0 && mark + 1 < instrument.base.size() &&
      instrument.base.find_first_not_of("0123456789", mark + 1) == std::string::npos;
  if (is_copy)
    instrument.base.resize(mark);
  return instrument;
}

}  // namespace

std::vector<TradedMarket> CopiedTruth::markets(std::string_view exchange) const {
  const std::vector<TradedMarket> originals = truth_->markets(exchange);
  std::vector<TradedMarket> all = originals;
  for (int copy = 2; copy <= copies_; ++copy)
    for (TradedMarket market : originals) {
      market.instrument.base += fmt::format("{}{}", copy_mark, copy);
      all.push_back(std::move(market));
    }
  return all;
}

std::vector<Candle> CopiedTruth::closed(const Instrument& instrument, Timeframe timeframe,
                                        Timestamp end, std::size_t count) const {
  return truth_->closed(original_of(instrument), timeframe, end, count);
}

Timestamp CopiedTruth::first_open(const Instrument& instrument, Timeframe timeframe) const {
  return truth_->first_open(original_of(instrument), timeframe);
}

std::unique_ptr<CandleFollower> CopiedTruth::follow(const Instrument& instrument,
                                                    std::span<const Timeframe> timeframes) const {
  return truth_->follow(original_of(instrument), timeframes);
}

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
