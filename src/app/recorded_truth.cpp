#include "app/recorded_truth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/recorded_follower.hpp"
#include "base/check.hpp"

namespace cscan {
namespace {

bool is_simulated(const Instrument& instrument) {
  if (instrument.exchange == "binance")
    return instrument.settle.empty();
  const bool is_one =
      instrument.exchange == "binanceusdm" || instrument.exchange == "kucoinfutures";
  return is_one && instrument.settle == instrument.quote;
}

std::unexpected<Error> nothing_to_play(const CandleRecording& recording) {
  std::string others;
  if (!recording.instruments.empty())
    others =
        fmt::format("; the first market there is {} on {}", recording.instruments.front().symbol(),
                    recording.instruments.front().exchange);
  return fail(ErrorCode::not_found,
              "no candles of binance (spot), binanceusdm or kucoinfutures (swaps), which alone can "
              "be played" +
                  others);
}

}  // namespace

Result<std::shared_ptr<const RecordedTruth>> RecordedTruth::make(CandleRecording recording) {
  std::map<std::uint32_t, std::vector<RecordedMarket::Series>> by_instrument;
  for (RecordedSeries& one : recording.series)
    if (!one.candles.empty())
      by_instrument[one.instrument.value].push_back({one.timeframe, std::move(one.candles)});
  std::shared_ptr<RecordedTruth> truth(new RecordedTruth());
  for (auto& [index, series] : by_instrument) {
    const Instrument& instrument = recording.instruments[index];
    if (is_simulated(instrument))
      truth->markets_.try_emplace(instrument, instrument, std::move(series));
  }
  truth->left_out_ = recording.instruments.size() - truth->markets_.size();
  if (truth->markets_.empty())
    return nothing_to_play(recording);
  return truth;
}

Timestamp RecordedTruth::begin() const {
  Timestamp begin{INT64_MAX};
  for (const auto& [instrument, market] : markets_)
    begin = std::min(begin, market.begin());
  return begin;
}

Timestamp RecordedTruth::end() const {
  Timestamp end{INT64_MIN};
  for (const auto& [instrument, market] : markets_)
    end = std::max(end, market.end());
  return end;
}

Timestamp RecordedTruth::usual_start() const {
  return floor_to(begin() + Duration{(end() - begin()).ms / 10 * 7}, minutes(1));
}

const RecordedMarket& RecordedTruth::market(const Instrument& instrument) const {
  auto found = markets_.find(instrument);
  CHECK(found != markets_.end(), "{} on {}", instrument.symbol(), instrument.exchange);
  return found->second;
}

std::vector<TradedMarket> RecordedTruth::markets(std::string_view exchange) const {
  std::vector<TradedMarket> traded;
  for (const auto& [instrument, market] : markets_)
    if (instrument.exchange == exchange)
      traded.push_back(market.traded());
  return traded;
}

std::vector<Candle> RecordedTruth::closed(const Instrument& instrument, Timeframe timeframe,
                                          Timestamp end, std::size_t count) const {
  const RecordedMarket& one = market(instrument);
  const Duration step = length(timeframe);
  const Timestamp last = floor_to(end, step);
  const std::int64_t all = std::max<std::int64_t>(0, (last - one.first_open(timeframe)) / step);
  const std::size_t taken = std::min(count, static_cast<std::size_t>(all));
  std::vector<Candle> candles;
  candles.reserve(taken);
  for (std::size_t back = taken; back > 0; --back)
    candles.push_back(one.candle(timeframe, last - step * static_cast<std::int64_t>(back)));
  return candles;
}

Timestamp RecordedTruth::first_open(const Instrument& instrument, Timeframe timeframe) const {
  return market(instrument).first_open(timeframe);
}

std::unique_ptr<CandleFollower> RecordedTruth::follow(const Instrument& instrument,
                                                      std::span<const Timeframe> timeframes) const {
  return std::make_unique<RecordedFollower>(market(instrument), timeframes);
}

}  // namespace cscan
