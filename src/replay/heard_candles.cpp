#include "replay/heard_candles.hpp"

#include <algorithm>

namespace cscan {
namespace {

constexpr auto open_time_of = [](const auto& heard) { return heard.candle.open_time; };

}  // namespace

HeardCandles::Heard& HeardCandles::at(Timestamp open_time) {
  // Most news are of the newest candle.
  auto place = candles_.empty() || open_time_of(candles_.back()) < open_time
                   ? candles_.end()
                   : std::ranges::lower_bound(candles_, open_time, {}, open_time_of);
  if (place == candles_.end() || open_time_of(*place) != open_time)
    place = candles_.insert(place, Heard{unknown_candle(open_time)});
  return *place;
}

void HeardCandles::on_stream(const Candle& candle, Timestamp event_time) {
  Heard& heard = at(candle.open_time);
  heard.traded = heard.traded || candle.volume > 0;
  Evidence evidence =
      candle.state == CandleState::closed_provisional ? Evidence::flagged : Evidence::told;
  if (evidence < heard.evidence || (evidence == heard.evidence && event_time < heard.event_time))
    return;
  heard.candle = candle;
  heard.event_time = event_time;
  heard.evidence = evidence;
}

void HeardCandles::on_query(std::span<const Candle> settled) {
  for (const Candle& candle : settled) {
    Heard& heard = at(candle.open_time);
    if (candle.state == CandleState::no_trade && heard.evidence == Evidence::proven)
      continue;
    heard.candle = candle;
    heard.evidence = Evidence::proven;
  }
}

std::optional<double> HeardCandles::close_before(Timestamp open, Duration step) const {
  auto place = std::ranges::lower_bound(candles_, open - step, {}, open_time_of);
  if (place == candles_.end() || open_time_of(*place) != open - step ||
      place->evidence == Evidence::told)
    return std::nullopt;
  return place->candle.close;
}

std::vector<Timestamp> HeardCandles::traded(Timestamp from) const {
  std::vector<Timestamp> times;
  for (auto place = std::ranges::lower_bound(candles_, from, {}, open_time_of);
       place != candles_.end(); ++place)
    if (place->traded)
      times.push_back(open_time_of(*place));
  return times;
}

std::vector<Candle> HeardCandles::closed(CloseRule rule) const {
  std::vector<Candle> candles;
  for (const Heard& heard : candles_) {
    bool has_successor = &heard != &candles_.back();
    if (heard.evidence == Evidence::told && (rule == CloseRule::flag || !has_successor))
      continue;
    candles.push_back(heard.candle);
    if (heard.evidence != Evidence::proven)
      candles.back().state = CandleState::final;
  }
  return candles;
}

}  // namespace cscan
